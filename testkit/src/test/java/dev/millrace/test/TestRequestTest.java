package dev.millrace.test;

import static dev.millrace.http.Response.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import java.nio.charset.StandardCharsets;

/** What a {@link TestRequest} sends. */
class TestRequestTest {
  private final Millrace app = Millrace.create();

  @OverEachWiring
  void aFormIsEncodedAsBrowsersDo(Wiring wiring) {
    app.post(
        "/", request -> text(request.header("Content-Type").orElse("") + " " + request.text()));
    try (var test = wiring.start(app)) {
      assertThat(test.request("POST", "/").form("a b", "ä&=", "c", "").send().text())
          .isEqualTo("application/x-www-form-urlencoded a+b=%C3%A4%26%3D&c=");
      assertThatThrownBy(() -> test.request("POST", "/").form("a"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("form: 1 strings (expected: names and values in pairs)");
    }
  }

  @OverEachWiring
  void theBoundaryIsNeverInTheContent(Wiring wiring) {
    app.post(
        "/", request -> text(request.form().text("a").orElse("") + request.form().names().size()));
    try (var test = wiring.start(app)) {
      String nasty = "\r\n------millrace-test--\r\n------millrace-test-x--";
      assertThat(test.request("POST", "/").multipart("a", nasty).send().text())
          .isEqualTo(nasty + "1");
    }
  }

  @OverEachWiring
  void lengthsAreDeclaredUnlessTheyAreNotToBe(Wiring wiring) {
    app.post(
        "/",
        request ->
            text(request.header("Content-Length").orElse("none") + " " + request.bytes().length));
    try (var test = wiring.start(app)) {
      byte[] body = "12345".getBytes(StandardCharsets.UTF_8);
      assertThat(test.request("POST", "/").body(body).send().text()).isEqualTo("5 5");
      assertThat(test.request("POST", "/").body(body).withoutLength().send().text())
          .isEqualTo("none 5");
    }
  }
}
