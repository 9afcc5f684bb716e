package dev.millrace.engine;

import static dev.millrace.http.Response.stream;
import static dev.millrace.test.Eventually.endOf;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static dev.millrace.test.Eventually.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.stream.LiveStream;
import dev.millrace.stream.Timer;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestEvent;
import dev.millrace.test.TestStream.End;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;

/**
 * How long a stream is open: rules 1 and 2 of DESIGN 3. Rule 3 is about sockets, rule 4 in {@link
 * StreamHeadTest}, rule 5 in {@link StreamEndTest}.
 */
class LifetimeTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Millrace app = Millrace.create();
  private final CompletableFuture<Kind> end = new CompletableFuture<>();

  /** Rule 1: a source is open until it is exhausted or the client is gone. */
  @Nested
  class OfASource {

    @OverEachWiring
    void endsWhenTheSourceIsExhausted(Wiring wiring) {
      app.get("/letters", request -> stream(List.of("a", "b")));
      try (var test = wiring.start(app);
          var letters = test.stream("/letters")) {
        assertThat(letters.awaitEvents(2)).extracting(TestEvent::data).containsExactly("a", "b");
        assertThat(letters.awaitEnd()).isEqualTo(End.WHOLE);
        nothingIsLeftOf(test);
      }
    }

    @OverEachWiring
    void endsWhenTheClientIsGone(Wiring wiring) {
      AtomicInteger pulled = new AtomicInteger();
      app.get("/endless", request -> stream(endless(pulled)));
      try (var test = wiring.start(app)) {
        var endless = test.stream("/endless");
        endless.awaitEvents(3);
        endless.close();
        nothingIsLeftOf(test);
        int after = pulled.get();
        assertThat(pulled.get()).isEqualTo(after);
      }
    }

    private static Iterator<Integer> endless(AtomicInteger pulled) {
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return true;
        }

        @Override
        public Integer next() {
          return pulled.incrementAndGet();
        }
      };
    }
  }

  /** Rule 2: a handler's stream is open until it has returned and nothing is attached. */
  @Nested
  class OfAHandler {

    @OverEachWiring
    void endsWhenItReturnsAndNothingIsAttached(Wiring wiring) {
      app.stream(
          "/one",
          out -> {
            endOf(out, end);
            out.send("only");
          });
      try (var test = wiring.start(app);
          var one = test.stream("/one")) {
        assertThat(one.awaitEvent().data()).isEqualTo("only");
        assertThat(one.awaitEnd()).isEqualTo(End.WHOLE);
        assertThat(resultOf(end)).isEqualTo(Kind.COMPLETED);
        nothingIsLeftOf(test);
      }
    }

    @OverEachWiring
    void endsWithoutAnEventWhenItSendsNone(Wiring wiring) {
      app.stream("/none", out -> {});
      try (var test = wiring.start(app);
          var none = test.stream("/none")) {
        assertThat(none.awaitEnd()).isEqualTo(End.WHOLE);
        assertThat(none.status()).isEqualTo(200);
        assertThat(none.text()).isEmpty();
      }
    }

    @OverEachWiring
    void staysOpenWhileItRuns(Wiring wiring) {
      CountDownLatch go = new CountDownLatch(1);
      app.stream(
          "/slow",
          out -> {
            out.after(Duration.ZERO, () -> out.send("timer"));
            go.await();
            out.send("handler");
          });
      try (var test = wiring.start(app);
          var slow = test.stream("/slow")) {
        assertThat(slow.awaitEvent().data()).isEqualTo("timer");
        eventually("the timer has gone", () -> test.server().status().timers() == 0);
        assertThat(slow.isOpen()).isTrue();
        go.countDown();
        assertThat(slow.awaitEvent().data()).isEqualTo("handler");
        assertThat(slow.awaitEnd()).isEqualTo(End.WHOLE);
      }
    }

    @OverEachWiring
    void staysOpenWithATimerAndHoldsNoThread(Wiring wiring) {
      FakeClock clock = new FakeClock();
      app.stream(
          "/ticks",
          out -> {
            out.send("connected");
            out.every(SECOND, () -> out.send("tick"));
          });
      try (var test = wiring.startAt(clock, app);
          var ticks = test.stream("/ticks")) {
        ticks.awaitEvent();
        eventually("the timer is set", () -> test.server().status().timers() == 1);
        eventually("no thread", () -> test.server().status().virtualThreads() == 0);
        clock.advance(SECOND.plusMillis(10));
        assertThat(ticks.awaitEvent().data()).isEqualTo("tick");
        assertThat(ticks.isOpen()).isTrue();
      }
    }

    @OverEachWiring
    void endsWithItsLastTimer(Wiring wiring) {
      CompletableFuture<Timer> timer = new CompletableFuture<>();
      app.stream(
          "/ticks",
          out -> {
            endOf(out, end);
            Timer first = out.every(SECOND, () -> {});
            timer.complete(out.every(SECOND, () -> {}));
            first.cancel();
          });
      try (var test = wiring.start(app);
          var ticks = test.stream("/ticks")) {
        assertThat(ticks.status()).isEqualTo(200);
        resultOf(timer).cancel();
        assertThat(ticks.awaitEnd()).isEqualTo(End.WHOLE);
        assertThat(resultOf(end)).isEqualTo(Kind.COMPLETED);
        nothingIsLeftOf(test);
      }
    }

    @OverEachWiring
    void endsWhenATimerThatRunsOnceHasRun(Wiring wiring) {
      app.stream(
          "/later",
          out -> {
            endOf(out, end);
            out.after(Duration.ofMillis(1), () -> out.send("later"));
          });
      try (var test = wiring.start(app);
          var later = test.stream("/later")) {
        assertThat(later.awaitEvent().data()).isEqualTo("later");
        assertThat(later.awaitEnd()).isEqualTo(End.WHOLE);
        assertThat(resultOf(end)).isEqualTo(Kind.COMPLETED);
      }
    }

    @OverEachWiring
    void staysOpenWithASubscription(Wiring wiring) {
      CompletableFuture<LiveStream> open = new CompletableFuture<>();
      app.stream(
          "/subscribed",
          out -> {
            out.attach(() -> {});
            open.complete(out);
          });
      try (var test = wiring.start(app);
          var subscribed = test.stream("/subscribed")) {
        LiveStream out = resultOf(open);
        eventually("no thread", () -> test.server().status().virtualThreads() == 0);
        out.send("from another thread");
        assertThat(subscribed.awaitEvent().data()).isEqualTo("from another thread");
        assertThat(subscribed.isOpen()).isTrue();
      }
    }

    @OverEachWiring
    void staysOpenUntilItIsClosedWhenToldSo(Wiring wiring) {
      CompletableFuture<LiveStream> open = new CompletableFuture<>();
      app.stream(
          "/kept",
          out -> {
            endOf(out, end);
            out.keepOpen();
            open.complete(out);
          });
      try (var test = wiring.start(app);
          var kept = test.stream("/kept")) {
        LiveStream out = resultOf(open);
        eventually("no thread", () -> test.server().status().virtualThreads() == 0);
        out.send("still here");
        assertThat(kept.awaitEvent().data()).isEqualTo("still here");
        out.close();
        assertThat(kept.awaitEnd()).isEqualTo(End.WHOLE);
        assertThat(resultOf(end)).isEqualTo(Kind.CLOSED);
      }
    }

    @OverEachWiring
    void isTheSameForAStreamThatAnOrdinaryHandlerReturns(Wiring wiring) {
      app.get("/ticks", request -> stream(out -> out.every(SECOND, () -> {})));
      app.get("/one", request -> stream(out -> out.send("only")));
      try (var test = wiring.start(app);
          var ticks = test.stream("/ticks");
          var one = test.stream("/one")) {
        assertThat(ticks.status()).isEqualTo(200);
        assertThat(one.awaitEnd()).isEqualTo(End.WHOLE);
        assertThat(ticks.isOpen()).isTrue();
      }
    }
  }
}
