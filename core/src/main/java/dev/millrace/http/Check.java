package dev.millrace.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Checks the fields of what a client has sent, where they come together: in the constructor of a
 * record, so that no invalid one exists. All failures are told at once.
 *
 * <pre>{@code
 * record NewOrder(String item, int quantity, String coupon) {
 *   NewOrder {
 *     Check.that("item", item, it -> !it.isBlank(), "not blank")
 *         .and("quantity", quantity, quantity >= 1, "1 or more")
 *         .and("coupon", coupon == null || coupon.length() == 8, "8 characters")
 *         .done();
 *   }
 * }
 * }</pre>
 *
 * <p>{@link Request#body(Class)} answers with 400 and these errors, their fields put below the
 * place where the record stood, as in {@code lines[2].quantity}. Thrown anywhere else, for instance
 * by a handler that checks what it has worked out, it is a 400 all the same.
 *
 * <p>Once a field has failed, its later checks are passed over. Belongs to one thread.
 */
public final class Check {
  private final List<FieldError> errors = new ArrayList<>(2);
  private final Set<String> failed = new HashSet<>(2);

  private Check() {}

  /**
   * Begins with a field that must be there and for which something holds.
   *
   * @param value shown to the client if it is text, a number or the like, see {@link
   *     FieldError#of(String, Object, String)}
   * @param holds not asked for {@code null}, which fails
   * @param expected what would have fitted, as in {@code 1 or more}
   */
  public static <T> Check that(
      String field, @Nullable T value, Predicate<? super T> holds, String expected) {
    return new Check().and(field, value, holds, expected);
  }

  /**
   * Begins with a field for which something holds.
   *
   * @param value shown to the client, as above
   */
  public static Check that(String field, @Nullable Object value, boolean holds, String expected) {
    return new Check().and(field, value, holds, expected);
  }

  /** Begins with a field whose value is not shown: a secret. */
  public static Check that(String field, boolean holds, String expected) {
    return new Check().and(field, holds, expected);
  }

  /** As {@link #that(String, Object, Predicate, String)}, for one more field. */
  public <T> Check and(
      String field, @Nullable T value, Predicate<? super T> holds, String expected) {
    return failed.contains(field)
        ? this
        : and(field, value, value != null && holds.test(value), expected);
  }

  /** As {@link #that(String, Object, boolean, String)}, for one more field. */
  public Check and(String field, @Nullable Object value, boolean holds, String expected) {
    return holds ? this : fail(FieldError.of(field, value, expected));
  }

  /** As {@link #that(String, boolean, String)}, for one more field. */
  public Check and(String field, boolean holds, String expected) {
    return holds ? this : fail(FieldError.of(field, expected));
  }

  private Check fail(FieldError error) {
    if (failed.add(error.field())) {
      errors.add(error);
    }
    return this;
  }

  /**
   * Ends the checks.
   *
   * @throws InvalidException when any has failed; carries all of them
   */
  public void done() {
    if (!errors.isEmpty()) {
      throw new InvalidException(errors);
    }
  }
}
