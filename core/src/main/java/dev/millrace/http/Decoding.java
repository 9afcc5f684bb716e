package dev.millrace.http;

import dev.millrace.json.JsonCodec;
import dev.millrace.json.JsonException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes values of what a client has sent, and says what was wrong with it: in the document, with
 * what a type's constructor accepts, or to the validator.
 */
final class Decoding {
  private static final int CAUSES = 20;

  private final JsonCodec json;
  private final Validator validator;

  Decoding(JsonCodec json, Validator validator) {
    this.json = json;
    this.validator = validator;
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
      return new InvalidException(List.of(FieldError.of(e.path(), e.expected())));
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

  /** All values of all names of a query or form, decoded, in the order of the names' first. */
  static Map<String, List<String>> pairs(String encoded) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String pair : encoded.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        values
            .computeIfAbsent(Syntax.percentDecode(name, true), key -> new ArrayList<>(1))
            .add(Syntax.percentDecode(value, true));
      }
    }
    return values;
  }
}
