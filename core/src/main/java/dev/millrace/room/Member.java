package dev.millrace.room;

import java.util.Map;

/**
 * Somebody in a room, however many streams of hers there are. Immutable.
 *
 * @param id names her in this room; 1 to 256 characters. Everybody in the room sees it
 * @param attributes that everybody in the room sees too; written as JSON, at most 4 KiB. None is
 *     {@code null}
 */
public record Member(String id, Map<String, ?> attributes) {
  private static final int MOST_ID = 256;

  /**
   * Copies the attributes.
   *
   * @throws IllegalArgumentException when the id is empty, too long or no text (half of a surrogate
   *     pair), or an attribute is {@code null}
   */
  public Member {
    if (id.isEmpty() || id.length() > MOST_ID) {
      throw new IllegalArgumentException(
          "member id of %d characters (expected: 1 to %d)".formatted(id.length(), MOST_ID));
    }
    // Two of them would be the same question mark in UTF-8.
    if (id.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      throw new IllegalArgumentException("member id with half a surrogate pair (expected: text)");
    }
    attributes.forEach((name, value) -> {
      if (value == null) {
        throw new IllegalArgumentException(
            "attribute \"%s\" of a member: null (expected: a value, or no such attribute)"
                .formatted(name));
      }
    });
    attributes = Map.copyOf(attributes);
  }

  /** A member without attributes. */
  public static Member of(String id) {
    return new Member(id, Map.of());
  }
}
