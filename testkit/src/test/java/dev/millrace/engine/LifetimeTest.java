package dev.millrace.engine;

import static dev.millrace.http.Response.stream;
import static dev.millrace.http.Response.text;
import static dev.millrace.test.Eventually.endOf;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.next;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static dev.millrace.test.Eventually.resultOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.http.HttpException;
import dev.millrace.stream.CloseReason;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.stream.LiveStream;
import dev.millrace.stream.Offered;
import dev.millrace.stream.StreamClosedException;
import dev.millrace.stream.Timer;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestEvent;
import dev.millrace.test.TestStream;
import dev.millrace.test.TestStream.End;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The rules of DESIGN 3 that hold for streams; rule 3 is about sockets. */
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

  /** Rule 4: when the head leaves. */
  @Nested
  class TheHead {
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

  /** Rule 5: what happens at the end, whatever the cause. */
  @Nested
  class TheEnd {
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

    /**
     * The handler sends all the time, so it may find the stream closed before anybody else does.
     */
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
}
