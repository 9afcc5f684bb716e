package dev.millrace.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.ValueInstantiationException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Says of a document that could not be read what is wrong with it, in words for the one who sent
 * it. Jackson's own messages quote the document and name our classes: neither is for a client.
 */
final class Faults {
  private static final String LIMITS =
      "nesting of at most %d levels, numbers of at most %d digits, names of at most %d characters"
          .formatted(JacksonCodec.DEPTH, JacksonCodec.DIGITS, JacksonCodec.NAME);

  private final Expected expected;

  Faults(JsonMapper mapper) {
    this.expected = new Expected(mapper);
  }

  static JsonException notUtf8(int at) {
    return new JsonException("not UTF-8 at byte " + at + " (expected: JSON in UTF-8)", "", null);
  }

  JsonException isNull(JavaType type) {
    return misfit("", "is null", expected.of(type.getRawClass()), null);
  }

  static JsonException trailing(JsonParser parser, @Nullable Exception cause) {
    return new JsonException(
        "there is more after the end of the document" + place(parser.currentTokenLocation()),
        "",
        cause);
  }

  /** What a document's reading failed by. */
  JsonException of(JacksonException e, JsonParser parser, JavaType type) {
    if (e instanceof StreamConstraintsException) {
      return syntax("over a limit", " (expected: " + LIMITS + ")", e, parser);
    }
    if (e instanceof DatabindException || e instanceof InputCoercionException) {
      if (parser.currentToken() == null && parser.streamReadContext().inRoot()) {
        return new JsonException(
            "the document is empty (expected: " + expected.of(type.getRawClass()) + ")", "", e);
      }
      return misfit(e, type);
    }
    if (e instanceof UnexpectedEndOfInputException) {
      return syntax("the document ends too early", "", e, parser);
    }
    // The detector has no type of its own to be told by.
    if (e.getOriginalMessage().startsWith("Duplicate")) {
      return syntax("a name stands twice in one object", "", e, parser);
    }
    return syntax("not JSON", "", e, parser);
  }

  /** What values that are no document, as of a query, fail by. */
  JsonException misfit(JacksonException e, JavaType type) {
    String path = JsonPath.of(e);
    if (e instanceof TypeFault fault) {
      return misfit(path, fault);
    }
    // Jackson has one type for this and for a value that does not fit.
    boolean missing = e.getOriginalMessage().startsWith("Missing");
    return misfit(path, missing ? "is missing" : "does not fit", wanted(e, path, type), e);
  }

  private String wanted(JacksonException e, String path, JavaType type) {
    Class<?> target =
        switch (e) {
          case MismatchedInputException mismatch -> mismatch.getTargetType();
          case ValueInstantiationException refused -> refused.getType().getRawClass();
          case InputCoercionException range -> range.getTargetType();
          default -> null;
        };
    if (target == null) {
      return path.isEmpty() ? expected.of(type.getRawClass()) : "a value that fits";
    }
    return expected.of(target);
  }

  private static JsonException misfit(
      String path, String what, String wanted, @Nullable Exception cause) {
    return new JsonException(
        "%s %s (expected: %s)".formatted(path.isEmpty() ? "the document" : path, what, wanted),
        path,
        wanted,
        cause);
  }

  private static JsonException misfit(String path, TypeFault fault) {
    String value = fault.value();
    if (value == null) {
      return misfit(path, fault.what(), fault.expected(), fault);
    }
    return new JsonException(
        "%s: \"%s\" (expected: %s)".formatted(path, value, fault.expected()),
        path,
        value,
        fault.expected(),
        fault);
  }

  private static JsonException syntax(
      String what, String more, JacksonException cause, JsonParser parser) {
    String path = JsonPath.of(parser.streamReadContext());
    String in = path.isEmpty() ? "" : ", in " + path;
    return new JsonException(what + place(parser.currentLocation()) + in + more, path, cause);
  }

  private static String place(TokenStreamLocation location) {
    return " at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }
}
