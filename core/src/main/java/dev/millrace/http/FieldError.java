package dev.millrace.http;

import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One thing in a request that does not fit, for the client to be told.
 *
 * @param field where, as in {@code lines[2].quantity}; cut at 200 characters
 * @param value what the client sent, printable and cut at 80 characters; {@code null} when it is
 *     not to be shown
 * @param expected what would have fitted, as in {@code 1 or more}; cut at 200 characters
 */
public record FieldError(String field, @Nullable String value, String expected) {
  private static final int LENGTH = 200;

  /** Cuts what is too long to be told, and replaces control characters. */
  public FieldError {
    field = cut(field);
    value = value == null ? null : Syntax.printable(value);
    expected = cut(expected);
  }

  /** One whose value is not shown. */
  public static FieldError of(String field, String expected) {
    return new FieldError(field, null, expected);
  }

  /**
   * One that shows the value if that is text, a number, a boolean, an enum, a UUID or a time;
   * anything else is left out.
   */
  public static FieldError of(String field, @Nullable Object value, String expected) {
    String shown =
        switch (value) {
          case CharSequence text ->
              text.length() > LENGTH ? text.subSequence(0, LENGTH) + "" : text + "";
          case Number number -> number.toString();
          case Boolean bool -> bool.toString();
          case Character character -> character.toString();
          case Enum<?> constant -> constant.name();
          case UUID uuid -> uuid.toString();
          case TemporalAccessor time -> time.toString();
          case TemporalAmount amount -> amount.toString();
          case null, default -> null;
        };
    return new FieldError(field, shown, expected);
  }

  /** The same, of a field that lies in another. */
  FieldError in(String parent) {
    if (parent.isEmpty()) {
      return this;
    }
    String dot = field.isEmpty() || field.startsWith("[") ? "" : ".";
    return new FieldError(parent + dot + field, value, expected);
  }

  private static String cut(String text) {
    StringBuilder told = new StringBuilder(Math.min(text.length(), LENGTH + 1));
    for (int i = 0; i < text.length() && i < LENGTH; i++) {
      char c = text.charAt(i);
      told.append(Character.isISOControl(c) ? '?' : c);
    }
    return text.length() > LENGTH ? told.append('…').toString() : told.toString();
  }

  /** As in {@code quantity: 0 (expected: 1 or more)}. */
  @Override
  public String toString() {
    return field + (value == null ? "" : ": " + value) + " (expected: " + expected + ")";
  }
}
