package dev.millrace.room;

import java.util.Map;

/**
 * Somebody in a room, however many streams of hers there are. Immutable.
 *
 * @param id names her in this room; 1 to 256 characters. Everybody in the room sees it
 * @param attributes that everybody in the room sees too; written as JSON, at most 4 KiB
 */
public record Member(String id, Map<String, ?> attributes) {
  private static final int MOST_ID = 256;

  /**
   * Copies the attributes.
   *
   * @throws IllegalArgumentException when the id is empty or too long
   */
  public Member {
    if (id.isEmpty() || id.length() > MOST_ID) {
      throw new IllegalArgumentException(
          "member id of %d characters (expected: 1 to %d)".formatted(id.length(), MOST_ID));
    }
    attributes = Map.copyOf(attributes);
  }

  /** A member without attributes. */
  public static Member of(String id) {
    return new Member(id, Map.of());
  }
}
