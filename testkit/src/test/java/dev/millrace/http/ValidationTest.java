package dev.millrace.http;

import static dev.millrace.http.Response.json;
import static dev.millrace.http.Response.text;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestResponse;
import dev.millrace.test.Wiring;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Row 94 of the acceptance list: 400 with the list of field errors, before a stream starts. */
class ValidationTest {
  private final Millrace app = Millrace.create();

  record Line(String item, int quantity) {
    Line {
      Check.that("item", item, it -> !it.isBlank(), "not blank")
          .and("quantity", quantity, quantity >= 1, "1 or more")
          .done();
    }
  }

  record Order(String id, List<Line> lines) {}

  record Ticks(int from, Optional<Integer> to) {
    Ticks {
      Check.that("from", from, from >= 0, "0 or more").done();
    }
  }

  private static TestResponse post(TestApp test, String path, String document) {
    return test.request("POST", path)
        .header("Content-Type", "application/json")
        .body(document)
        .send();
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, String>> errors(TestResponse response) {
    assertThat(response.status()).as("%s", response).isEqualTo(400);
    assertThat(response.header("Content-Type")).contains("application/problem+json");
    return (List<Map<String, String>>) response.json(Map.class).get("errors");
  }

  @OverEachWiring
  void everyFieldThatIsWrongIsListed(Wiring wiring) {
    app.post("/orders", request -> json(request.body(Order.class)));
    try (var test = wiring.start(app)) {
      assertThat(
              errors(
                  post(
                      test,
                      "/orders",
                      """
                      {"id":"7","lines":[
                        {"item":"tea","quantity":1},
                        {"item":" ","quantity":0}]}
                      """)))
          .containsExactly(
              Map.of("field", "lines[1].item", "value", " ", "expected", "not blank"),
              Map.of("field", "lines[1].quantity", "value", "0", "expected", "1 or more"));
      assertThat(errors(post(test, "/orders", "{\"lines\":[{\"item\":\"tea\"}]}")))
          .containsExactly(
              Map.of(
                  "field",
                  "lines[0].quantity",
                  "expected",
                  "integer from -2147483648 to 2147483647"));
      assertThat(post(test, "/orders", "{\"id\":\"7\"}").status()).isEqualTo(200);
    }
  }

  @OverEachWiring
  void aStreamDoesNotStartForWhatDoesNotFit(Wiring wiring) {
    AtomicInteger started = new AtomicInteger();
    app.get(
        "/ticks",
        request -> {
          Ticks ticks = request.query(Ticks.class);
          return Response.stream(out -> {
            started.incrementAndGet();
            out.send(ticks.from());
          });
        });
    app.stream("/late", out -> out.send(out.request().query(Ticks.class).from()));
    try (var test = wiring.start(app)) {
      for (String path : new String[] {"/ticks", "/late"}) {
        for (String accept : new String[] {"text/event-stream", "application/x-ndjson"}) {
          var refused = test.request("GET", path + "?from=-1").accept(accept).send();
          assertThat(errors(refused))
              .containsExactly(Map.of("field", "from", "value", "-1", "expected", "0 or more"));
        }
        assertThat(errors(test.get(path + "?from=1&to=x")).getFirst()).containsEntry("field", "to");
      }
      assertThat(started).hasValue(0);
      assertThat(test.get("/ticks?from=5").text()).isEqualTo("data: 5\n\n");
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aBrowserIsShownTheFields(Wiring wiring) {
    app.get("/ticks", request -> text("" + request.query(Ticks.class)));
    try (var test = wiring.start(app)) {
      var page = test.request("GET", "/ticks?from=-1").accept("text/html,*/*;q=0.8").send();
      assertThat(page.status()).isEqualTo(400);
      assertThat(page.text()).contains("<code>from</code>: -1").contains("Expected: 0 or more");
      assertThat(page.header("Content-Security-Policy")).isPresent();
    }
  }

  @OverEachWiring
  void aValidatorOfTheServersIsAskedForBodiesAndQueries(Wiring wiring) {
    app.post("/orders", request -> json(request.body(Order.class)));
    app.get("/ticks", request -> text("" + request.query(Ticks.class).from()));
    Validator validator =
        value ->
            switch (value) {
              case Order order when order.lines() == null ->
                  List.of(FieldError.of("lines", "at least one"));
              case Ticks ticks when ticks.from() > 100 ->
                  List.of(FieldError.of("from", ticks.from(), "100 or less"));
              default -> List.of();
            };
    try (var test = wiring.start(app, ServerOptions.DEFAULT.validator(validator))) {
      assertThat(errors(post(test, "/orders", "{\"id\":\"7\"}")))
          .containsExactly(Map.of("field", "lines", "expected", "at least one"));
      assertThat(errors(test.get("/ticks?from=101")))
          .containsExactly(Map.of("field", "from", "value", "101", "expected", "100 or less"));
      assertThat(test.get("/ticks?from=100").text()).isEqualTo("100");
    }
  }

  @OverEachWiring
  void aValidatorThatFailsIsA500(Wiring wiring) {
    app.post("/orders", request -> json(request.body(Order.class)));
    Validator broken =
        value -> {
          throw new IllegalStateException("a secret");
        };
    try (var test = wiring.start(app, ServerOptions.DEFAULT.validator(broken))) {
      var response = post(test, "/orders", "{\"id\":\"7\"}");
      assertThat(response.status()).isEqualTo(500);
      assertThat(response.text()).doesNotContain("secret");
    }
  }

  @OverEachWiring
  void anApplicationMayAnswerInItsOwnWay(Wiring wiring) {
    app.post("/orders", request -> json(request.body(Order.class)));
    app.onError(InvalidException.class, (request, e) -> json(e.errors()).status(422));
    try (var test = wiring.start(app)) {
      var response = post(test, "/orders", "{\"lines\":[{\"item\":\"tea\",\"quantity\":0}]}");
      assertThat(response.status()).isEqualTo(422);
      assertThat(response.text())
          .isEqualTo(
              "[{\"field\":\"lines[0].quantity\",\"value\":\"0\",\"expected\":\"1 or more\"}]");
    }
  }

  @OverEachWiring
  void aHandlersOwnChecksAreA400Too(Wiring wiring) {
    app.get(
        "/seats",
        request -> {
          int seats = request.query("n", Integer::parseInt).orElse(1);
          Check.that("n", seats, seats <= 4, "4 or fewer").done();
          return text("ok");
        });
    try (var test = wiring.start(app)) {
      assertThat(test.get("/seats?n=4").text()).isEqualTo("ok");
      assertThat(errors(test.get("/seats?n=5")))
          .containsExactly(Map.of("field", "n", "value", "5", "expected", "4 or fewer"));
    }
  }

  @OverEachWiring
  void nastyDocumentsAreRefusedAndNothingOfOursIsTold(Wiring wiring) {
    app.post("/orders", request -> json(request.body(Order.class)));
    try (var test = wiring.start(app)) {
      for (String document :
          new String[] {
            "",
            "null",
            "[",
            "[".repeat(100_000),
            "{\"id\":".repeat(100_000),
            "{\"id\":" + "9".repeat(500_000) + "}",
            "{\"x\":NaN}",
            "{\"id\":\"a\",\"id\":\"b\"}",
            "{} {}",
            "{\"" + "a".repeat(100_000) + "\":1}",
            "{\"lines\":\"" + "a".repeat(100_000) + "\"}"
          }) {
        var response = post(test, "/orders", document);
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.bytes().length).isLessThan(1500);
        assertThat(response.text()).doesNotContain("millrace", "java", "jackson", "Exception");
      }
      nothingIsLeftOf(test);
    }
  }
}
