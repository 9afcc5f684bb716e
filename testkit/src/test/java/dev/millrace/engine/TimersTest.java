package dev.millrace.engine;

import static dev.millrace.test.Eventually.endOf;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static dev.millrace.test.Eventually.resultOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.stream.Timer;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestEvent;
import dev.millrace.test.TestStream.End;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Timers, subscriptions and cleanups of a connection: rows 98 to 100. */
class TimersTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Millrace app = Millrace.create();
  private final FakeClock clock = new FakeClock();
  private final CompletableFuture<Kind> end = new CompletableFuture<>();

  @OverEachWiring
  void everyRunsOncePerPeriod(Wiring wiring) {
    AtomicInteger runs = new AtomicInteger();
    app.stream(
        "/s",
        out -> {
          out.every(SECOND, () -> out.send(runs.incrementAndGet()));
          out.send("set");
        });
    try (var test = wiring.startAt(clock, app);
        var stream = test.stream("/s")) {
      stream.awaitText("set");
      eventually("the handler has returned", () -> test.server().status().virtualThreads() == 0);
      for (int i = 1; i <= 5; i++) {
        clock.advance(SECOND);
        stream.awaitText("data: " + i + "\n");
      }
    }
  }

  @Test
  void everyKeepsItsBeatOverALongTime() {
    AtomicInteger runs = new AtomicInteger();
    app.stream(
        "/s",
        out -> {
          out.every(Duration.ofMillis(100), () -> runs.incrementAndGet());
          out.send("set");
        });
    try (var test = Wiring.MEMORY.startAt(clock, app);
        var stream = test.stream("/s")) {
      stream.awaitText("set");
      clock.advance(Duration.ofSeconds(60));
      assertThat(runs.get()).isEqualTo(600);
    }
  }

  @Test
  void afterRunsOnceAndNotBeforeItsTime() {
    AtomicInteger runs = new AtomicInteger();
    app.stream(
        "/s",
        out -> {
          out.after(SECOND, () -> runs.incrementAndGet());
          out.keepOpen();
          out.send("set");
        });
    try (var test = Wiring.MEMORY.startAt(clock, app);
        var stream = test.stream("/s")) {
      stream.awaitText("set");
      clock.advance(Duration.ofMillis(999));
      assertThat(runs.get()).isZero();
      clock.advance(Duration.ofMillis(1));
      assertThat(runs.get()).isEqualTo(1);
      clock.advance(Duration.ofMinutes(1));
      assertThat(runs.get()).isEqualTo(1);
      assertThat(test.server().status().timers()).isZero();
    }
  }

  @Test
  void aCancelledTimerDoesNotRun() {
    AtomicInteger runs = new AtomicInteger();
    CompletableFuture<Timer> timer = new CompletableFuture<>();
    app.stream(
        "/s",
        out -> {
          out.keepOpen();
          timer.complete(out.every(SECOND, () -> runs.incrementAndGet()));
          out.send("set");
        });
    try (var test = Wiring.MEMORY.startAt(clock, app);
        var stream = test.stream("/s")) {
      stream.awaitText("set");
      clock.advance(SECOND);
      resultOf(timer).cancel();
      resultOf(timer).cancel();
      clock.advance(SECOND.multipliedBy(5));
      assertThat(runs.get()).isEqualTo(1);
      assertThat(test.server().status().timers()).isZero();
      assertThat(stream.isOpen()).isTrue();
    }
  }

  @Test
  void aTimerMayCancelItself() {
    AtomicInteger runs = new AtomicInteger();
    app.stream(
        "/s",
        out -> {
          Timer[] self = new Timer[1];
          self[0] =
              out.every(
                  SECOND,
                  () -> {
                    out.send(runs.incrementAndGet());
                    if (runs.get() == 3) {
                      self[0].cancel();
                    }
                  });
        });
    try (var test = Wiring.MEMORY.startAt(clock, app);
        var stream = test.stream("/s")) {
      assertThat(stream.status()).isEqualTo(200);
      clock.advance(SECOND.multipliedBy(10));
      assertThat(stream.awaitEvents(3)).extracting(TestEvent::data).containsExactly("1", "2", "3");
      assertThat(stream.awaitEnd()).isEqualTo(End.WHOLE);
    }
  }

  @Test
  void runsOfOneTimerNeverOverlapAndThoseMissedAreLeftOut() {
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    app.stream(
        "/s",
        out -> {
          out.every(
              SECOND,
              () -> {
                most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                runs.incrementAndGet();
                if (runs.get() == 1) {
                  go.await();
                }
                atOnce.decrementAndGet();
              });
          out.send("set");
        });
    try (var test = Wiring.MEMORY.startAt(clock, app);
        var stream = test.stream("/s")) {
      stream.awaitText("set");
      clock.advance(SECOND.multipliedBy(5));
      assertThat(runs.get()).isEqualTo(1);
      go.countDown();
      nothingRuns(test);
      clock.advance(SECOND.multipliedBy(2));
      assertThat(runs.get()).isEqualTo(3);
      assertThat(most.get()).isEqualTo(1);
    }
  }

  private static void nothingRuns(TestApp test) {
    eventually("no thread", () -> test.server().status().virtualThreads() == 0);
  }

  @Test
  void timersAndCleanupsOfOneStreamRunOneAtATime() {
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    app.stream(
        "/s",
        out -> {
          for (int i = 0; i < 5; i++) {
            out.every(
                Duration.ofMillis(100),
                () -> {
                  most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                  Thread.onSpinWait();
                  atOnce.decrementAndGet();
                });
          }
          out.send("set");
        });
    try (var test = Wiring.MEMORY.startAt(clock, app);
        var stream = test.stream("/s")) {
      stream.awaitText("set");
      clock.advance(SECOND.multipliedBy(5));
      assertThat(most.get()).isEqualTo(1);
    }
  }

  @OverEachWiring
  void timersEndWithTheClient(Wiring wiring) {
    AtomicInteger runs = new AtomicInteger();
    app.stream(
        "/s",
        out -> {
          out.every(SECOND, () -> runs.incrementAndGet());
          out.after(SECOND, () -> runs.incrementAndGet());
          out.send("set");
        });
    try (var test = wiring.startAt(clock, app)) {
      var stream = test.stream("/s");
      stream.awaitText("set");
      eventually("two timers", () -> test.server().status().timers() == 2);
      stream.close();
      nothingIsLeftOf(test);
      clock.advance(SECOND.multipliedBy(5));
      assertThat(runs.get()).isZero();
    }
  }

  @OverEachWiring
  void aTimerThatRunsAtTheEndIsInterrupted(Wiring wiring) {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch cleaned = new CountDownLatch(1);
    app.stream(
        "/s",
        out -> {
          out.onClose(cleaned::countDown);
          out.after(
              Duration.ofMillis(1),
              () -> {
                running.countDown();
                try {
                  new CountDownLatch(1).await();
                } finally {
                  interrupted.countDown();
                }
              });
        });
    try (var test = wiring.start(app)) {
      var stream = test.stream("/s");
      eventually("the timer runs", running);
      stream.close();
      eventually("the timer is interrupted", interrupted);
      eventually("the cleanup runs after it", cleaned);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void whatATimerThrowsEndsTheStreamWithAnErrorEvent(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          endOf(out, end);
          out.every(
              Duration.ofMillis(1),
              () -> {
                throw new IllegalStateException("a secret");
              });
        });
    try (var test = wiring.start(app);
        var stream = test.stream("/s")) {
      TestEvent error = stream.awaitEvent();
      assertThat(error.name()).isEqualTo("error");
      assertThat(error.data()).contains("Internal Server Error").doesNotContain("secret");
      assertThat(stream.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(resultOf(end)).isEqualTo(Kind.FAILED);
    }
  }

  @OverEachWiring
  void cleanupsRunLastFirstAndAFailingOneStopsNoOther(Wiring wiring) {
    List<String> order = new CopyOnWriteArrayList<>();
    app.stream(
        "/s",
        out -> {
          out.onClose(() -> order.add("1"));
          out.onClose(() -> {
            order.add("2");
            throw new IllegalStateException("on purpose");
          });
          out.onClose(reason -> {
            order.add("3");
            throw new AssertionError("on purpose");
          });
          out.onClose(() -> order.add("4"));
          endOf(out, end);
        });
    try (var test = wiring.start(app);
        var stream = test.stream("/s")) {
      assertThat(stream.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(resultOf(end)).isEqualTo(Kind.COMPLETED);
      assertThat(order).containsExactly("4", "3", "2", "1");
    }
  }

  @OverEachWiring
  void subscriptionsAreClosedOnceLastFirst(Wiring wiring) {
    List<String> order = new CopyOnWriteArrayList<>();
    app.stream(
        "/s",
        out -> {
          out.onClose(() -> order.add("cleanup"));
          out.attach(() -> order.add("1"));
          out.attach(() -> {
            order.add("2");
            throw new IllegalStateException("on purpose");
          });
          out.attach(() -> order.add("3"));
          endOf(out, end);
          out.send("ready");
        });
    try (var test = wiring.start(app)) {
      var stream = test.stream("/s");
      stream.awaitText("ready");
      stream.close();
      assertThat(resultOf(end)).isEqualTo(Kind.DISCONNECTED);
      assertThat(order).containsExactly("3", "2", "1", "cleanup");
    }
  }

  @Test
  void aCleanupMayRegisterAnother() {
    List<String> order = new CopyOnWriteArrayList<>();
    app.stream(
        "/s",
        out -> {
          out.onClose(() -> {
            order.add("outer");
            out.onClose(() -> order.add("inner"));
          });
          endOf(out, end);
        });
    try (var test = TestApp.inMemory(app);
        var stream = test.stream("/s")) {
      assertThat(stream.awaitEnd()).isEqualTo(End.WHOLE);
      nothingIsLeftOf(test);
      assertThat(order).containsExactly("outer", "inner");
    }
  }

  @Test
  void periodsAndDelaysAreChecked() {
    app.stream(
        "/s",
        out -> {
          assertThatThrownBy(() -> out.every(Duration.ZERO, () -> {}))
              .hasMessage("period: PT0S (expected: at least 1 ms)");
          assertThatThrownBy(() -> out.after(Duration.ofMillis(-1), () -> {}))
              .hasMessage("delay: PT-0.001S (expected: zero or more)");
          out.send("checked");
        });
    try (var test = TestApp.inMemory(app)) {
      assertThat(test.get("/s").text()).isEqualTo("data: checked\n\n");
    }
  }

  @Test
  void aThousandAreAttachedAtMost() {
    app.stream(
        "/s",
        out -> {
          for (int i = 0; i < 1000; i++) {
            out.every(SECOND, () -> {});
          }
          assertThatThrownBy(() -> out.every(SECOND, () -> {}))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("expected: at most 1000");
          out.send("checked");
          out.close();
        });
    try (var test = TestApp.inMemory(app)) {
      assertThat(test.get("/s").text()).isEqualTo("data: checked\n\n");
      nothingIsLeftOf(test);
    }
  }
}
