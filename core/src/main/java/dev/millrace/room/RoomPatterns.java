package dev.millrace.room;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What holds for rooms, by their names or what these begin with. */
final class RoomPatterns {

  private record Beginning(String text, RoomOptions options) {}

  private final Map<String, RoomOptions> names = new ConcurrentHashMap<>();

  /** The longest first. */
  private final List<Beginning> beginnings = new CopyOnWriteArrayList<>();

  /**
   * Adds a rule.
   *
   * @throws IllegalArgumentException when the pattern is none, or has options already
   */
  void set(String pattern, RoomOptions options) {
    int star = pattern.indexOf('*');
    if (star >= 0 && star < pattern.length() - 1) {
      throw new IllegalArgumentException(
          "room pattern \"%s\": * at index %d (expected: at the end only)"
              .formatted(pattern, star));
    }
    if (star < 0) {
      if (names.putIfAbsent(RoomName.check(pattern), options) != null) {
        throw twice(pattern);
      }
      return;
    }
    String text = pattern.substring(0, star);
    if (beginnings.stream().anyMatch(other -> other.text.equals(text))) {
      throw twice(pattern);
    }
    beginnings.add(new Beginning(text, options));
    beginnings.sort(Comparator.comparingInt((Beginning each) -> each.text.length()).reversed());
  }

  private static IllegalArgumentException twice(String pattern) {
    return new IllegalArgumentException(
        "room pattern \"%s\" has options already (expected: one set for each)".formatted(pattern));
  }

  RoomOptions of(String name) {
    RoomOptions own = names.get(name);
    if (own != null) {
      return own;
    }
    for (Beginning beginning : beginnings) {
      if (name.startsWith(beginning.text)) {
        return beginning.options;
      }
    }
    return RoomOptions.DEFAULT;
  }
}
