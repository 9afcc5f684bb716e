package dev.millrace.engine;

import static dev.millrace.http.Response.stream;
import static dev.millrace.test.Eventually.endOf;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static dev.millrace.test.Eventually.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.http.HttpException;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestEvent;
import dev.millrace.test.TestStream.End;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** When the head of a stream leaves, and what it still can say: rule 4 of DESIGN 3. */
class StreamHeadTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Millrace app = Millrace.create();
  private final CompletableFuture<Kind> end = new CompletableFuture<>();
  private final CountDownLatch go = new CountDownLatch(1);

  @OverEachWiring
  void leavesWithTheFirstEvent(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          out.send("first");
          go.await();
        });
    expectHead(wiring);
  }

  @OverEachWiring
  void leavesWithTheFirstTimer(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          out.every(SECOND, () -> {});
          go.await();
        });
    expectHead(wiring);
  }

  @OverEachWiring
  void leavesWithTheFirstSubscription(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          out.attach(() -> {});
          go.await();
        });
    expectHead(wiring);
  }

  @OverEachWiring
  void leavesWhenTheHandlerSaysSo(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          out.open();
          go.await();
        });
    expectHead(wiring);
  }

  @OverEachWiring
  void leavesWithACommentAsWell(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          out.comment("hello");
          go.await();
        });
    expectHead(wiring);
  }

  /** On a clock that stands, so that the 100 ms do not help. */
  private void expectHead(Wiring wiring) {
    try (var test = wiring.startAt(new FakeClock(), app);
        var stream = test.stream("/s")) {
      assertThat(stream.status()).isEqualTo(200);
      go.countDown();
    }
  }

  @OverEachWiring
  void leavesAfterAHundredMilliseconds(Wiring wiring) {
    FakeClock clock = new FakeClock();
    CountDownLatch called = new CountDownLatch(1);
    app.stream(
        "/s",
        out -> {
          called.countDown();
          go.await();
        });
    try (var test = wiring.startAt(clock, app);
        var stream = test.stream("/s")) {
      eventually("the handler runs", called);
      clock.advance(Duration.ofMillis(90));
      assertThat(stream.toString()).contains("no head yet");
      // Over a port the loop may have begun to count after the clock had moved.
      eventually(
          "the head has left",
          () -> {
            clock.advance(Duration.ofMillis(10));
            return !stream.toString().contains("no head yet");
          });
      assertThat(stream.status()).isEqualTo(200);
      if (wiring == Wiring.MEMORY) {
        assertThat(clock.nanoTime()).isEqualTo(100_000_000);
      }
      go.countDown();
    }
  }

  @OverEachWiring
  void isARealStatusWhenTheHandlerRefusesBeforeIt(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          throw new HttpException(403, "not you");
        });
    app.get(
        "/g",
        request ->
            stream(out -> {
              throw new IllegalStateException("on purpose");
            }));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").status()).isEqualTo(403);
      assertThat(test.get("/s").text()).contains("not you");
      assertThat(test.get("/g").status()).isEqualTo(500);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void isARealStatusWhenAGetHandlerRefusesBeforeItReturnsTheStream(Wiring wiring) {
    app.get(
        "/s",
        request -> {
          if (request.query("no").isPresent()) {
            throw new HttpException(409, "not now");
          }
          return stream(out -> out.send("yes"));
        });
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s?no").status()).isEqualTo(409);
      assertThat(test.get("/s").text()).isEqualTo("data: yes\n\n");
    }
  }

  @OverEachWiring
  void afterItARefusalIsAnErrorEvent(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          endOf(out, end);
          out.open();
          throw new HttpException(403, "not you");
        });
    try (var test = wiring.start(app);
        var stream = test.stream("/s")) {
      assertThat(stream.status()).isEqualTo(200);
      assertThat(stream.awaitEvent())
          .isEqualTo(new TestEvent("error", null, "{\"error\":\"not you\"}"));
      assertThat(stream.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(resultOf(end)).isEqualTo(Kind.FAILED);
    }
  }
}
