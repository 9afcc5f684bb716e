package dev.millrace.security;

import static dev.millrace.http.Response.stream;
import static dev.millrace.http.Response.text;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.http.Headers;
import dev.millrace.http.HttpException;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.Wiring;
import java.util.List;

/** Pages of other origins. */
class OriginsTest {
  private static final String APP = "https://app.example";
  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

  private final Millrace app = Millrace.create();

  private static Headers from(String origin, TestApp test, String path) {
    return test.request("GET", path).header("Origin", origin).send().headers();
  }

  @OverEachWiring
  void streamsAndErrorsHaveThePolicyOfTheApp(Wiring wiring) {
    app.filter(Cors.of(APP).credentials(true));
    app.filter((request, next) -> {
      if (request.path().equals("/refused")) {
        throw new HttpException(429, "later");
      }
      return next.handle(request);
    });
    app.get("/text", request -> text("x"));
    app.stream("/stream", out -> out.send("x"));
    app.stream(
        "/broken",
        out -> {
          throw new HttpException(401, "who are you?");
        });
    app.stream(
        "/unsent",
        out -> {
          throw new IllegalStateException();
        });
    app.get("/csv", request -> stream("a").type("text/csv"));
    List<String> paths =
        List.of("/text", "/stream", "/csv", "/nothing", "/refused", "/broken", "/unsent");
    try (var test = wiring.start(app)) {
      for (String path : paths) {
        Headers allowed = from(APP, test, path);
        assertThat(allowed.all(ALLOW_ORIGIN)).as(path).containsExactly(APP);
        assertThat(allowed.first("Access-Control-Allow-Credentials")).as(path).contains("true");
        assertThat(allowed.all("Vary"))
            .as(path)
            .anySatisfy(names -> assertThat(names).contains("Origin"));
        Headers foreign = from("https://evil.example", test, path);
        assertThat(foreign.contains(ALLOW_ORIGIN)).as(path).isFalse();
        assertThat(foreign.all("Vary"))
            .as(path)
            .anySatisfy(names -> assertThat(names).contains("Origin"));
      }
    }
  }

  @OverEachWiring
  void aClientThatTakesNoneOfTheWiresCanReadThat(Wiring wiring) {
    app.filter(Cors.of(APP));
    app.stream("/stream", out -> out.send("x"));
    try (var test = wiring.start(app)) {
      var response =
          test.request("GET", "/stream").accept("image/png").header("Origin", APP).send();
      assertThat(response.status()).isEqualTo(406);
      assertThat(response.header(ALLOW_ORIGIN)).contains(APP);
    }
  }

  @OverEachWiring
  void aPreflightIsAnsweredForEveryPath(Wiring wiring) {
    app.filter(Cors.of(APP).methods("GET", "DELETE"));
    app.get("/orders", request -> text("x"));
    try (var test = wiring.start(app)) {
      for (String path : List.of("/orders", "/nothing")) {
        var response =
            test.request("OPTIONS", path)
                .header("Origin", APP)
                .header("Access-Control-Request-Method", "DELETE")
                .send();
        assertThat(response.status()).isEqualTo(204);
        assertThat(response.header(ALLOW_ORIGIN)).contains(APP);
        assertThat(response.header("Access-Control-Allow-Methods")).contains("GET, DELETE");
      }
      assertThat(test.request("OPTIONS", "/orders").header("Origin", APP).send().header("Allow"))
          .contains("GET, HEAD, OPTIONS");
    }
  }

  @OverEachWiring
  void aStreamWithACookieIsForPagesOfItsOwnHost(Wiring wiring) {
    app.filter(SameOrigin.DEFAULT);
    app.stream("/s", out -> out.send("x"));
    app.post("/change", request -> text("changed"));
    try (var test = wiring.start(app)) {
      var foreign = test.request("GET", "/s").header("Origin", APP).header("Cookie", "id=1");
      assertThat(foreign.send().status()).isEqualTo(403);
      assertThat(test.request("GET", "/s").header("Origin", APP).send().status()).isEqualTo(200);
      assertThat(test.request("GET", "/s").header("Cookie", "id=1").send().status()).isEqualTo(200);
      assertThat(test.request("POST", "/change").header("Origin", APP).send().status())
          .isEqualTo(403);
      assertThat(test.request("POST", "/change").send().status()).isEqualTo(200);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aBrowserIsToldToBeCareful(Wiring wiring) {
    app.filter(SecurityHeaders.DEFAULT);
    app.stream("/s", out -> out.send("x"));
    try (var test = wiring.start(app)) {
      for (String path : List.of("/s", "/nothing")) {
        assertThat(test.get(path).header("X-Content-Type-Options")).contains("nosniff");
        assertThat(test.get(path).header("X-Frame-Options")).contains("DENY");
      }
    }
  }
}
