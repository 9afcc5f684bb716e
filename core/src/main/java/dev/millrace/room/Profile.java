package dev.millrace.room;

import dev.millrace.http.Syntax;
import dev.millrace.json.JsonCodec;
import dev.millrace.json.JsonException;
import dev.millrace.json.JsonText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a member: her id, and her attributes as JSON. The names of the attributes are in
 * order, also in maps within, so that who comes back, perhaps on another node, says the same bytes.
 * Immutable.
 */
final class Profile {
  private static final int MOST_ATTRIBUTES = 4096;
  private static final int MOST_DEPTH = 50;

  private final String id;
  private final byte[] attributes;
  private volatile @Nullable Member member;

  private Profile(String id, byte[] attributes, @Nullable Member member) {
    this.id = id;
    this.attributes = attributes;
    this.member = member;
  }

  /**
   * That of a member of this node. Runs the codec, so the user's code.
   *
   * @throws IllegalArgumentException when the attributes cannot be written, or are too long
   */
  static Profile of(Member member, JsonCodec json) {
    byte[] attributes;
    try {
      attributes = json.encode(ordered(member.attributes(), 0));
    } catch (JsonException e) {
      throw new IllegalArgumentException(
          "attributes of member \"%s\": %s"
              .formatted(Syntax.printable(member.id()), e.getMessage()),
          e);
    }
    if (attributes.length > MOST_ATTRIBUTES) {
      throw new IllegalArgumentException(
          "attributes of member \"%s\": %d bytes of JSON (expected: at most %d; everybody in the"
                  .formatted(Syntax.printable(member.id()), attributes.length, MOST_ATTRIBUTES)
              + " room is sent them, so keep what is long elsewhere)");
    }
    return new Profile(member.id(), attributes, member);
  }

  /** What another node has said of a member. */
  static Profile heard(String id, byte[] attributes) {
    return new Profile(id, attributes, null);
  }

  /** Deeper than anybody means it, the codec may have it as it is: it has limits of its own. */
  private static Object ordered(Object value, int depth) {
    if (depth > MOST_DEPTH) {
      return value;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(each -> each == null ? null : ordered(each, depth + 1)).toList();
    }
    if (value instanceof Map<?, ?> map
        && map.keySet().stream().allMatch(String.class::isInstance)) {
      Map<String, @Nullable Object> sorted = new TreeMap<>();
      map.forEach((name, each) ->
          sorted.put((String) name, each == null ? null : ordered(each, depth + 1)));
      return sorted;
    }
    return value;
  }

  String id() {
    return id;
  }

  /** JSON, not to be changed. */
  byte[] attributes() {
    return attributes;
  }

  boolean sameAs(Profile other) {
    return this == other || Arrays.equals(attributes, other.attributes);
  }

  /** As the application knows her. Runs the codec for one of another node, so the user's code. */
  Member member(JsonCodec json) {
    Member known = member;
    if (known == null) {
      Map<String, Object> values = new HashMap<>();
      if (json.decode(attributes, Object.class) instanceof Map<?, ?> object) {
        object.forEach((name, value) -> {
          if (value != null) {
            values.put(name.toString(), value);
          }
        });
      }
      known = new Member(id, values);
      member = known;
    }
    return known;
  }

  /** <code>{"id":…,"attributes":…}</code>. */
  void writeTo(ByteArrayOutputStream out) {
    out.writeBytes(
        ("{\"id\":" + JsonText.quote(id) + ",\"attributes\":").getBytes(StandardCharsets.UTF_8));
    out.writeBytes(attributes);
    out.write('}');
  }
}
