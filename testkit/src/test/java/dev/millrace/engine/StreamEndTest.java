package dev.millrace.engine;

import static dev.millrace.http.Response.text;
import static dev.millrace.test.Eventually.endOf;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.next;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static dev.millrace.test.Eventually.resultOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.stream.CloseReason;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.stream.LiveStream;
import dev.millrace.stream.Offered;
import dev.millrace.stream.StreamClosedException;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestStream;
import dev.millrace.test.TestStream.End;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** What happens at the end of a stream, whatever the cause: rule 5 of DESIGN 3. */
class StreamEndTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Millrace app = Millrace.create();
  private final CompletableFuture<Kind> end = new CompletableFuture<>();
  private final LinkedBlockingQueue<String> log = new LinkedBlockingQueue<>();

  /** Attaches one of everything, each writing down its end. */
  private void everything(LiveStream out) {
    out.onClose(reason -> log.add("first registered: " + reason.kind()));
    out.attach(() -> log.add("subscription"));
    out.every(SECOND, () -> log.add("timer"));
    out.onClose(reason -> log.add("last registered: " + reason.kind()));
    endOf(out, end);
    out.send("ready");
  }

  private void expectOrder(Kind kind) {
    assertThat(resultOf(end)).isEqualTo(kind);
    assertThat(log)
        .containsSubsequence(
            "subscription", "last registered: " + kind, "first registered: " + kind)
        .doesNotContain("timer")
        .doesNotHaveDuplicates();
  }

  private void parked(LiveStream out) throws InterruptedException {
    everything(out);
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      log.add("interrupted");
      throw e;
    }
  }

  @OverEachWiring
  void whenTheClientCloses(Wiring wiring) {
    app.stream("/s", this::parked);
    try (var test = wiring.start(app)) {
      TestStream stream = test.stream("/s");
      stream.awaitText("ready");
      stream.close();
      expectOrder(Kind.DISCONNECTED);
      nothingIsLeftOf(test);
      assertThat(log).containsOnlyOnce("interrupted");
    }
  }

  @OverEachWiring
  void whenTheClientResets(Wiring wiring) {
    app.stream("/s", this::parked);
    try (var test = wiring.start(app)) {
      TestStream stream = test.stream("/s");
      stream.awaitText("ready");
      stream.reset();
      expectOrder(Kind.DISCONNECTED);
      nothingIsLeftOf(test);
      assertThat(log).containsOnlyOnce("interrupted");
    }
  }

  @OverEachWiring
  void whenAnotherThreadCloses(Wiring wiring) {
    CompletableFuture<LiveStream> open = new CompletableFuture<>();
    app.stream(
        "/s",
        out -> {
          open.complete(out);
          parked(out);
        });
    try (var test = wiring.start(app);
        var stream = test.stream("/s")) {
      stream.awaitText("ready");
      resultOf(open).close();
      assertThat(stream.awaitEnd()).isEqualTo(End.WHOLE);
      expectOrder(Kind.CLOSED);
      nothingIsLeftOf(test);
      assertThat(log).containsOnlyOnce("interrupted");
    }
  }

  @OverEachWiring
  void whenTheHandlerClosesItself(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          everything(out);
          out.close();
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
          log.add("handler goes on");
        });
    try (var test = wiring.start(app);
        var stream = test.stream("/s")) {
      assertThat(stream.awaitEnd()).isEqualTo(End.WHOLE);
      expectOrder(Kind.CLOSED);
      nothingIsLeftOf(test);
      assertThat(log).contains("handler goes on");
    }
  }

  @OverEachWiring
  void whenTheHandlerThrows(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          everything(out);
          throw new IllegalStateException("on purpose");
        });
    try (var test = wiring.start(app);
        var stream = test.stream("/s")) {
      assertThat(stream.awaitEnd()).isEqualTo(End.WHOLE);
      expectOrder(Kind.FAILED);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void whenATimerThrows(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          out.after(
              Duration.ofMillis(1),
              () -> {
                throw new IllegalStateException("on purpose");
              });
          parked(out);
        });
    try (var test = wiring.start(app);
        var stream = test.stream("/s")) {
      assertThat(stream.awaitEnd()).isEqualTo(End.WHOLE);
      expectOrder(Kind.FAILED);
      nothingIsLeftOf(test);
      assertThat(log).containsOnlyOnce("interrupted");
    }
  }

  @OverEachWiring
  void whenTheServerStops(Wiring wiring) {
    app.stream("/s", this::parked);
    try (var test = wiring.start(app);
        var stream = test.stream("/s")) {
      stream.awaitText("ready");
      test.server().stop(Duration.ofSeconds(5));
      assertThat(stream.awaitEnd()).isEqualTo(End.WHOLE);
      expectOrder(Kind.SHUTDOWN);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void whenTheReaderTakesNothing(Wiring wiring) {
    FakeClock clock = new FakeClock();
    app.stream(
        "/s",
        out -> {
          everything(out);
          log.add("going");
          while (true) {
            out.send("x".repeat(10_000));
          }
        });
    try (var test = wiring.startAt(clock, app);
        var stream = test.stream("/s")) {
      stream.stall();
      eventually("the handler sends", () -> log.contains("going"));
      // Without a wait for the engine over a port: until it has noticed.
      eventually(
          "the stream is cut",
          () -> {
            clock.advance(Duration.ofSeconds(5));
            return end.isDone();
          });
      assertThat(resultOf(end)).isEqualTo(Kind.STALLED);
      nothingIsLeftOf(test);
      stream.resume();
      assertThat(stream.awaitEnd()).isEqualTo(End.CUT);
    }
  }

  @OverEachWiring
  void interruptsAHandlerThatIsParkedInSend(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          endOf(out, end);
          out.send("ready");
          try {
            while (true) {
              out.send("x".repeat(10_000));
            }
          } catch (StreamClosedException e) {
            log.add("closed: " + e.reason().map(CloseReason::kind).orElseThrow());
            throw e;
          }
        });
    try (var test = wiring.start(app)) {
      TestStream stream = test.stream("/s");
      stream.awaitText("ready");
      stream.stall();
      stream.reset();
      assertThat(next(log)).isEqualTo("closed: DISCONNECTED");
      assertThat(resultOf(end)).isEqualTo(Kind.DISCONNECTED);
      nothingIsLeftOf(test);
    }
  }

  /** The handler sends all the time, so it may find the stream closed before anybody else does. */
  @OverEachWiring
  void aDisconnectIsNeverTakenForAFailure(Wiring wiring) {
    LinkedBlockingQueue<Kind> ends = new LinkedBlockingQueue<>();
    app.stream(
        "/s",
        out -> {
          out.onClose(reason -> ends.add(reason.kind()));
          while (true) {
            out.send("x");
          }
        });
    try (var test = wiring.start(app)) {
      for (int i = 0; i < 300; i++) {
        TestStream stream = test.stream("/s");
        stream.awaitEvent();
        stream.close();
        assertThat(next(ends)).isEqualTo(Kind.DISCONNECTED);
      }
    }
  }

  @OverEachWiring
  void whatWasSentBeforeGoesOutFirst(Wiring wiring) {
    CountDownLatch go = new CountDownLatch(1);
    int count = 2000;
    app.stream(
        "/s",
        out -> {
          out.open();
          go.await();
          for (int i = 0; i < count; i++) {
            out.send(i);
          }
          out.close();
        });
    try (var test = wiring.start(app);
        var stream = test.stream("/s")) {
      assertThat(stream.status()).isEqualTo(200);
      stream.stall();
      go.countDown();
      stream.resume();
      assertThat(stream.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(stream.awaitEvents(count).getLast().data()).isEqualTo("" + (count - 1));
    }
  }

  @OverEachWiring
  void refusesWhatComesAfterIt(Wiring wiring) {
    CompletableFuture<LiveStream> open = new CompletableFuture<>();
    app.stream(
        "/s",
        out -> {
          endOf(out, end);
          out.keepOpen();
          open.complete(out);
        });
    try (var test = wiring.start(app);
        var stream = test.stream("/s")) {
      LiveStream out = resultOf(open);
      out.close();
      assertThat(stream.awaitEnd()).isEqualTo(End.WHOLE);
      resultOf(end);
      assertThat(out.isOpen()).isFalse();
      assertThat(out.offer("late")).isEqualTo(Offered.CLOSED);
      assertThatThrownBy(() -> out.send("late"))
          .isInstanceOf(StreamClosedException.class)
          .hasMessage("the stream is closed: CLOSED");
      assertThatThrownBy(() -> out.every(SECOND, () -> {}))
          .isInstanceOf(StreamClosedException.class);
      assertThatThrownBy(() -> out.after(SECOND, () -> {}))
          .isInstanceOf(StreamClosedException.class);
      out.attach(() -> log.add("attached late"));
      assertThat(next(log)).isEqualTo("attached late");
      out.onClose(reason -> log.add("registered late: " + reason.kind()));
      assertThat(next(log)).isEqualTo("registered late: CLOSED");
      out.close();
      nothingIsLeftOf(test);
      assertThat(log).isEmpty();
    }
  }

  @OverEachWiring
  void interruptsAGetButLetsAPostRunToItsEnd(Wiring wiring) {
    CountDownLatch running = new CountDownLatch(2);
    CountDownLatch go = new CountDownLatch(1);
    app.route("GET", "/work", request -> work(running, go));
    app.route("POST", "/work", request -> work(running, go));
    try (var test = wiring.start(app)) {
      TestStream get = test.request("GET", "/work").stream();
      TestStream post = test.request("POST", "/work").body("x").stream();
      eventually("both run", running);
      get.close();
      post.close();
      assertThat(next(log)).isEqualTo("interrupted");
      assertThat(log).isEmpty();
      go.countDown();
      assertThat(next(log)).isEqualTo("done");
      nothingIsLeftOf(test);
    }
  }

  private dev.millrace.http.Response work(CountDownLatch running, CountDownLatch go) {
    running.countDown();
    try {
      go.await();
      log.add("done");
    } catch (InterruptedException e) {
      log.add("interrupted");
    }
    return text("done");
  }

  @Test
  void cleanupsRunOnceHoweverManyWaysTheStreamEndsAtOnce() {
    List<String> ends = new CopyOnWriteArrayList<>();
    app.stream(
        "/s",
        out -> {
          out.onClose(() -> ends.add("x"));
          out.send("ready");
          Thread.startVirtualThread(out::close);
          out.after(
              Duration.ZERO,
              () -> {
                throw new IllegalStateException("on purpose");
              });
          throw new IllegalStateException("on purpose");
        });
    try (var test = TestApp.inMemory(app)) {
      for (int i = 0; i < 20; i++) {
        TestStream stream = test.stream("/s");
        stream.awaitText("ready");
        stream.reset();
      }
      nothingIsLeftOf(test);
      assertThat(ends).hasSize(20);
    }
  }
}
