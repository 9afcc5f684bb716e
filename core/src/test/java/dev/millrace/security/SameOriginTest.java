package dev.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.http.HttpException;
import dev.millrace.http.Next;
import dev.millrace.http.Request;
import dev.millrace.http.RequestValues;
import dev.millrace.http.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may change something, and who may have a stream in a user's name. Needs no port. */
class SameOriginTest {
  private static final SameOrigin FILTER = SameOrigin.DEFAULT.allow("https://app.example");

  private static int status(Request request, Next next) throws Exception {
    try {
      return FILTER.filter(request, next).status();
    } catch (HttpException e) {
      return e.status();
    }
  }

  private static String[] headers(String site, String origin, String... more) {
    List<String> headers = new ArrayList<>(List.of(more));
    if (!site.equals("-")) {
      headers.addAll(List.of("Sec-Fetch-Site", site));
    }
    if (!origin.equals("-")) {
      headers.addAll(List.of("Origin", origin));
    }
    return headers.toArray(String[]::new);
  }

  @ParameterizedTest
  @CsvSource({
    // what the browser says decides
    "same-origin, http://shop.example, 200",
    "none, -, 200",
    "same-site, http://sub.shop.example, 403",
    "cross-site, https://evil.example, 403",
    "cross-site, http://shop.example, 403",
    "cross-site, null, 403",
    "cross-site, -, 403",
    "unheard-of, -, 403",
    // the list
    "cross-site, https://app.example, 200",
    "-, https://app.example, 200",
    // an old browser: the host
    "-, http://shop.example, 200",
    "-, https://shop.example, 200",
    "-, https://shop.example:8443, 403",
    "-, http://shop.example:80, 403",
    "-, http://SHOP.example, 403",
    "-, https://evil.example, 403",
    "-, https://shop.example.evil.example, 403",
    "-, ftp://shop.example, 403",
    "-, shop.example, 403",
    "-, null, 403",
    // no browser
    "-, -, 200"
  })
  void whoMayChangeSomething(String site, String origin, int status) throws Exception {
    AtomicInteger handled = new AtomicInteger();
    Request request = RequestValues.of("POST", "/orders", headers(site, origin));
    assertThat(
            status(
                request,
                given -> {
                  handled.incrementAndGet();
                  return Response.text("done");
                }))
        .isEqualTo(status);
    assertThat(handled.get()).isEqualTo(status == 200 ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "https, shop.example, https://shop.example, 200",
    "https, shop.example:443, https://shop.example, 200",
    "https, shop.example:8443, https://shop.example:8443, 200",
    "https, shop.example, http://shop.example, 403",
    "http, shop.example, https://shop.example, 200",
    "https, Shop.Example, https://shop.example, 200",
    "http, [::1]:8080, http://[::1]:8080, 200",
    "http, '', http://, 403",
    "http, '', https://evil.example, 403"
  })
  void theHostOfAnOldBrowsersOriginIsTheOneThatWasAsked(
      String scheme, String authority, String origin, int status) throws Exception {
    Request request = RequestValues.to(scheme, authority, "DELETE", "/x", "Origin", origin);
    assertThat(status(request, given -> Response.text("done"))).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({"GET", "HEAD", "OPTIONS"})
  void safeRequestsForOtherThanStreamsPass(String method) throws Exception {
    Request request =
        RequestValues.of(
            method, "/", headers("cross-site", "https://evil.example", "Cookie", "a=b"));
    assertThat(status(request, given -> Response.text("page"))).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "cross-site, https://evil.example, true, 403",
    "-, https://evil.example, true, 403",
    "cross-site, https://app.example, true, 200",
    "same-origin, -, true, 200",
    "-, -, true, 200",
    "cross-site, https://evil.example, false, 200"
  })
  void aStreamThatIsAskedForWithACookieIsForItsOwnPages(
      String site, String origin, boolean cookie, int status) throws Exception {
    String[] headers =
        cookie ? headers(site, origin, "Cookie", "session=1") : headers(site, origin);
    AtomicInteger closed = new AtomicInteger();
    AutoCloseable source = closed::incrementAndGet;
    assertThat(status(RequestValues.of("GET", "/s", headers), given -> Response.stream(source)))
        .isEqualTo(status);
    assertThat(closed.get()).as("the source was let go of").isEqualTo(status == 403 ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({"document, 200", "iframe, 403", "image, 403", "empty, 403"})
  void aUserMayFollowALinkToADownloadThatIsStreamed(String destination, int status)
      throws Exception {
    String[] headers =
        headers(
            "cross-site",
            "-",
            "Cookie",
            "session=1",
            "Sec-Fetch-Mode",
            "navigate",
            "Sec-Fetch-Dest",
            destination);
    assertThat(
            status(
                RequestValues.of("GET", "/orders.csv", headers),
                given -> Response.stream("a,b").type("text/csv")))
        .isEqualTo(status);
  }

  @Test
  void anOriginThatNoBrowserSendsIsAnErrorAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SameOrigin.DEFAULT.allow("app.example"))
        .withMessageStartingWith("origin \"app.example\": has no scheme or no host");
  }
}
