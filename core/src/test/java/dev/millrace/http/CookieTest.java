package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.http.Cookie.SameSite;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Cookies (RFC 6265bis): row 90 of the acceptance list. Needs no port. */
class CookieTest {
  private static final Cookie COOKIE = Cookie.of("a", "1");

  static Stream<Arguments> headers() {
    return Stream.of(
        Arguments.of(COOKIE, "a=1; Path=/; Secure; HttpOnly; SameSite=Lax"),
        Arguments.of(
            COOKIE.maxAge(Duration.ofMinutes(2)),
            "a=1; Max-Age=120; Path=/; Secure; HttpOnly; SameSite=Lax"),
        Arguments.of(
            COOKIE.domain("example.com").path("/x"),
            "a=1; Domain=example.com; Path=/x; Secure; HttpOnly; SameSite=Lax"),
        Arguments.of(
            COOKIE.sameSite(SameSite.STRICT), "a=1; Path=/; Secure; HttpOnly; SameSite=Strict"),
        Arguments.of(
            COOKIE.sameSite(SameSite.NONE).partitioned(true),
            "a=1; Path=/; Secure; HttpOnly; SameSite=None; Partitioned"),
        Arguments.of(COOKIE.insecure(), "a=1; Path=/; HttpOnly; SameSite=Lax"),
        Arguments.of(COOKIE.readableByScripts(), "a=1; Path=/; Secure; SameSite=Lax"),
        Arguments.of(
            Cookie.of("__Host-a", ""), "__Host-a=; Path=/; Secure; HttpOnly; SameSite=Lax"),
        Arguments.of(
            Cookie.of("__Secure-a", "").domain("x.org"),
            "__Secure-a=; Domain=x.org; Path=/; Secure; HttpOnly; SameSite=Lax"),
        Arguments.of(
            Cookie.removed("a").path("/x"),
            "a=; Max-Age=0; Path=/x; Secure; HttpOnly; SameSite=Lax"));
  }

