package dev.millrace.engine;

import static dev.millrace.http.Response.text;
import static dev.millrace.test.Eventually.next;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.stream.CloseReason;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.stream.LiveStream;
import dev.millrace.stream.Offered;
import dev.millrace.stream.StreamObserver;
import dev.millrace.stream.StreamStats;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** What observers are told: row 102 of the acceptance list. */
class ObserverTest {
  private final Millrace app = Millrace.create();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final LinkedBlockingQueue<Closed> closed = new LinkedBlockingQueue<>();

  record Closed(String path, Kind kind, StreamStats stats) {}

  ObserverTest() {
    app.observe(
        new StreamObserver() {
          @Override
          public void opened(LiveStream stream) {
            log.add("opened " + stream.request().path());
          }

          @Override
          public void closed(LiveStream stream, CloseReason reason, StreamStats stats) {
            log.add("closed " + stream.request().path());
            closed.add(new Closed(stream.request().path(), reason.kind(), stats));
          }
        });
  }

  @OverEachWiring
  void anObserverIsToldOfTheBeginningAndOnceOfTheEnd(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          log.add("handler");
          out.onClose(() -> log.add("cleanup"));
          out.send("abc");
          out.send("abc");
          out.comment("not counted");
        });
    try (var test = wiring.start(app)) {
      String text = test.get("/s").text();
      Closed end = next(closed);
      assertThat(end.kind()).isEqualTo(Kind.COMPLETED);
      assertThat(end.stats().events()).isEqualTo(2);
      assertThat(end.stats().bytes()).isEqualTo(text.length());
      assertThat(end.stats().dropped()).isZero();
      nothingIsLeftOf(test);
      assertThat(log).containsExactly("opened /s", "handler", "cleanup", "closed /s");
    }
  }

  @Test
  void theDurationIsThatOfTheClock() {
    FakeClock clock = new FakeClock();
    app.stream(
        "/s",
        out -> {
          out.send("open");
          out.after(Duration.ofSeconds(90), () -> out.send("bye"));
        });
    try (var test = Wiring.MEMORY.startAt(clock, app);
        var s = test.stream("/s")) {
      s.awaitText("open");
      clock.advance(Duration.ofSeconds(100));
      assertThat(next(closed).stats().duration()).isEqualTo(Duration.ofSeconds(90));
    }
  }

  @OverEachWiring
  void whatWasDroppedIsCounted(Wiring wiring) {
    LinkedBlockingQueue<LiveStream> open = new LinkedBlockingQueue<>();
    app.stream(
        "/s",
        out -> {
          out.keepOpen();
          open.add(out);
        });
    try (var test = wiring.start(app)) {
      var s = test.stream("/s");
      LiveStream out = next(open);
      s.stall();
      long dropped = 0;
      while (dropped < 7) {
        dropped += out.offer("x".repeat(10_000)) == Offered.DROPPED ? 1 : 0;
      }
      s.reset();
      Closed end = next(closed);
      assertThat(end.kind()).isEqualTo(Kind.DISCONNECTED);
      assertThat(end.stats().dropped()).isEqualTo(7);
      assertThat(test.server().counters().dropped()).isEqualTo(7);
    }
  }

  @OverEachWiring
  void aStreamThatIsRefusedIsOpenedAndClosedAsFailed(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          throw new dev.millrace.http.HttpException(403, "no");
        });
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").status()).isEqualTo(403);
      Closed end = next(closed);
      assertThat(end.kind()).isEqualTo(Kind.FAILED);
      assertThat(end.stats().events()).isZero();
    }
  }

  @OverEachWiring
  void ordinaryResponsesAreNoStreams(Wiring wiring) {
    app.get("/text", request -> text("x"));
    app.stream("/s", out -> out.send("x"));
    try (var test = wiring.start(app)) {
      test.get("/text");
      test.request("HEAD", "/s").send();
      test.get("/s");
      next(closed);
      assertThat(log).containsExactly("opened /s", "closed /s");
    }
  }

  @Test
  void theStatusOfTheServerSaysWhatIsAlive() {
    app.stream(
        "/s",
        out -> {
          out.every(Duration.ofSeconds(1), () -> {});
          out.send("set");
        });
    try (var test = TestApp.inMemory(app)) {
      for (int i = 0; i < 10; i++) {
        test.stream("/s").awaitText("set");
      }
      test.clock().advance(Duration.ZERO);
      var status = test.server().status();
      assertThat(status.streams()).isEqualTo(10);
      assertThat(status.timers()).isEqualTo(10);
      assertThat(status.connections()).isEqualTo(10);
      assertThat(status.virtualThreads()).isZero();
    }
  }
}
