package dev.millrace.http;

import dev.millrace.json.JsonCodec;
import dev.millrace.json.JsonException;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a server reads what its clients send: it makes values of it, and says what was wrong with it:
 * in the document, with what a type's constructor accepts, or to the validator. One for all
 * requests of a server. For engines.
 */
public final class Decoding {
  private static final int CAUSES = 20;
  private static final Decoding STANDARD =
      new Decoding(JsonCodec.standard(), Validator.NONE, Limits.DEFAULT.bodyBytes());

  private final JsonCodec json;
  private final Validator validator;
  private final long bodyLimit;

  /**
   * Reads with a codec.
   *
   * @param json for bodies and queries
   * @param validator checks what was read
   * @param bodyLimit most bytes of a body, unless its request says otherwise
   */
  public Decoding(JsonCodec json, Validator validator, long bodyLimit) {
    this.json = json;
    this.validator = validator;
    this.bodyLimit = bodyLimit;
  }

  /** The standard codec, and no checks. */
  public static Decoding standard() {
    return STANDARD;
  }

  JsonCodec json() {
    return json;
  }

  /**
   * A message of a WebSocket.
   *
   * @throws HttpException 400 when it is not text, or not such a document
   */
  public <T> T message(byte[] content, boolean text, Class<T> type) {
    checkText(text);
    return checked("message", () -> json.decode(content, type));
  }

  /** As {@link #message(byte[], boolean, Class)}, for generic types. */
  public Object message(byte[] content, boolean text, Type type) {
    checkText(text);
    return checked("message", () -> json.decode(content, type));
  }

  private static void checkText(boolean text) {
    if (!text) {
      throw new HttpException(400, "message: binary (expected: JSON, which is text)");
    }
  }

  long bodyLimit() {
    return bodyLimit;
  }

  <T> T document(byte[] utf8, Class<T> type) {
    return checked("body", () -> json.decode(utf8, type));
  }

  Object document(byte[] utf8, Type type) {
    return checked("body", () -> json.decode(utf8, type));
  }

  /**
   * Of texts by name.
   *
   * @param what names them for the client, as in {@code query}
   */
  <T> T texts(String what, Map<String, List<String>> values, Class<T> type) {
    return checked(what, () -> json.decode(values, type));
  }

  private <T> T checked(String what, Supplier<T> decode) {
    T value;
    try {
      value = decode.get();
    } catch (JsonException e) {
      throw refusal(what, e);
    }
    List<FieldError> errors = validator.check(value);
    if (!errors.isEmpty()) {
      throw new InvalidException(errors);
    }
    return value;
  }

  private static HttpException refusal(String what, JsonException e) {
    InvalidException own = thrownByType(e);
    if (own != null) {
      return own.in(e.path());
    }
    if (!e.path().isEmpty() && !e.expected().isEmpty()) {
      return new InvalidException(List.of(new FieldError(e.path(), e.value(), e.expected())));
    }
    return new HttpException(400, what + ": " + e.getMessage());
  }

  /** What a constructor has thrown is wrapped by the codec's library, once or more often. */
  private static @Nullable InvalidException thrownByType(JsonException e) {
    Throwable cause = e.getCause();
    for (int i = 0; i < CAUSES && cause != null; i++) {
      if (cause instanceof InvalidException invalid) {
        return invalid;
      }
      cause = cause.getCause();
    }
    return null;
  }
}
