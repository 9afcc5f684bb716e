package dev.millrace.room;

import dev.millrace.json.JsonText;
import dev.millrace.room.Presence.Update;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Who has been told to be in a room, under a number, and the few updates that have led there. A
 * reader that has had the number before one of them is given that; anybody else the whole.
 * Immutable, but that the snapshot is made when the first reader needs it.
 */
final class Roll {
  /** What a reader has missed before it is given the whole. */
  private static final int MOST_UPDATES = 16;

  private final int version;
  private final int size;

  /** {@code null} when there are too many to be told. */
  private final @Nullable List<Profile> listed;

  /** The last ones, the newest last; none from before the threshold was crossed. */
  private final List<Update> updates;

  private final AtomicReference<@Nullable Update> snapshot = new AtomicReference<>();

  private Roll(int version, int size, @Nullable List<Profile> listed, List<Update> updates) {
    this.version = version;
    this.size = size;
    this.listed = listed;
    this.updates = updates;
  }

  /** Nobody. */
  static Roll empty() {
    return new Roll(1, 0, List.of(), List.of());
  }

  int version() {
    return version;
  }

  int size() {
    return size;
  }

  /** Numbers go around; 0 is nobody's, because readers begin with it. */
  private static int next(int version) {
    return version == -1 ? 1 : version + 1;
  }

  /**
   * What comes when these are present.
   *
   * @param present in the order of their coming; {@code null} when there are too many
   * @return {@code null} when there is nothing to tell
   */
  @Nullable Roll next(@Nullable List<Profile> present, int newSize) {
    int number = next(version);
    if (present == null && listed == null) {
      return newSize == size
          ? null
          : new Roll(number, newSize, null, List.of(event(number, "presence", sizeOf(newSize))));
    }
    if (present == null || listed == null) {
      return new Roll(number, newSize, present, List.of());
    }
    Map<String, Profile> gone = new HashMap<>();
    listed.forEach(each -> gone.put(each.id(), each));
    List<Profile> joined = new ArrayList<>();
    for (Profile each : present) {
      Profile before = gone.remove(each.id());
      if (before == null || !before.sameAs(each)) {
        joined.add(each);
      }
    }
    if (joined.isEmpty() && gone.isEmpty()) {
      return null;
    }
    List<Profile> left = listed.stream().filter(each -> gone.containsKey(each.id())).toList();
    return new Roll(
        number, newSize, present, with(event(number, "presence", changes(joined, left, newSize))));
  }

  private List<Update> with(Update newest) {
    List<Update> last = new ArrayList<>(updates);
    if (last.size() == MOST_UPDATES) {
      last.removeFirst();
    }
    last.add(newest);
    return List.copyOf(last);
  }

  /**
   * What comes next for a reader.
   *
   * @param seen the number it has; 0 for none
   */
  @Nullable Update after(int seen) {
    if (seen == version) {
      return null;
    }
    int next = next(seen);
    if (seen != 0) {
      for (Update update : updates) {
        if (update.version() == next) {
          return update;
        }
      }
    }
    return snapshot();
  }

  /** Two loops may make it at once; then one of them stays. Neither waits for the other. */
  private Update snapshot() {
    Update made = snapshot.get();
    if (made != null) {
      return made;
    }
    Update mine = event(version, "members", listed == null ? sizeOf(size) : all(listed, size));
    Update before = snapshot.compareAndExchange(null, mine);
    return before == null ? mine : before;
  }

  private static Update event(int version, String name, byte[] json) {
    return new Update(version, new Shared(new Payload(Payload.Kind.JSON, name, null, null, json)));
  }

  private static byte[] sizeOf(int size) {
    return ascii("{\"size\":" + size + "}");
  }

  private static byte[] all(List<Profile> members, int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ascii("{\"members\":"));
    write(members, out);
    out.writeBytes(ascii(",\"size\":" + size + "}"));
    return out.toByteArray();
  }

  private static byte[] changes(List<Profile> joined, List<Profile> left, int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ascii("{\"joined\":"));
    write(joined, out);
    out.writeBytes(ascii(",\"left\":["));
    for (int i = 0; i < left.size(); i++) {
      String id = (i == 0 ? "" : ",") + JsonText.quote(left.get(i).id());
      out.writeBytes(id.getBytes(StandardCharsets.UTF_8));
    }
    out.writeBytes(ascii("],\"size\":" + size + "}"));
    return out.toByteArray();
  }

  private static void write(List<Profile> members, ByteArrayOutputStream out) {
    char before = '[';
    for (Profile member : members) {
      out.write(before);
      member.writeTo(out);
      before = ',';
    }
    out.writeBytes(ascii(members.isEmpty() ? "[]" : "]"));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
