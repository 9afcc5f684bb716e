package dev.millrace.http;

import static dev.millrace.http.Response.json;
import static dev.millrace.http.Response.stream;
import static dev.millrace.http.Response.text;
import static dev.millrace.test.Eventually.endOf;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static dev.millrace.test.Eventually.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.stream.LiveStream;
import dev.millrace.stream.StreamObserver;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestEvent;
import dev.millrace.test.TestStream;
import dev.millrace.test.TestStream.End;
import dev.millrace.test.Wiring;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What becomes of errors: rows 104 to 108 of the acceptance list. */
class ErrorsTest {
  private final Millrace app = Millrace.create();
  private final CompletableFuture<Kind> end = new CompletableFuture<>();

  record Point(int x, int y) {}

  static final class Unpaid extends RuntimeException {}

  static final class UnpaidTwice extends Exception {}

  // --- 104: before the start ---

  @OverEachWiring
  void anErrorIsAProblemDocument(Wiring wiring) {
    app.get(
        "/full",
        request -> {
          throw new HttpException(503, "come back at \"noon\"").header("Retry-After", "60");
        });
    try (var test = wiring.start(app)) {
      var response = test.get("/full");
      assertThat(response.status()).isEqualTo(503);
      assertThat(response.header("Content-Type")).contains("application/problem+json");
      assertThat(response.header("Retry-After")).contains("60");
      assertThat(response.json(Map.class).toString())
          .isEqualTo(
              "{type=about:blank, title=Service Unavailable, status=503,"
                  + " detail=come back at \"noon\"}");
    }
  }

  @OverEachWiring
  void aBrowserGetsAPage(Wiring wiring) {
    app.get(
        "/full",
        request -> {
          throw new HttpException(503, "<script>");
        });
    try (var test = wiring.start(app)) {
      var response =
          test.request("GET", "/full").accept("text/html,application/xml;q=0.9,*/*;q=0.8").send();
      assertThat(response.status()).isEqualTo(503);
      assertThat(response.header("Content-Type")).contains("text/html;charset=utf-8");
      assertThat(response.text()).contains("&lt;script&gt;").doesNotContain("<script>");
    }
  }

