package dev.millrace.test;

import static dev.millrace.http.Response.json;
import static dev.millrace.http.Response.noContent;
import static dev.millrace.http.Response.text;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static dev.millrace.test.Eventually.whereItStops;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.http.HttpException;
import dev.millrace.http.Limits;
import dev.millrace.http.Response;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The kit's own promises. */
class TestAppTest {

  record Point(int x, int y) {}

  @OverEachWiring
  void aResponseHasStatusHeadersAndBody(Wiring wiring) {
    Millrace app = Millrace.create();
    app.get("/point", request -> json(new Point(1, 2)).status(203).header("X-From", "here"));
    try (var test = wiring.start(app)) {
      TestResponse response = test.get("/point");
      assertThat(response.status()).isEqualTo(203);
      assertThat(response.header("x-from")).contains("here");
      assertThat(response.text()).isEqualTo("{\"x\":1,\"y\":2}");
      assertThat(response.json(Point.class)).isEqualTo(new Point(1, 2));
    }
  }

  @OverEachWiring
  void aBodyIsSentAsTextBytesOrJson(Wiring wiring) {
    Millrace app = Millrace.create();
    app.post(
        "/echo",
        request -> text(request.header("Content-Type").orElse("none") + " " + request.text()));
    try (var test = wiring.start(app)) {
      assertThat(test.post("/echo", "hä").text()).isEqualTo("text/plain;charset=utf-8 hä");
      assertThat(test.post("/echo", new byte[] {65}).text())
          .isEqualTo("application/octet-stream A");
      assertThat(test.post("/echo", new Point(1, 2)).text())
          .isEqualTo("application/json {\"x\":1,\"y\":2}");
      assertThat(test.request("PUT", "/echo").body("x").send().status()).isEqualTo(405);
    }
  }

