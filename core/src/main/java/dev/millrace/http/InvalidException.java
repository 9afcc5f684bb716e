package dev.millrace.http;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a client has sent does not fit: 400, with every field that is wrong. {@link Check} throws
 * it, and so do {@link Request#body(Class)} and {@link Request#query(Class)}; an {@code onError}
 * handler for it decides what clients see of that.
 */
public final class InvalidException extends HttpException {
  @Serial private static final long serialVersionUID = 1;

  private static final int MOST = 100;
  private static final int TOLD = 5;

  private final transient List<FieldError> errors;

  /**
   * A refusal of one or more fields.
   *
   * @param errors all that is wrong; of more than 100 the first 100 are kept
   * @throws IllegalArgumentException when there is none
   */
  public InvalidException(List<FieldError> errors) {
    this(List.copyOf(errors.subList(0, Math.min(MOST, errors.size()))), Headers.EMPTY);
  }

  private InvalidException(List<FieldError> errors, Headers headers) {
    super(400, sentence(errors), headers);
    this.errors = errors;
  }

  /** What is wrong: 1 to 100 fields. */
  public List<FieldError> errors() {
    return errors == null ? List.of() : errors;
  }

  @Override
  public InvalidException header(String name, String value) {
    InvalidException copy = new InvalidException(errors(), headers().with(name, value));
    copy.setStackTrace(getStackTrace());
    return copy;
  }

  /** The same, of what lies in a field of another. */
  InvalidException in(String parent) {
    return parent.isEmpty()
        ? this
        : new InvalidException(errors().stream().map(error -> error.in(parent)).toList());
  }

  private static String sentence(List<FieldError> errors) {
    if (errors.isEmpty()) {
      throw new IllegalArgumentException("errors: none (expected: at least one)");
    }
    String told =
        errors.stream().limit(TOLD).map(FieldError::toString).collect(Collectors.joining("; "));
    return errors.size() > TOLD ? told + "; and " + (errors.size() - TOLD) + " more" : told;
  }
}
