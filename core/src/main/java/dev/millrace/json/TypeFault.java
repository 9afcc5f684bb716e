package dev.millrace.json;

import java.io.Serial;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.exc.MismatchedInputException;

/** An object's {@code type} that names no record which could be made of it. */
final class TypeFault extends MismatchedInputException {
  @Serial private static final long serialVersionUID = 1;

  private final String what;
  private final @Nullable String value;
  private final String expected;

  private TypeFault(
      JsonParser parser, Class<?> target, String what, @Nullable String value, String expected) {
    super(parser, "type " + what, target);
    this.what = what;
    this.value = value;
    this.expected = expected;
    prependPath(target, TypeNames.PROPERTY);
  }

  static TypeFault missing(JsonParser parser, Class<?> target, String expected) {
    return new TypeFault(parser, target, "is missing", null, expected);
  }

  /** After more than may be kept. */
  static TypeFault late(JsonParser parser, Class<?> target, String expected) {
    String first = expected + ", before the object's other properties";
    return new TypeFault(parser, target, "comes too late", null, first);
  }

  /** Of the value that a parser is at. */
  static TypeFault misfit(JsonParser parser, Class<?> target, String expected) {
    String value = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getString() : null;
    String shown = value == null ? null : JsonPath.printable(value);
    return new TypeFault(parser, target, "does not fit", shown, expected);
  }

  String what() {
    return what;
  }

  /** What stood there, safe to show; {@code null} when it was no text. */
  @Nullable String value() {
    return value;
  }

  String expected() {
    return expected;
  }
}
