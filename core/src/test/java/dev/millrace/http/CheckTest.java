package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checks of a record's own constructor. Needs no port. */
class CheckTest {
  record NewOrder(String item, int quantity, String coupon, String password) {
    NewOrder {
      Check.that("item", item, it -> !it.isBlank(), "not blank")
          .and("item", item, item != null && item.length() < 5, "under 5 characters")
          .and("quantity", quantity, quantity >= 1, "1 or more")
          .and("coupon", coupon == null || coupon.length() == 8, "8 characters")
          .and("password", password != null && password.length() > 11, "12 characters or more")
          .done();
    }
  }

  private static List<FieldError> errorsOf(String item, int quantity, String coupon, String pass) {
    InvalidException e =
        catchThrowableOfType(
            InvalidException.class, () -> new NewOrder(item, quantity, coupon, pass));
    assertThat(e).isNotNull();
    return e.errors();
  }

  @Test
  void whatFitsPasses() {
    assertThat(new NewOrder("tea", 1, null, "correct horse").item()).isEqualTo("tea");
  }

  @Test
  void allThatFailsIsToldAtOnceAndSecretsAreNotShown() {
    assertThat(errorsOf(" ", 0, "abc", "secret"))
        .containsExactly(
            new FieldError("item", " ", "not blank"),
            new FieldError("quantity", "0", "1 or more"),
            new FieldError("coupon", null, "8 characters"),
            new FieldError("password", null, "12 characters or more"));
  }

  @Test
  void whatIsMissingFailsAndTheLaterChecksOfAFieldArePassedOver() {
    assertThat(errorsOf(null, 1, null, "correct horse"))
        .containsExactly(new FieldError("item", null, "not blank"));
    assertThat(errorsOf("coffee", 1, null, "correct horse"))
        .containsExactly(new FieldError("item", "coffee", "under 5 characters"));
  }

  @Test
  void theSentenceSaysWhatAndWhatInstead() {
    assertThatThrownBy(() -> new NewOrder(" a\nb\n", 0, null, ""))
        .hasMessage(
            "item:  a\\nb\\n (expected: under 5 characters); quantity: 0 (expected: 1 or more);"
                + " password (expected: 12 characters or more)");
  }

  @Test
  void valuesAreShownOnlyIfTheyAreShortAndPlain() {
    assertThat(FieldError.of("f", "x".repeat(1_000_000), "less").value()).hasSize(81);
    assertThat(FieldError.of("f", LocalDate.EPOCH, "later").value()).isEqualTo("1970-01-01");
    assertThat(FieldError.of("f", List.of("a"), "more").value()).isNull();
    assertThat(FieldError.of("f", new Object(), "more").value()).isNull();
    assertThat(new FieldError("a\nb", "c\nd", "e\nf").toString())
        .isEqualTo("a?b: c\\nd (expected: e?f)");
    assertThat(FieldError.of("f".repeat(999), 1, "e".repeat(999)).toString()).hasSizeLessThan(430);
  }

  @Test
  void errorsAreBounded() {
    InvalidException many =
        new InvalidException(Collections.nCopies(100_000, FieldError.of("f", "less")));
    assertThat(many.errors()).hasSize(100);
    assertThat(many.detail()).endsWith("; and 95 more").hasSizeLessThan(200);
    assertThatThrownBy(() -> new InvalidException(List.of()))
        .hasMessage("errors: none (expected: at least one)");
  }

  @Test
  void aHeaderIsAddedWithoutLosingTheErrors() {
    InvalidException e =
        new InvalidException(List.of(FieldError.of("f", "less"))).header("Retry-After", "1");
    assertThat(e.errors()).hasSize(1);
    assertThat(e.headers().first("Retry-After")).contains("1");
    assertThat(e.status()).isEqualTo(400);
  }

  @Test
  void aPlaceIsPutInFront() {
    FieldError error = FieldError.of("quantity", "1 or more");
    assertThat(error.in("lines[2]").field()).isEqualTo("lines[2].quantity");
    assertThat(error.in("").field()).isEqualTo("quantity");
    assertThat(FieldError.of("[0].x", "1").in("lines").field()).isEqualTo("lines[0].x");
    assertThat(FieldError.of("", "1").in("lines").field()).isEqualTo("lines");
  }
}
