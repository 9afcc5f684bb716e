package dev.millrace.stream;

import static dev.millrace.http.Response.stream;
import static dev.millrace.test.Eventually.endOf;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.next;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static dev.millrace.test.Eventually.resultOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestEvent;
import dev.millrace.test.TestStream;
import dev.millrace.test.TestStream.End;
import dev.millrace.test.Wiring;
import java.io.OutputStream;
import java.io.Writer;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a handler can do with its stream: rows 17 to 25 of the acceptance list. */
class StreamHandleTest {
  private final Millrace app = Millrace.create();
  private final CompletableFuture<LiveStream> handle = new CompletableFuture<>();
  private final CompletableFuture<Kind> end = new CompletableFuture<>();

  private void kept() {
    app.stream(
        "/s",
        out -> {
          endOf(out, end);
          out.keepOpen();
          handle.complete(out);
        });
  }

  @OverEachWiring
  void sendTakesDataANameOrAnEvent(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          out.send("text");
          out.send("named", 1);
          out.send(Event.of(true).name("event").id("7"));
          out.send((Object) Event.of("as an object").name("event"));
        });
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").text())
          .isEqualTo(
              """
              data: text

              event: named
              data: 1

              id: 7
              event: event
              data: true

              event: event
              data: as an object

              """);
    }
  }

  @OverEachWiring
  void offerDropsWhenTheReaderIsTooSlowAndCountsIt(Wiring wiring) {
    kept();
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      LiveStream out = resultOf(handle);
      assertThat(out.offer("first")).isEqualTo(Offered.QUEUED);
      assertThat(s.awaitEvent().data()).isEqualTo("first");
      s.stall();
      String large = "x".repeat(60_000);
      eventually("one is dropped", () -> out.offer(large) == Offered.DROPPED);
      s.resume();
      eventually("one is taken again", () -> out.offer("last") == Offered.QUEUED);
      s.awaitText("data: last");
      out.close();
      assertThat(out.offer("late")).isEqualTo(Offered.CLOSED);
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      resultOf(end);
      assertThat(test.server().counters().dropped()).isPositive();
    }
  }

  @OverEachWiring
  void offerOfWhatCannotBeWrittenIsDroppedAndNotThrown(Wiring wiring) {
    kept();
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      LiveStream out = resultOf(handle);
      assertThat(out.offer(unwritable())).isEqualTo(Offered.DROPPED);
      out.send("still open");
      assertThat(s.awaitEvent().data()).isEqualTo("still open");
    }
  }

  /** Jackson finds nothing to write in it. */
  private static Object unwritable() {
    return new Object() {
      @SuppressWarnings({"unused", "EffectivelyPrivate"}) // for Jackson
      public Object getSelf() {
        throw new IllegalStateException("on purpose");
      }
    };
  }

  @OverEachWiring
  void sendOfWhatCannotBeWrittenNamesItsType(Wiring wiring) {
    LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
    app.stream(
        "/s",
        out -> {
          out.send("first");
          try {
            out.send(unwritable());
          } catch (IllegalArgumentException e) {
            messages.add(e.getMessage());
            throw e;
          }
        });
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.awaitEvent().data()).isEqualTo("first");
      assertThat(s.awaitEvent().name()).isEqualTo("error");
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(next(messages)).contains("StreamHandleTest").contains("cannot be written as JSON");
    }
  }

  @OverEachWiring
  void anErrorIsAnEventAndTheStreamStaysOpen(Wiring wiring) {
    kept();
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      LiveStream out = resultOf(handle);
      out.error("the \"sensor\" is away");
      assertThat(s.awaitEvent())
          .isEqualTo(new TestEvent("error", null, "{\"error\":\"the \\\"sensor\\\" is away\"}"));
      out.send("back");
      assertThat(s.awaitEvent().data()).isEqualTo("back");
    }
  }

  @OverEachWiring
  void anErrorIsAnEnvelopeInNdJson(Wiring wiring) {
    kept();
    try (var test = wiring.start(app);
        var s = test.request("GET", "/s").accept("application/x-ndjson").stream()) {
      resultOf(handle).error("away");
      assertThat(s.awaitEvent()).isEqualTo(new TestEvent("error", null, "{\"error\":\"away\"}"));
    }
  }

  @OverEachWiring
  void anErrorIsNotAppendedToText(Wiring wiring) {
    app.get(
        "/s",
        request ->
            stream(
                    out -> {
                      out.send("text");
                      out.error("away");
                      out.send(" more");
                    })
                .type("text/plain"));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").text()).isEqualTo("text more");
    }
  }

  @OverEachWiring
  void closeMayBeCalledTwiceAndDeliversWhatWasSent(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          endOf(out, end);
          out.send("before");
          out.close();
          out.close();
        });
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.awaitEvent().data()).isEqualTo("before");
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(resultOf(end)).isEqualTo(Kind.CLOSED);
    }
  }

  @OverEachWiring
  void closedCompletesAfterTheCleanups(Wiring wiring) {
    LinkedBlockingQueue<String> log = new LinkedBlockingQueue<>();
    app.stream(
        "/s",
        out -> {
          var _ = out.closed().thenAccept(reason -> log.add("closed"));
          out.onClose(() -> log.add("cleanup"));
        });
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").status()).isEqualTo(200);
      assertThat(next(log)).isEqualTo("cleanup");
      assertThat(next(log)).isEqualTo("closed");
    }
  }

  @OverEachWiring
  void closedOfAStreamThatHasEndedIsComplete(Wiring wiring) {
    kept();
    try (var test = wiring.start(app)) {
      TestStream s = test.stream("/s");
      LiveStream out = resultOf(handle);
      s.close();
      resultOf(end);
      assertThat(resultOf(out.closed().toCompletableFuture()).kind()).isEqualTo(Kind.DISCONNECTED);
    }
  }

  @OverEachWiring
  void closedCannotBeCompletedByOthers(Wiring wiring) {
    kept();
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      LiveStream out = resultOf(handle);
      out.closed().toCompletableFuture().complete(CloseReason.of(Kind.STALLED));
      out.close();
      assertThat(resultOf(end)).isEqualTo(Kind.CLOSED);
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
    }
  }

  @OverEachWiring
  void aCommentIsALineForEachOfItsLines(Wiring wiring) {
    app.stream("/s", out -> out.comment("one\ntwo\r\nthree\rfour"));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").text()).isEqualTo(": one\n: two\n: three\n: four\n\n");
    }
  }

  @OverEachWiring
  void aCommentIsLeftOutWhereThereAreNone(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          out.comment("hello");
          out.send(1);
          out.comment("hello");
        });
    try (var test = wiring.start(app)) {
      assertThat(test.request("GET", "/s").accept("application/x-ndjson").send().text())
          .isEqualTo("1\n");
      assertThat(test.request("GET", "/s").accept("application/json").send().text())
          .isEqualTo("[1]");
      assertThat(test.request("GET", "/s").accept("text/plain").send().text()).isEqualTo("1");
    }
  }

  @OverEachWiring
  void theRawOutputWritesBytes(Wiring wiring) {
    app.get(
        "/s",
        request ->
            stream(
                    out -> {
                      try (OutputStream bytes = out.output()) {
                        bytes.write('a');
                        bytes.write(new byte[] {'x', 'b', 'c', 'x'}, 1, 2);
                        bytes.write(new byte[0]);
                      }
                    })
                .type("application/octet-stream"));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").text()).isEqualTo("abc");
    }
  }

  @OverEachWiring
  void theRawWriterWritesTextAndNeedsNoFlushAtTheEnd(Wiring wiring) {
    app.get(
        "/s",
        request ->
            stream(
                    out -> {
                      Writer text = out.writer();
                      text.write("ä");
                      text.append("€").append('\n');
                    })
                .type("text/plain;charset=utf-8"));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").text()).isEqualTo("ä€\n");
    }
  }

  @OverEachWiring
  void whatTheRawWriterHasFlushedLeavesAtOnce(Wiring wiring) {
    CountDownLatch seen = new CountDownLatch(1);
    app.get(
        "/s",
        request ->
            stream(
                    out -> {
                      out.writer().append("first").flush();
                      seen.await();
                      out.writer().append("last");
                    })
                .type("text/plain"));
    try (var test = wiring.start(app);
        var s = test.request("GET", "/s").stream()) {
      s.awaitText("first");
      seen.countDown();
      s.awaitText("firstlast");
    }
  }

  @OverEachWiring
  void aWriteLargerThanTheHighWaterMarkGoesThrough(Wiring wiring) {
    byte[] large = new byte[1_000_000];
    Arrays.fill(large, (byte) 'x');
    app.get(
        "/s", request -> stream(out -> out.output().write(large)).type("application/octet-stream"));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").bytes()).isEqualTo(large);
    }
  }

  @OverEachWiring
  void anEventLargerThanTheHighWaterMarkGoesThrough(Wiring wiring) {
    String large = "x".repeat(1_000_000);
    app.stream(
        "/s",
        out -> {
          out.send(large);
          out.send("small");
          out.send(large);
        });
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.awaitEvents(3))
          .extracting(event -> event.data().length())
          .containsExactly(1_000_000, 5, 1_000_000);
    }
  }

  @OverEachWiring
  void theRawOutputWaitsForTheReader(Wiring wiring) {
    AtomicInteger written = new AtomicInteger();
    app.get(
        "/s",
        request ->
            stream(
                    out -> {
                      byte[] piece = new byte[10_000];
                      for (int i = 0; i < 4000; i++) {
                        out.output().write(piece);
                        written.incrementAndGet();
                      }
                    })
                .type("application/octet-stream"));
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.status()).isEqualTo(200);
      s.stall();
      standsStill(written);
      assertThat(written.get()).isLessThan(4000);
      s.resume();
      assertThat(s.awaitEnd(java.time.Duration.ofSeconds(30))).isEqualTo(End.WHOLE);
      assertThat(written.get()).isEqualTo(4000);
    }
  }

  private static void standsStill(AtomicInteger number) {
    long[] since = {System.nanoTime()};
    int[] last = {-1};
    eventually(
        "it stands still",
        () -> {
          int now = number.get();
          if (now != last[0] || now == 0) {
            last[0] = now;
            since[0] = System.nanoTime();
          }
          return System.nanoTime() - since[0] > 200_000_000;
        });
  }

  /** Whatever the handler does: rows 24 and 25. */
  @OverEachWiring
  void aStalledReaderCostsTheSameWhetherEventsOrCommentsAreSent(Wiring wiring) {
    AtomicInteger sent = new AtomicInteger();
    CountDownLatch stopped = new CountDownLatch(1);
    app.stream(
        "/s",
        out -> {
          String comment = "x".repeat(10_000);
          try {
            for (int i = 0; i < 10_000; i++) {
              out.comment(comment);
              sent.incrementAndGet();
            }
          } finally {
            stopped.countDown();
          }
        });
    try (var test = wiring.start(app)) {
      TestStream s = test.stream("/s");
      s.stall();
      standsStill(sent);
      assertThat(sent.get()).as("comments of 10 kB before the handler waits").isLessThan(9_000);
      s.close();
      eventually("the handler stops", stopped);
    }
  }

  @OverEachWiring
  void manyThreadsMaySendAndTheOrderOfEachIsKept(Wiring wiring) {
    int threads = 8;
    int each = 500;
    app.stream(
        "/s",
        out -> {
          Thread[] senders = new Thread[threads];
          for (int t = 0; t < threads; t++) {
            String name = "t" + t;
            senders[t] =
                Thread.startVirtualThread(() -> {
                  for (int i = 0; i < each; i++) {
                    out.send(name, i);
                  }
                });
          }
          for (Thread sender : senders) {
            sender.join();
          }
        });
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      var events = s.awaitEvents(threads * each);
      for (int t = 0; t < threads; t++) {
        String name = "t" + t;
        var numbers =
            events.stream()
                .filter(event -> event.name().equals(name))
                .map(event -> Integer.parseInt(event.data()))
                .toList();
        assertThat(numbers).hasSize(each).isSorted();
      }
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
    }
  }

  @OverEachWiring
  void anInterruptOfTheUsersOwnIsNotTakenForAnEnd(Wiring wiring) {
    LinkedBlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
    CompletableFuture<Thread> sender = new CompletableFuture<>();
    kept();
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      LiveStream out = resultOf(handle);
      s.stall();
      Thread thread =
          Thread.startVirtualThread(() -> {
            sender.complete(Thread.currentThread());
            try {
              while (true) {
                out.send("x".repeat(10_000));
              }
            } catch (CancellationException e) {
              thrown.add(e);
            }
          });
      eventually("it waits", () -> thread.getState() == Thread.State.WAITING);
      thread.interrupt();
      assertThat(next(thrown)).hasMessageContaining("interrupted while the stream waited");
      assertThat(out.isOpen()).isTrue();
      nothingRunsIn(test);
    }
  }

  private static void nothingRunsIn(TestApp test) {
    eventually("no thread", () -> test.server().status().virtualThreads() == 0);
  }

  @Test
  void aSourcesOptionsAreChecked() {
    assertThatThrownBy(() -> StreamOptions.DEFAULT.highWaterMark(100))
        .hasMessage("highWaterMark: 100 (expected: at least 1024 bytes)");
    assertThatThrownBy(() -> StreamOptions.DEFAULT.heartbeat(java.time.Duration.ofSeconds(-1)))
        .hasMessageContaining("expected: zero, which is off, or more");
  }

  @OverEachWiring
  void aSlowStreamLeavesNothingBehind(Wiring wiring) {
    kept();
    try (var test = wiring.start(app)) {
      TestStream s = test.stream("/s");
      LiveStream out = resultOf(handle);
      s.stall();
      eventually("one is dropped", () -> out.offer("x".repeat(60_000)) == Offered.DROPPED);
      s.reset();
      assertThat(resultOf(end)).isEqualTo(Kind.DISCONNECTED);
      nothingIsLeftOf(test);
    }
  }
}