  @OverEachWiring
  void nothingLeaksOfAnUnexpectedException(Wiring wiring) {
    app.get(
        "/broken",
        request -> {
          throw new IOException("a secret");
        });
    app.get(
        "/error",
        request -> {
          throw new AssertionError("a secret");
        });
    app.stream(
        "/stream",
        out -> {
          throw new IOException("a secret");
        });
    try (var test = wiring.start(app)) {
      for (String path : new String[] {"/broken", "/error", "/stream"}) {
        var response = test.get(path);
        assertThat(response.status()).isEqualTo(500);
        assertThat(response.toString()).doesNotContain("secret").doesNotContain("IOException");
        assertThat(response.json(Map.class).get("id").toString()).isNotEmpty();
      }
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void anAnswerThatIsNotJsonIsA500(Wiring wiring) {
    app.get(
        "/unwritable",
        request ->
            json(
                new Object() {
                  @SuppressWarnings({"unused", "EffectivelyPrivate"}) // for Jackson
                  public Object getSelf() {
                    throw new IllegalStateException("a secret");
                  }
                }));
    try (var test = wiring.start(app)) {
      var response = test.get("/unwritable");
      assertThat(response.status()).isEqualTo(500);
      assertThat(response.text()).doesNotContain("secret");
    }
  }

  @OverEachWiring
  void anAnswerThatIsMissingIsA500(Wiring wiring) {
    app.get("/null", request -> null);
    try (var test = wiring.start(app)) {
      assertThat(test.get("/null").status()).isEqualTo(500);
    }
  }

  // --- 105: mid-stream ---

  @OverEachWiring
  void anEventStreamEndsWithAnErrorEvent(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          endOf(out, end);
          out.send("first");
          throw new IOException("a secret");
        });
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.awaitEvent().data()).isEqualTo("first");
      TestEvent error = s.awaitEvent();
      assertThat(error.name()).isEqualTo("error");
      assertThat(error.data()).startsWith("{\"error\":\"Internal Server Error (");
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(s.text()).doesNotContain("secret");
      assertThat(resultOf(end)).isEqualTo(Kind.FAILED);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void ndJsonEndsWithAnErrorLine(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          out.send(1);
          throw new HttpException(409, "too late");
        });
    try (var test = wiring.start(app);
        var s = test.request("GET", "/s").accept("application/x-ndjson").stream()) {
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(s.text())
          .isEqualTo("1\n{\"event\":\"error\",\"data\":{\"error\":\"too late\"}}\n");
    }
  }

  @OverEachWiring
  void textIsCutAndNothingIsAppended(Wiring wiring) {
    CountDownLatch go = new CountDownLatch(1);
    app.get(
        "/s",
        request ->
            stream(
                    out -> {
                      endOf(out, end);
                      out.send("half");
                      go.await();
                      throw new IOException("a secret");
                    })
                .type("text/plain"));
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      s.awaitText("half");
      go.countDown();
      assertThat(s.awaitEnd()).isEqualTo(End.CUT);
      assertThat(s.text()).isEqualTo("half");
      assertThat(resultOf(end)).isEqualTo(Kind.FAILED);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aJsonArrayIsCutToo(Wiring wiring) {
    CountDownLatch go = new CountDownLatch(1);
    app.stream(
        "/s",
        out -> {
          out.send(1);
          go.await();
          throw new IOException("a secret");
        });
    try (var test = wiring.start(app);
        var s = test.request("GET", "/s").accept("application/json").stream()) {
      s.awaitText("[1");
      go.countDown();
      assertThat(s.awaitEnd()).isEqualTo(End.CUT);
      assertThat(s.text()).isEqualTo("[1");
    }
  }

  /** The bytes before the throw are on their way at the same moment. */
  @OverEachWiring
  void aCutNeverLooksLikeAnEnd(Wiring wiring) {
    app.get(
        "/s",
        request ->
            stream(
                    out -> {
                      out.send("half");
                      throw new HttpException(500, "on purpose");
                    })
                .type("text/plain"));
    try (var test = wiring.start(app)) {
      for (int i = 0; i < 300; i++) {
        try (var s = test.stream("/s")) {
          assertThat(s.awaitEnd()).as("round " + i).isEqualTo(End.CUT);
        }
      }
    }
  }

  // --- 106: handlers of one's own ---

  @OverEachWiring
  void anExceptionCanHaveAHandlerAndTheClosestWins(Wiring wiring) {
    app.onError(RuntimeException.class, (request, e) -> text("runtime").status(500));
    app.onError(Unpaid.class, (request, e) -> json(Map.of("pay", request.path())).status(402));
    app.onError(Exception.class, (request, e) -> text("any").status(500));
    app.get(
        "/unpaid",
        request -> {
          throw new Unpaid();
        });
    app.get(
        "/other",
        request -> {
          throw new IllegalStateException();
        });
    app.get(
        "/checked",
        request -> {
          throw new UnpaidTwice();
        });
    app.stream(
        "/stream",
        out -> {
          throw new Unpaid();
        });
    try (var test = wiring.start(app)) {
      assertThat(test.get("/unpaid").status()).isEqualTo(402);
      assertThat(test.get("/unpaid").text()).isEqualTo("{\"pay\":\"/unpaid\"}");
      assertThat(test.get("/other").text()).isEqualTo("runtime");
      assertThat(test.get("/checked").text()).isEqualTo("any");
      assertThat(test.get("/stream").status()).isEqualTo(402);
    }
  }

  @OverEachWiring
  void aStatusCanHaveAPage(Wiring wiring) {
    app.onStatus(404, (request, problem) -> text("no " + request.path()));
    app.onStatus(500, (request, problem) -> text("sorry, " + problem.id()).status(503));
    app.get(
        "/broken",
        request -> {
          throw new IOException("a secret");
        });
    try (var test = wiring.start(app)) {
      assertThat(test.get("/nothing").status()).isEqualTo(404);
      assertThat(test.get("/nothing").text()).isEqualTo("no /nothing");
      assertThat(test.get("/broken").status()).isEqualTo(503);
      assertThat(test.get("/broken").text()).startsWith("sorry, ").doesNotContain("secret");
    }
  }

  @OverEachWiring
  void aStatusCanHaveAJsonPageWhereverItComesFrom(Wiring wiring) {
    app.onStatus(406, (request, problem) -> json(Map.of("try", "text/event-stream")));
    app.stream("/s", out -> out.send("x"));
    try (var test = wiring.start(app)) {
      var response = test.request("GET", "/s").accept("image/png").send();
      assertThat(response.status()).isEqualTo(406);
      assertThat(response.text()).isEqualTo("{\"try\":\"text/event-stream\"}");
    }
  }

  @OverEachWiring
  void aHandlerOfErrorsThatFailsIsA500(Wiring wiring) {
    app.onError(
        Unpaid.class,
        (request, e) -> {
          throw new IllegalStateException("a secret");
        });
    app.onStatus(
        404,
        (request, problem) -> {
          throw new AssertionError("a secret");
        });
    app.get(
        "/unpaid",
        request -> {
          throw new Unpaid();
        });
    try (var test = wiring.start(app)) {
      assertThat(test.get("/unpaid").status()).isEqualTo(500);
      assertThat(test.get("/nothing").status()).isIn(404, 500);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void anErrorMayBeAnsweredWithAStream(Wiring wiring) {
    app.onError(Unpaid.class, (request, e) -> stream("pay first").status(402));
    app.stream(
        "/s",
        out -> {
          out.onClose(() -> end.complete(Kind.FAILED));
          throw new Unpaid();
        });
    try (var test = wiring.start(app)) {
      var response = test.get("/s");
      assertThat(response.status()).isEqualTo(402);
      assertThat(response.text()).isEqualTo("data: pay first\n\n");
      assertThat(resultOf(end)).isEqualTo(Kind.FAILED);
      nothingIsLeftOf(test);
    }
  }

  // --- 107: isolation ---

  @OverEachWiring
  void noFailureReachesAnotherConnection(Wiring wiring) {
    app.stream("/good", out -> out.every(Duration.ofMillis(1), () -> out.send("x")));
    app.stream(
        "/bad",
        out -> {
          out.onClose(() -> {
            throw new AssertionError("on purpose");
          });
          out.attach(() -> {
            throw new AssertionError("on purpose");
          });
          out.after(
              Duration.ZERO,
              () -> {
                throw new StackOverflowError("on purpose");
              });
          out.closed()
              .thenAccept(reason -> {
                throw new AssertionError("on purpose");
              });
        });
    try (var test = wiring.start(app)) {
      TestStream good = test.stream("/good");
      good.awaitEvents(3);
      for (int i = 0; i < 20; i++) {
        try (var bad = test.stream("/bad")) {
          assertThat(bad.awaitEnd()).isEqualTo(End.WHOLE);
        }
      }
      eventually("only one is left", () -> test.server().status().streams() == 1);
      good.awaitEvents(3);
      good.close();
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void anObserverThatFailsChangesNothing(Wiring wiring) {
    app.observe(
        new StreamObserver() {
          @Override
          public void opened(LiveStream stream) {
            throw new AssertionError("on purpose");
          }
        });
    app.stream("/s", out -> out.send("x"));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").text()).isEqualTo("data: x\n\n");
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aCodecThatFailsWithAnErrorIsA500(Wiring wiring) {
    app.get(
        "/deep",
        request ->
            json(
                new Object() {
                  @SuppressWarnings({"unused", "EffectivelyPrivate"}) // for Jackson
                  public Object getDeep() {
                    throw new StackOverflowError("on purpose");
                  }
                }));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/deep").status()).isEqualTo(500);
      nothingIsLeftOf(test);
    }
  }

  // --- 108: statuses ---

  @OverEachWiring
  void aBodyThatDoesNotFitIsRefused(Wiring wiring) {
    app.post("/points", request -> json(request.body(Point.class)));
    try (var test = wiring.start(app)) {
      assertThat(test.post("/points", new Point(1, 2)).json(Point.class))
          .isEqualTo(new Point(1, 2));
      var broken = test.request("POST", "/points").header("Content-Type", "application/json");
      assertThat(broken.body("{\"x\":").send().status()).isEqualTo(400);
      assertThat(broken.body("{\"x\":\"one\"}").send().text()).contains("x").contains("int");
      assertThat(broken.body("null").send().status()).isEqualTo(400);
      assertThat(test.post("/points", "x=1").status()).isEqualTo(415);
    }
  }

  @OverEachWiring
  void aQueryThatDoesNotFitIsRefused(Wiring wiring) {
    app.get("/page", request -> text("" + request.query("n", Integer::parseInt).orElse(1)));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/page").text()).isEqualTo("1");
      assertThat(test.get("/page?n=7").text()).isEqualTo("7");
      assertThat(test.get("/page?n=seven").status()).isEqualTo(400);
      assertThat(test.get("/page?n=%C3%28").status()).isEqualTo(400);
    }
  }

  @RepeatedTest(3)
  void whatFailsBeforeTheStartIsCountedNowhere() {
    app.stream(
        "/s",
        out -> {
          throw new Unpaid();
        });
    try (var test = TestApp.inMemory(app)) {
      assertThat(test.get("/s").status()).isEqualTo(500);
      nothingIsLeftOf(test);
    }
  }

  @Test
  void aPostThatFailsAfterItsClientHasGoneIsNotLost() {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CompletableFuture<String> reported = new CompletableFuture<>();
    app.onError(
        Unpaid.class,
        (request, e) -> {
          reported.complete("reported");
          return text("").status(402);
        });
    app.post(
        "/pay",
        request -> {
          running.countDown();
          go.await();
          throw new Unpaid();
        });
    try (var test = TestApp.inMemory(app)) {
      var pay = test.request("POST", "/pay").body("x").stream();
      eventually("it runs", running);
      pay.close();
      eventually("the client has gone", () -> test.server().status().connections() == 0);
      go.countDown();
      assertThat(resultOf(reported)).isEqualTo("reported");
    }
  }
}