  @OverEachWiring
  void aLargeBodyGoesBothWays(Wiring wiring) {
    Millrace app = Millrace.create();
    app.post("/echo", request -> Response.bytes(request.bytes()));
    byte[] large = new byte[900_000];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) (i * 31);
    }
    try (var test = wiring.start(app)) {
      assertThat(test.post("/echo", large).bytes()).isEqualTo(large);
    }
  }

  @OverEachWiring
  void aBodyOverTheLimitIsRefused(Wiring wiring) {
    Millrace app = Millrace.create();
    app.post("/echo", request -> text(request.text()));
    var options = ServerOptions.DEFAULT.limits(Limits.DEFAULT.bodyBytes(1000));
    try (var test = wiring.start(app, options)) {
      assertThat(test.post("/echo", "x".repeat(1001)).status()).isEqualTo(413);
      assertThat(test.post("/echo", "x".repeat(1000)).status()).isEqualTo(200);
    }
  }

  @OverEachWiring
  void headAndNoContentHaveNoBody(Wiring wiring) {
    Millrace app = Millrace.create();
    app.get("/text", request -> text("12345"));
    app.get("/nothing", request -> noContent());
    try (var test = wiring.start(app)) {
      TestResponse head = test.request("HEAD", "/text").send();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("Content-Length")).contains("5");
      assertThat(head.bytes()).isEmpty();
      TestResponse nothing = test.get("/nothing");
      assertThat(nothing.status()).isEqualTo(204);
      assertThat(nothing.bytes()).isEmpty();
    }
  }

  @OverEachWiring
  void aStalledReaderMakesSendWaitAndGetsAllWhenItGoesOn(Wiring wiring) {
    Millrace app = Millrace.create();
    AtomicInteger sent = new AtomicInteger();
    int all = 40_000;
    String event = "x".repeat(1000);
    app.stream(
        "/many",
        out -> {
          for (int i = 0; i < all; i++) {
            out.send(event);
            sent.incrementAndGet();
          }
        });
    try (var test = wiring.start(app);
        var many = test.stream("/many")) {
      many.stall();
      int stoppedAt = whereItStops(sent);
      assertThat(stoppedAt).isLessThan(all);
      many.resume();
      assertThat(many.awaitEnd(Duration.ofSeconds(30))).isEqualTo(TestStream.End.WHOLE);
      assertThat(many.awaitEvents(all)).hasSize(all);
    }
  }

  @Test
  void inMemoryAStalledReaderCostsTheWindowAndTheHighWaterMark() {
    Millrace app = Millrace.create();
    AtomicInteger sent = new AtomicInteger();
    CompletableFuture<Void> go = new CompletableFuture<>();
    app.stream(
        "/many",
        out -> {
          out.open();
          go.join();
          while (true) {
            out.send("x".repeat(1000));
            sent.addAndGet(1008);
          }
        });
    try (var test = Wiring.MEMORY.start(app);
        var many = test.stream("/many")) {
      assertThat(many.status()).isEqualTo(200);
      many.stall();
      go.complete(null);
      assertThat(whereItStops(sent)).isBetween(64 * 1024, 2 * 64 * 1024 + 2 * 1008);
    }
  }

  @OverEachWiring
  void aClientThatGoesInterruptsTheHandler(Wiring wiring) {
    Millrace app = Millrace.create();
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    app.stream(
        "/parked",
        out -> {
          out.onClose(closed::countDown);
          out.send("here");
          try {
            new CountDownLatch(1).await();
          } finally {
            interrupted.countDown();
          }
        });
    try (var test = wiring.start(app)) {
      var stream = test.stream("/parked");
      stream.awaitText("here");
      stream.close();
      eventually("finally runs", interrupted);
      eventually("onClose runs", closed);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aResetIsSeenAsWell(Wiring wiring) {
    Millrace app = Millrace.create();
    CountDownLatch closed = new CountDownLatch(1);
    app.stream(
        "/open",
        out -> {
          out.onClose(closed::countDown);
          out.keepOpen();
        });
    try (var test = wiring.start(app)) {
      var stream = test.stream("/open");
      assertThat(stream.status()).isEqualTo(200);
      stream.reset();
      eventually("onClose runs", closed);
    }
  }

  @OverEachWiring
  void anAbortIsSeenAsACut(Wiring wiring) {
    Millrace app = Millrace.create();
    CountDownLatch go = new CountDownLatch(1);
    app.get(
        "/cut",
        request ->
            Response.stream(
                    out -> {
                      out.send("half");
                      go.await();
                      throw new IllegalStateException("on purpose");
                    })
                .type("text/plain"));
    try (var test = wiring.start(app);
        var cut = test.stream("/cut")) {
      cut.awaitText("half");
      go.countDown();
      assertThat(cut.awaitEnd()).isEqualTo(TestStream.End.CUT);
      assertThat(cut.text()).isEqualTo("half");
    }
  }

  @Test
  void aTimeoutSaysWhatHasCome() {
    Millrace app = Millrace.create();
    app.stream(
        "/two",
        out -> {
          out.send("first");
          out.send("second");
          out.keepOpen();
        });
    try (var test = TestApp.inMemory(app);
        var two = test.stream("/two")) {
      two.awaitEvents(2);
      assertThatThrownBy(() -> two.awaitEvent(Duration.ofMillis(50)))
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith("no event within 50 ms")
          .hasMessageContaining("GET /two: 200 text/event-stream;charset=utf-8, still open")
          .hasMessageContaining("the clock stands at 2026-01-01T00:00:00Z: advance it")
          .hasMessageContaining("events: 2")
          .hasMessageContaining("data: second");
    }
  }

  @Test
  void anEndSaysThatNothingWillCome() {
    Millrace app = Millrace.create();
    app.stream("/one", out -> out.send("only"));
    try (var test = TestApp.inMemory(app);
        var one = test.stream("/one")) {
      one.awaitEvent();
      assertThatThrownBy(one::awaitEvent)
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith("no event will come:")
          .hasMessageContaining(", ended");
      assertThatThrownBy(() -> one.awaitText("more"))
          .hasMessageStartingWith("no \"more\" will come:");
    }
  }

  @Test
  void awaitingAnEventOfAnErrorSaysWhatTheErrorIs() {
    Millrace app = Millrace.create();
    app.get(
        "/full",
        request -> {
          throw new HttpException(503, "try later");
        });
    try (var test = TestApp.inMemory(app);
        var full = test.stream("/full")) {
      assertThatThrownBy(full::awaitEvent)
          .hasMessageStartingWith("content type application/problem+json has no events")
          .hasMessageContaining("503");
      assertThat(full.awaitText("try later")).contains("503");
    }
  }

  @Test
  void aTimeoutWithoutAResponseSaysSo() {
    Millrace app = Millrace.create();
    CountDownLatch never = new CountDownLatch(1);
    app.get(
        "/slow",
        request -> {
          never.await();
          return text("late");
        });
    try (var test = TestApp.inMemory(app)) {
      assertThatThrownBy(() -> test.request("GET", "/slow").send(Duration.ofMillis(50)))
          .hasMessageStartingWith("no response within 50 ms")
          .hasMessageContaining("GET /slow: no head yet, still open");
    }
  }

  @OverEachWiring
  void ndJsonIsReadAsEvents(Wiring wiring) {
    Millrace app = Millrace.create();
    app.stream(
        "/events",
        out -> {
          out.send(Map.of("a", 1));
          out.send("named", "text");
        });
    try (var test = wiring.start(app);
        var events = test.request("GET", "/events").accept("application/x-ndjson").stream()) {
      assertThat(events.awaitEvent()).isEqualTo(new TestEvent("message", null, "{\"a\":1}"));
      TestEvent named = events.awaitEvent();
      assertThat(named.name()).isEqualTo("named");
      assertThat(named.json(String.class)).isEqualTo("text");
    }
  }

  @Test
  void aServerThatHasStoppedTakesNoRequests() {
    Millrace app = Millrace.create();
    app.get("/", request -> text("hello"));
    try (var test = TestApp.inMemory(app)) {
      test.server().stop(Duration.ZERO);
      assertThatThrownBy(() -> test.get("/"))
          .hasMessageContaining("the server has stopped and accepts no requests");
    }
  }

  @OverEachWiring
  void closingTheAppEndsWhatIsOpen(Wiring wiring) {
    Millrace app = Millrace.create();
    CountDownLatch closed = new CountDownLatch(3);
    app.stream(
        "/open",
        out -> {
          out.onClose(closed::countDown);
          out.keepOpen();
        });
    try (var test = wiring.start(app)) {
      for (int i = 0; i < 3; i++) {
        assertThat(test.stream("/open").status()).isEqualTo(200);
      }
    }
    eventually("all streams have ended", closed);
  }
}
