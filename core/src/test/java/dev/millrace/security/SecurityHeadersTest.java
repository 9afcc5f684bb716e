package dev.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.http.Headers;
import dev.millrace.http.Next;
import dev.millrace.http.RequestValues;
import dev.millrace.http.Response;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Headers that keep a browser's users safe. Needs no port. */
class SecurityHeadersTest {
  private static final Next OK = request -> Response.noContent();
  private static final String HSTS = "Strict-Transport-Security";

  private static Headers over(String scheme, String host, SecurityHeaders filter) throws Exception {
    return filter.filter(RequestValues.to(scheme, host, "GET", "/"), OK).headers();
  }

  @Test
  void whatIsSentUnlessSomethingElseIsSet() throws Exception {
    assertThat(over("https", "shop.example", SecurityHeaders.DEFAULT))
        .isEqualTo(
            Headers.of(
                "X-Content-Type-Options",
                "nosniff",
                "X-Frame-Options",
                "DENY",
                "Referrer-Policy",
                "strict-origin-when-cross-origin",
                "Cross-Origin-Opener-Policy",
                "same-origin",
                "Cross-Origin-Resource-Policy",
                "same-origin",
                HSTS,
                "max-age=2592000"));
  }

  @Test
  void whatTheHandlerHasSetWins() throws Exception {
    Next own = request -> Response.noContent().header("x-frame-options", "SAMEORIGIN");
    var response = SecurityHeaders.DEFAULT.filter(RequestValues.of("GET", "/"), own);
    assertThat(response.headers().all("X-Frame-Options")).containsExactly("SAMEORIGIN");
  }

  @ParameterizedTest
  @CsvSource({
    "http, shop.example, false",
    "https, shop.example, true",
    "https, shop.example:8443, true",
    "https, localhost, false",
    "https, LOCALHOST:8443, false",
    "https, app.localhost, false",
    "https, notlocalhost, true"
  })
  void browsersAreBoundToHttpsOnlyOverHttpsAndNeverForLocalhost(
      String scheme, String host, boolean sent) throws Exception {
    assertThat(over(scheme, host, SecurityHeaders.DEFAULT).contains(HSTS)).isEqualTo(sent);
  }

  @Test
  void eachCanBeChangedOrLeftOut() throws Exception {
    SecurityHeaders filter =
        SecurityHeaders.DEFAULT
            .frameOptions(null)
            .referrerPolicy("no-referrer")
            .openerPolicy("same-origin-allow-popups")
            .resourcePolicy("cross-origin")
            .permissionsPolicy("camera=()")
            .contentSecurityPolicy("default-src 'self'; frame-ancestors 'none'")
            .transportSecurity(Duration.ofDays(365), true);
    assertThat(over("https", "shop.example", filter))
        .isEqualTo(
            Headers.of(
                "X-Content-Type-Options",
                "nosniff",
                "Referrer-Policy",
                "no-referrer",
                "Cross-Origin-Opener-Policy",
                "same-origin-allow-popups",
                "Cross-Origin-Resource-Policy",
                "cross-origin",
                "Permissions-Policy",
                "camera=()",
                "Content-Security-Policy",
                "default-src 'self'; frame-ancestors 'none'",
                HSTS,
                "max-age=31536000; includeSubDomains"));
    assertThat(
            over(
                    "https",
                    "shop.example",
                    SecurityHeaders.DEFAULT.transportSecurity(Duration.ZERO, false))
                .contains(HSTS))
        .isFalse();
  }

  @Test
  void whatCannotBeSentIsAnErrorAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SecurityHeaders.DEFAULT.contentSecurityPolicy("a\nb"))
        .withMessageContaining("Content-Security-Policy")
        .withMessageContaining("LF");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SecurityHeaders.DEFAULT.transportSecurity(Duration.ofSeconds(-1), false))
        .withMessage("transportSecurity: PT-1S (expected: zero, which is off, or more)");
  }
}
