package dev.millrace.http;

import java.util.List;

/**
 * Checks what has been read from a request, after the constructors of its types have had their say:
 * for rules that stand outside of them, such as the annotations of Jakarta Validation. Set with
 * {@code ServerOptions.validator}.
 *
 * <p>Runs on the request's thread and may block; used by many threads at once. What it throws other
 * than {@link HttpException} becomes a 500.
 */
@FunctionalInterface
public interface Validator {
  /** Finds nothing wrong. */
  Validator NONE = value -> List.of();

  /**
   * What is wrong with a value.
   *
   * @param value what a request's body or query was read into
   * @return empty when all is well
   */
  List<FieldError> check(Object value);
}
