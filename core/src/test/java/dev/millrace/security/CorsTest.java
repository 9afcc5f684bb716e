package dev.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.http.Headers;
import dev.millrace.http.HttpException;
import dev.millrace.http.Next;
import dev.millrace.http.RequestValues;
import dev.millrace.http.Response;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CORS as Fetch, section 3.2 has it. Needs no port. */
class CorsTest {
  private static final String APP = "https://app.example";
  private static final Next OK = request -> Response.text("ok");
  private static final Next NEVER =
      request -> {
        throw new AssertionError("a preflight reached the routes");
      };

  private static Headers simple(Cors cors, String origin) throws Exception {
    return cors.filter(RequestValues.of("GET", "/", "Origin", origin), OK).headers();
  }

  private static Response preflight(Cors cors, String origin) throws Exception {
    return cors.filter(
        RequestValues.of(
            "OPTIONS", "/x", "Origin", origin, "Access-Control-Request-Method", "DELETE"),
        NEVER);
  }

  // --- requests ---

  @Test
  void aListedOriginMayRead() throws Exception {
    Headers headers = simple(Cors.of(APP), APP);
    assertThat(headers.all("Access-Control-Allow-Origin")).containsExactly(APP);
    assertThat(headers.all("Vary")).containsExactly("Origin");
    assertThat(headers.contains("Access-Control-Allow-Credentials")).isFalse();
    assertThat(headers.contains("Access-Control-Expose-Headers")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "http://app.example",
        "https://app.example:8443",
        "https://app.example.evil.example",
        "https://evilapp.example",
        "https://sub.app.example",
        "HTTPS://APP.EXAMPLE",
        "https://app.example/",
        "null",
        "*",
        ""
      })
  void anotherOriginGetsTheResponseWithoutLeaveToReadIt(String origin) throws Exception {
    Response response =
        Cors.of(APP).credentials(true).filter(RequestValues.of("GET", "/", "Origin", origin), OK);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers().all("Vary")).containsExactly("Origin");
    assertThat(response.headers().size()).isEqualTo(2);
  }

  @Test
  void withoutAnOriginOnlyVaryIsSaid() throws Exception {
    Headers headers = Cors.of(APP).filter(RequestValues.of("GET", "/"), OK).headers();
    assertThat(headers.all("Vary")).containsExactly("Origin");
    assertThat(headers.contains("Access-Control-Allow-Origin")).isFalse();
  }

  @Test
  void severalOriginsAreNone() throws Exception {
    var request = RequestValues.of("GET", "/", "Origin", APP, "Origin", "https://evil.example");
    assertThat(Cors.of(APP).filter(request, OK).header("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void anyOriginNeedsNoVary() throws Exception {
    Headers headers = simple(Cors.of("*"), "https://whoever.example");
    assertThat(headers.all("Access-Control-Allow-Origin")).containsExactly("*");
    assertThat(headers.contains("Vary")).isFalse();
  }

  @Test
  void theNullOriginIsAllowedOnlyIfItIsListed() throws Exception {
    String allow = "Access-Control-Allow-Origin";
    assertThat(simple(Cors.matching(origin -> true), "null").contains(allow)).isFalse();
    assertThat(simple(Cors.of(APP, "null"), "null").first(allow)).contains("null");
  }

  @Test
  void aTestMayDecide() throws Exception {
    Cors cors = Cors.matching(origin -> origin.endsWith(".shop.example")).credentials(true);
    assertThat(simple(cors, "https://a.shop.example").first("Access-Control-Allow-Origin"))
        .contains("https://a.shop.example");
    assertThat(simple(cors, "https://a.shop.example").first("Access-Control-Allow-Credentials"))
        .contains("true");
    assertThat(simple(cors, APP).contains("Access-Control-Allow-Credentials")).isFalse();
  }

  @Test
  void headersAreExposedByName() throws Exception {
    Cors cors = Cors.of(APP).exposed("X-Request-Id", "ETag");
    assertThat(simple(cors, APP).first("Access-Control-Expose-Headers"))
        .contains("X-Request-Id, ETag");
    assertThat(preflight(cors, APP).headers().contains("Access-Control-Expose-Headers")).isFalse();
  }

  @Test
  void aHandlersOwnPolicyStays() throws Exception {
    Next open = request -> Response.text("font").header("Access-Control-Allow-Origin", "*");
    Headers headers =
        Cors.of(APP).filter(RequestValues.of("GET", "/", "Origin", APP), open).headers();
    assertThat(headers.all("Access-Control-Allow-Origin")).containsExactly("*");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"Accept | Accept;Origin", "origin | origin", "A, Origin | A, Origin", "* | *"})
  void varyIsSaidOnce(String before, String after) throws Exception {
    Next varying = request -> Response.text("x").header("Vary", before);
    assertThat(
            Cors.of(APP)
                .filter(RequestValues.of("GET", "/", "Origin", APP), varying)
                .headers()
                .all("Vary"))
        .isEqualTo(List.of(after.split(";")));
  }

  // --- preflights ---

  @Test
  void aPreflightIsAnsweredBeforeRoutes() throws Exception {
    Response response =
        preflight(
            Cors.of(APP).methods("GET", "DELETE").credentials(true).maxAge(Duration.ofHours(1)),
            APP);
    assertThat(response.status()).isEqualTo(204);
    assertThat(response.headers())
        .isEqualTo(
            Headers.of(
                "Vary",
                "Origin",
                "Access-Control-Allow-Origin",
                APP,
                "Access-Control-Allow-Credentials",
                "true",
                "Access-Control-Allow-Methods",
                "GET, DELETE",
                "Access-Control-Allow-Headers",
                "Content-Type, Last-Event-ID",
                "Access-Control-Max-Age",
                "3600"));
  }

  @Test
  void aPreflightOfAnotherOriginIsGivenNothing() throws Exception {
    Response response = preflight(Cors.of(APP), "https://evil.example");
    assertThat(response.status()).isEqualTo(204);
    assertThat(response.headers()).isEqualTo(Headers.of("Vary", "Origin"));
  }

  @Test
  void optionsThatIsNoPreflightGoesToTheRoutes() throws Exception {
    Response response =
        Cors.of(APP)
            .filter(RequestValues.of("OPTIONS", "/", "Origin", APP), request -> Response.of(299));
    assertThat(response.status()).isEqualTo(299);
    assertThat(response.header("Access-Control-Allow-Origin")).contains(APP);
  }

  // --- refusing others ---

  @Test
  void othersAreRefusedIfThatIsAskedFor() {
    Cors cors = Cors.of(APP).refuseOthers(true);
    assertThatThrownBy(() -> simple(cors, "https://evil.example"))
        .isInstanceOfSatisfying(
            HttpException.class,
            e -> {
              assertThat(e.status()).isEqualTo(403);
              assertThat(e.headers().first("Vary")).contains("Origin");
            });
    assertThatThrownBy(() -> preflight(cors, "https://evil.example"))
        .isInstanceOf(HttpException.class);
    assertThatThrownBy(() -> simple(cors, "null")).isInstanceOf(HttpException.class);
  }

  @Test
  void theServersOwnPagesAndProgramsAreNoOthers() throws Exception {
    Cors cors = Cors.of(APP).refuseOthers(true);
    assertThat(simple(cors, APP).contains("Access-Control-Allow-Origin")).isTrue();
    assertThat(simple(cors, "https://shop.example").contains("Vary")).isTrue();
    assertThat(cors.filter(RequestValues.of("POST", "/"), OK).status()).isEqualTo(200);
  }

  // --- what cannot be meant ---

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app.example",
        "https://app.example/",
        "https://app.example/path",
        "https://user@app.example",
        "https://App.example",
        "HTTPS://app.example",
        "https://app.example:443",
        "http://app.example:80",
        "https://*.app.example",
        "https:app.example",
        "https://",
        "https://a b",
        ""
      })
  void anOriginThatNoBrowserSendsIsAnError(String origin) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cors.of(origin))
        .withMessageStartingWith("origin \"" + origin + "\": ")
        .withMessageEndingWith(" (expected: scheme://host or scheme://host:port, in lower case)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example",
        "http://localhost:5173",
        "https://[2001:db8::1]:8443",
        "https://xn--bcher-kva.example",
        "http://app.example:443",
        "capacitor://localhost",
        "chrome-extension://abcdefgh",
        "null"
      })
  void originsAsBrowsersWriteThem(String origin) throws Exception {
    assertThat(simple(Cors.of(origin), origin).first("Access-Control-Allow-Origin"))
        .contains(origin);
  }

  @Test
  void whatCannotBeMeantIsAnErrorAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cors.of("*").credentials(true))
        .withMessageStartingWith("origins: * with credentials");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cors.of(APP).headers("*").credentials(true))
        .withMessageStartingWith("headers: * with credentials");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cors.of("*", APP))
        .withMessageContaining("* alone");
    assertThatIllegalArgumentException()
        .isThrownBy(Cors::of)
        .withMessageStartingWith("origins: none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cors.of(APP).methods("GET, POST"))
        .withMessageStartingWith("method \"GET, POST\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cors.of(APP).maxAge(Duration.ofSeconds(-1)))
        .withMessage("maxAge: PT-1S (expected: zero or more)");
  }
}
