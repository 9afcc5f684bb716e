package dev.millrace.json;

import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns values into JSON text and back. The server uses one for everything: response bodies, the
 * data of events, request bodies.
 *
 * <p>Implementations are safe for use by many threads at once and keep no reference to what they
 * are given.
 */
public interface JsonCodec {

  /**
   * The codec that is used unless another is set: Jackson, stricter than by default. Dates are ISO
   * 8601 strings.
   *
   * <p>What is read is UTF-8 (a byte order mark is passed over) and one JSON document (RFC 8259)
   * with nothing after it. A name that stands twice in one object is refused, and so are nesting of
   * more than 500 levels, numbers of more than 1,000 digits and names of more than 50,000
   * characters; strings are bounded by the document. Unknown properties are ignored. A primitive
   * component of a record must be there; any other is {@code null} (or an empty {@link
   * java.util.Optional}) when it is missing. A string that holds a number is taken for that number,
   * but 1.5 is no integer.
   *
   * <p>The records of a sealed interface are told apart by a property {@code type}: a record's
   * simple name with its first letter in lower case.
   *
   * <pre>{@code
   * sealed interface ChatMessage {
   *   record Join(String name) implements ChatMessage {} // {"type":"join","name":"Ann"}
   *
   *   record Leave() implements ChatMessage {} // {"type":"leave"}
   * }
   * }</pre>
   *
   * <p>It is written first, wherever such a record is, and may be read from any place in its
   * object. A record that is read as itself, here as {@code Join}, needs none, but must not have
   * that of another. Sealed interfaces may permit others. This is so only where all that they
   * permit in the end is records; two records of one name, or a component named {@code type}, are
   * an error when any of them is first used. Jackson's annotations go first: {@code @JsonTypeName}
   * and {@code @JsonSubTypes} give other names, and where there is {@code @JsonTypeInfo},
   * {@code @JsonSerialize} or {@code @JsonDeserialize} on one of the types, none of this holds.
   * Objects that lie in others of this kind are to have their {@code type} first in documents of
   * more than a million values; otherwise such a document may be refused.
   */
  static JsonCodec standard() {
    return JacksonCodec.INSTANCE;
  }

  /**
   * The JSON text of a value.
   *
   * @param value anything that the codec knows; {@code null} is JSON {@code null}
   * @return UTF-8 on one line, without a byte order mark
   * @throws JsonException when the value's type cannot be written; names that type
   */
  byte[] encode(@Nullable Object value);

  /**
   * Reads one JSON document.
   *
   * @param utf8 the document, whole
   * @param type what to make of it
   * @throws JsonException when it is not JSON or does not fit the type; says where and what was
   *     expected, in words that may be shown to the one who sent it
   * @throws IllegalArgumentException when no document could fit: an interface that is not sealed, a
   *     type without a constructor that the codec can use
   */
  <T> T decode(byte[] utf8, Class<T> type);

  /**
   * As {@link #decode(byte[], Class)}, for generic types.
   *
   * @param type for instance the generic return type of a method, or a library's type token
   */
  Object decode(byte[] utf8, Type type);

  /**
   * Makes an object of texts by name, as of a query or a form. Numbers, booleans, enums, dates and
   * the like are read from their texts, and a list may come as one text. Names that the type does
   * not have are ignored.
   *
   * <p>Unless a codec has another way, the values are written as a JSON object, a single one as a
   * string and several as an array, and {@linkplain #decode(byte[], Class) read} from that.
   *
   * @param values all texts of each name, in order; more than one fits only what is a list
   * @param type for instance a record
   * @throws JsonException when they do not fit the type; says which and what was expected
   */
  default <T> T decode(Map<String, List<String>> values, Class<T> type) {
    Map<String, Object> object = new LinkedHashMap<>();
    values.forEach((name, all) -> object.put(name, all.size() == 1 ? all.getFirst() : all));
    return decode(encode(object), type);
  }
}
