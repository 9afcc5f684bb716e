package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses as values. */
class ResponseTest {

  @Test
  void aRedirectionIsToBeFollowedWithGet() {
    Response response = Response.redirect("/there");
    assertThat(response.status()).isEqualTo(303);
    assertThat(response.header("Location")).contains("/there");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aRedirectionMayBeOfAnotherKind(int status) {
    assertThat(Response.redirect(status, "/there").status()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 300, 304, 305, 306, 309, 400})
  void whatIsNoRedirectionIsRefused(int status) {
    assertThatThrownBy(() -> Response.redirect(status, "/there"))
        .hasMessage("status: " + status + " (expected: 301, 302, 303, 307 or 308)");
  }

  @Test
  void aLocationCannotBringAnotherHeader() {
    assertThatThrownBy(() -> Response.redirect("/a\r\nSet-Cookie: x=1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CR at index 2");
  }

  @Test
  void aNegativeLengthIsRefused() {
    assertThatThrownBy(() -> Response.of(200).length(-1))
        .hasMessage("length: -1 (expected: zero or more)");
  }

  @Test
  void aMethodThatChangesSomethingReturnsAnotherResponse() {
    Response plain = Response.text("a");
    Response changed = plain.status(201).header("X-A", "1").type("text/css");
    assertThat(plain.status()).isEqualTo(200);
    assertThat(plain.header("X-A")).isEmpty();
    assertThat(changed.status()).isEqualTo(201);
    assertThat(changed.header("Content-Type")).contains("text/css");
  }
}
