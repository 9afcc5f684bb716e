package dev.millrace.json;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A value that cannot be written as JSON, or a document that cannot be read. */
public final class JsonException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final String path;
  private final @Nullable String value;
  private final String expected;

  /**
   * Made by codecs.
   *
   * @param message what happened, in words for the one who sent the document
   * @param path where in the document, as in {@code items[3].price}; empty when unknown
   * @param cause the library's own exception, for the log
   */
  public JsonException(String message, String path, @Nullable Throwable cause) {
    this(message, path, "", cause);
  }

  /**
   * Made by codecs, for a value that does not fit the type that is to be made of it.
   *
   * @param message what happened, in words for the one who sent the document
   * @param path where in the document, as in {@code items[3].price}; empty for its root
   * @param expected what would fit, as in {@code integer}
   * @param cause the library's own exception, for the log; what a type's own constructor threw is
   *     looked for among its causes
   */
  public JsonException(String message, String path, String expected, @Nullable Throwable cause) {
    this(message, path, null, expected, cause);
  }

  /**
   * Made by codecs, for a value that does not fit and that may be shown.
   *
   * @param message what happened, in words for the one who sent the document
   * @param path where in the document, as in {@code items[3].price}; empty for its root
   * @param value what stands there, printable and short; {@code null} when it is not to be shown
   * @param expected what would fit, as in {@code integer}
   * @param cause the library's own exception, for the log
   */
  public JsonException(
      String message,
      String path,
      @Nullable String value,
      String expected,
      @Nullable Throwable cause) {
    super(message, cause);
    this.path = path;
    this.value = value;
    this.expected = expected;
  }

  /** Where in the document, as in {@code items[3].price}; empty for its root or when unknown. */
  public String path() {
    return path;
  }

  /** What stands there, for the one who sent it; {@code null} when it is not to be shown. */
  public @Nullable String value() {
    return value;
  }

  /** What would fit there; empty when it is not a value that does not fit. */
  public String expected() {
    return expected;
  }
}
