package dev.millrace.engine;

import static dev.millrace.http.Response.text;
import static dev.millrace.test.Eventually.endOf;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static dev.millrace.test.Eventually.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.stream.LiveStream;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestStream;
import dev.millrace.test.TestStream.End;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Stopping in good order: row 101 of the acceptance list. */
class ShutdownTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Millrace app = Millrace.create();
  private final CompletableFuture<Kind> end = new CompletableFuture<>();

  @OverEachWiring
  void streamsEndWithATimeToComeBackThatIsSpread(Wiring wiring) {
    app.stream("/s", LiveStream::keepOpen);
    try (var test = wiring.start(app)) {
      List<TestStream> streams = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        TestStream stream = test.stream("/s");
        assertThat(stream.status()).isEqualTo(200);
        streams.add(stream);
      }
      test.server().stop(PATIENCE);
      Set<Duration> times = new HashSet<>();
      for (TestStream stream : streams) {
        assertThat(stream.awaitEnd()).isEqualTo(End.WHOLE);
        Duration retry = stream.retry().orElseThrow();
        assertThat(retry).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
        times.add(retry);
      }
      assertThat(times).hasSizeGreaterThan(5);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void otherWiresEndWhole(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          out.send(1);
          out.keepOpen();
        });
    try (var test = wiring.start(app);
        var lines = test.request("GET", "/s").accept("application/x-ndjson").stream();
        var array = test.request("GET", "/s").accept("application/json").stream()) {
      lines.awaitText("1");
      array.awaitText("1");
      test.server().stop(PATIENCE);
      assertThat(lines.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(array.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(lines.text()).isEqualTo("1\n");
      assertThat(array.text()).isEqualTo("[1]");
    }
  }

  @OverEachWiring
  void aHandlerThatParksIsInterruptedAndToldWhy(Wiring wiring) {
    CountDownLatch interrupted = new CountDownLatch(1);
    app.stream(
        "/s",
        out -> {
          endOf(out, end);
          out.send("here");
          try {
            new CountDownLatch(1).await();
          } finally {
            interrupted.countDown();
          }
        });
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      s.awaitText("here");
      test.server().stop(PATIENCE);
      eventually("it is interrupted", interrupted);
      assertThat(resultOf(end)).isEqualTo(Kind.SHUTDOWN);
    }
  }

  @OverEachWiring
  void anOrdinaryRequestMayFinish(Wiring wiring) {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    app.get(
        "/work",
        request -> {
          running.countDown();
          go.await();
          return text("done");
        });
    try (var test = wiring.start(app);
        var work = test.stream("/work")) {
      eventually("it runs", running);
      Thread stopping = Thread.startVirtualThread(() -> test.server().stop(PATIENCE));
      eventually("the server stops", () -> !test.server().isReady());
      go.countDown();
      assertThat(work.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(work.text()).isEqualTo("done");
      eventually("it has stopped", () -> !stopping.isAlive());
    }
  }

  @OverEachWiring
  void aStreamThatBeginsWhileTheServerStopsEndsAtOnce(Wiring wiring) {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    app.get(
        "/late",
        request -> {
          running.countDown();
          go.await();
          return dev.millrace.http.Response.stream(out -> {
            endOf(out, end);
            out.keepOpen();
          });
        });
    try (var test = wiring.start(app);
        var late = test.stream("/late")) {
      eventually("it runs", running);
      Thread stopping = Thread.startVirtualThread(() -> test.server().stop(PATIENCE));
      eventually("the server stops", () -> !test.server().isReady());
      go.countDown();
      assertThat(late.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(resultOf(end)).isIn(Kind.SHUTDOWN, Kind.DISCONNECTED);
      eventually("it has stopped", () -> !stopping.isAlive());
    }
  }

  @OverEachWiring
  void whatDoesNotFinishInTimeIsCut(Wiring wiring) {
    CountDownLatch running = new CountDownLatch(1);
    app.get(
        "/work",
        request -> {
          running.countDown();
          new CountDownLatch(1).await();
          return text("never");
        });
    try (var test = wiring.start(app);
        var work = test.stream("/work")) {
      eventually("it runs", running);
      test.server().stop(Duration.ofMillis(100));
      assertThat(work.awaitEnd()).isEqualTo(End.CUT);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void readinessIsOffBeforeTheServerStopsToAccept(Wiring wiring) {
    app.readiness("/ready");
    CompletableFuture<Integer> during = new CompletableFuture<>();
    // Long enough for the request below; the test does not wait for it.
    var options = ServerOptions.DEFAULT.drain(Duration.ofSeconds(1), PATIENCE);
    try (var test = wiring.start(app, options)) {
      assertThat(test.get("/ready").status()).isEqualTo(200);
      Thread stopping = Thread.startVirtualThread(() -> test.server().stop(PATIENCE));
      eventually("the server stops", () -> !test.server().isReady());
      var response = test.get("/ready");
      during.complete(response.status());
      assertThat(resultOf(during)).isEqualTo(503);
      assertThat(response.header("Retry-After")).isPresent();
      assertThat(stopping.isAlive()).isTrue();
    }
  }

  @OverEachWiring
  void stoppingTwiceIsHarmless(Wiring wiring) {
    app.stream("/s", LiveStream::keepOpen);
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.status()).isEqualTo(200);
      test.server().stop(PATIENCE);
      test.server().stop(PATIENCE);
      test.server().close();
      assertThat(test.server().isReady()).isFalse();
    }
  }
}
