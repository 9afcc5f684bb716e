package dev.millrace.http;

import static dev.millrace.http.Response.json;
import static dev.millrace.http.Response.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestRequest;
import dev.millrace.test.Wiring;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Row 108 of the acceptance list: each status where RFC 9110 (and 6585) says. */
class StatusesTest {
  record Point(int x, int y) {}

  private record Case(
      String section,
      Function<TestApp, TestRequest> request,
      int status,
      Map<String, String> headers) {}

  private static Case of(
      String section,
      int status,
      Map<String, String> headers,
      Function<TestApp, TestRequest> request) {
    return new Case(section, request, status, headers);
  }

  private static TestRequest point(TestApp app, String type, String body) {
    return app.request("POST", "/points").header("Content-Type", type).body(body);
  }

  private static final String JSON = "application/json";

  private static final List<Case> CASES =
      List.of(
          of("15.5.1: JSON cut", 400, Map.of(), app -> point(app, JSON, "{\"x\":1")),
          of("15.5.1: JSON misfit", 400, Map.of(), app -> point(app, JSON, "{\"x\":1}")),
          of("15.5.1: no body", 400, Map.of(), app -> point(app, JSON, "")),
          of("15.5.1: query", 400, Map.of(), app -> app.request("GET", "/page?n=x")),
          of("15.5.1: escape in path", 400, Map.of(), app -> app.request("GET", "/orders/%ff")),
          of(
              "15.5.2",
              401,
              Map.of("WWW-Authenticate", "Basic realm=\"x\""),
              app -> app.request("GET", "/401")),
          of("15.5.4", 403, Map.of(), app -> app.request("GET", "/403")),
          of("15.5.5: no route", 404, Map.of(), app -> app.request("GET", "/nothing")),
          of("15.5.5: no such id", 404, Map.of(), app -> app.request("GET", "/orders/x")),
          of(
              "15.5.6",
              405,
              Map.of("Allow", "OPTIONS, POST"),
              app -> app.request("DELETE", "/points")),
          of(
              "15.5.6: GET brings HEAD",
              405,
              Map.of("Allow", "GET, HEAD, OPTIONS"),
              app -> app.request("POST", "/page")),
          of("15.5.7", 406, Map.of(), app -> app.request("GET", "/ticks").accept("image/png")),
          of(
              "15.5.14",
              413,
              Map.of(),
              app -> point(app, JSON, "{\"x\":\"" + "a".repeat(3000) + "\"}")),
          of("15.5.16", 415, Map.of(), app -> point(app, "text/xml", "<x/>")),
          of(
              "RFC 6585, section 4",
              429,
              Map.of("Retry-After", "7"),
              app -> app.request("GET", "/429")),
          of("15.6.1", 500, Map.of(), app -> app.request("GET", "/500")),
          of("15.6.4", 503, Map.of("Retry-After", "60"), app -> app.request("GET", "/503")));

  private static Millrace app() {
    Millrace app = Millrace.create();
    app.post("/points", request -> json(request.body(Point.class)));
    app.get("/page", request -> text("" + request.query("n", Integer::parseInt)));
    app.get("/orders/{id}", request -> text("" + request.path("id", Integer::parseInt)));
    app.stream("/ticks", out -> out.send("x"));
    app.get(
        "/500",
        request -> {
          throw new IllegalStateException("a secret");
        });
    for (HttpException thrown :
        List.of(
            new HttpException(401, "who?").header("WWW-Authenticate", "Basic realm=\"x\""),
            new HttpException(403, "not you"),
            new HttpException(429, "slowly").header("Retry-After", "7"),
            new HttpException(503, "full").header("Retry-After", "60"))) {
      app.get(
          "/" + thrown.status(),
          request -> {
            throw thrown;
          });
    }
    return app;
  }

  @OverEachWiring
  void eachIsAProblemDocumentWithTheHeadersItMustHave(Wiring wiring) {
    ServerOptions options = ServerOptions.DEFAULT.limits(Limits.DEFAULT.bodyBytes(2000));
    try (var test = wiring.start(app(), options)) {
      for (Case each : CASES) {
        var response = each.request.apply(test).send();
        assertThat(response.status()).as(each.section).isEqualTo(each.status);
        assertThat(response.header("Content-Type"))
            .as(each.section)
            .contains("application/problem+json");
        assertThat(response.text())
            .as(each.section)
            .startsWith(
                "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d"
                    .formatted(Statuses.reason(each.status), each.status));
        each.headers.forEach(
            (name, value) -> assertThat(response.header(name)).as(each.section).contains(value));
      }
    }
  }
}