  @ParameterizedTest
  @MethodSource("headers")
  void isWrittenAsBrowsersReadIt(Cookie cookie, String header) {
    assertThat(cookie.header()).isEqualTo(header);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal(
            () -> Cookie.of("a b", ""),
            "cookie name \"a b\" (expected: letters, digits or !#$%&'*+-.^_`|~)"),
        refusal(() -> Cookie.of("", ""), "cookie name \"\" (expected: "),
        refusal(() -> Cookie.of("a=", ""), "cookie name \"a=\" (expected: "),
        refusal(
            () -> Cookie.of("a", "x y"),
            "cookie \"a\": the value has U+0020 at index 1 (expected: visible ASCII without quote,"
                + " comma, semicolon and backslash; encode it, as with URLEncoder or Base64)"),
        refusal(() -> Cookie.of("a", "x;y"), "cookie \"a\": the value has ';' at index 1"),
        refusal(() -> Cookie.of("a", "x,"), "cookie \"a\": the value has ',' at index 1"),
        refusal(() -> Cookie.of("a", "\""), "cookie \"a\": the value has '\"' at index 0"),
        refusal(() -> Cookie.of("a", "\\"), "cookie \"a\": the value has '\\' at index 0"),
        refusal(() -> Cookie.of("a", "ä"), "cookie \"a\": the value has U+00E4 at index 0"),
        refusal(() -> Cookie.of("a", "x\r\nb"), "cookie \"a\": the value has CR at index 1"),
        refusal(
            () -> Cookie.of("a", "x".repeat(4096)),
            "cookie \"a\": name and value have 4097 bytes (expected: at most 4096 together)"),
        refusal(() -> COOKIE.path("x"), "cookie \"a\": path \"x\" (expected: ASCII without"),
        refusal(() -> COOKIE.path("/;"), "cookie \"a\": path \"/;\" (expected: "),
        refusal(() -> COOKIE.path("/" + "x".repeat(1024)), "cookie \"a\": path \"/xxx"),
        refusal(() -> COOKIE.domain(".x.org"), "cookie \"a\": domain \".x.org\" (expected: a host"),
        refusal(() -> COOKIE.domain(""), "cookie \"a\": domain \"\" (expected: "),
        refusal(() -> COOKIE.domain("x;y"), "cookie \"a\": domain \"x;y\" (expected: "),
        refusal(() -> COOKIE.domain("x".repeat(1025)), "cookie \"a\": domain \"xxx"),
        refusal(
            () -> COOKIE.maxAge(Duration.ofMillis(999)),
            "cookie \"a\": maxAge PT0.999S (expected: zero, or at least a second)"),
        refusal(() -> COOKIE.maxAge(Duration.ofSeconds(-1)), "cookie \"a\": maxAge PT-1S"),
        refusal(
            () -> COOKIE.sameSite(SameSite.NONE).insecure(),
            "cookie \"a\": it is insecure with SameSite=None (expected: LAX or STRICT, or a secure"
                + " cookie)"),
        refusal(
            () -> COOKIE.insecure().partitioned(true),
            "cookie \"a\": it is insecure and partitioned (expected: a secure cookie)"),
        refusal(
            () -> Cookie.of("__Secure-a", "").insecure(), "cookie \"__Secure-a\": it is insecure"),
        refusal(() -> Cookie.of("__HOST-a", "").insecure(), "cookie \"__HOST-a\": it is insecure"),
        refusal(
            () -> Cookie.of("__Host-a", "").domain("x.org"),
            "cookie \"__Host-a\": domain x.org (expected: no domain and path / for __Host-)"),
        refusal(
            () -> Cookie.of("__host-a", "").path("/x"),
            "cookie \"__host-a\": path /x (expected: no domain and path / for __Host-)"));
  }

  private static Arguments refusal(Supplier<Cookie> cookie, String message) {
    return Arguments.of(cookie, message);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whatBrowsersWouldNotTakeIsRefused(Supplier<Cookie> cookie, String message) {
    assertThatThrownBy(cookie::get)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void theLargestFits() {
    assertThat(Cookie.of("a", "x".repeat(4095)).value()).hasSize(4095);
    assertThat(COOKIE.path("/" + "x".repeat(1023)).path()).hasSize(1024);
  }

  @Test
  void itsValueIsInNoLog() {
    assertThat(Cookie.of("session", "secret").toString()).doesNotContain("secret");
    assertThatThrownBy(() -> Cookie.of("session", "secret secret"))
        .message()
        .doesNotContain("secret");
  }

  @Test
  void eachIsAHeaderOfItsOwn() {
    Response response = Response.of(204).cookie(COOKIE).cookie(Cookie.of("b", "2"));
    assertThat(response.headers().all("Set-Cookie"))
        .containsExactly(COOKIE.header(), Cookie.of("b", "2").header());
  }

  // --- what browsers send back ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      value = {
        "a=1            | 1",
        "b=2; a=1       | 1",
        "b=2;a=1        | 1",
        " a = 1 ;       | 1",
        "a=1; a=2       | 1",
        "a=             | ``",
        "a=x=y          | x=y",
        "a=\"1\"        | \"1\"",
        "a=%20          | %20",
        "aa=1; =2; a; ; a=3 | 3",
        "A=1            | -",
        "a              | -",
        "=a=1           | -",
        "b=a=1          | -",
        "``             | -"
      })
  void areReadLeniently(String header, String value) {
    Request request = BodyRequests.of("", "Cookie", header);
    assertThat(request.cookie("a").orElse(null)).isEqualTo(value);
    assertThat(request.cookies().get("a")).isEqualTo(value);
  }

  @Test
  void mayComeInSeveralHeaders() {
    Request request = BodyRequests.of("", "Cookie", "a=1; b=2", "cookie", "a=3; c=4");
    assertThat(request.cookies()).isEqualTo(Map.of("a", "1", "b", "2", "c", "4"));
    assertThat(request.cookies().keySet()).containsExactly("a", "b", "c");
    assertThat(BodyRequests.of("").cookies()).isEmpty();
  }

  @Test
  void areBounded() {
    StringBuilder header = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      header.append("c").append(i).append("=; ");
    }
    assertThat(BodyRequests.of("", "Cookie", header.toString()).cookies()).hasSize(256);
  }
}
