package dev.millrace.json;

import java.lang.reflect.Type;
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
   * The codec that is used unless another is set: Jackson with its defaults. Dates are ISO 8601
   * strings, unknown properties are ignored, nesting is limited to 500 levels and numbers to 1,000
   * digits.
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
   */
  <T> T decode(byte[] utf8, Class<T> type);

  /**
   * As {@link #decode(byte[], Class)}, for generic types.
   *
   * @param type for instance the generic return type of a method, or a library's type token
   */
  Object decode(byte[] utf8, Type type);
}
