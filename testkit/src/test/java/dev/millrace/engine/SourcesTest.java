package dev.millrace.engine;

import static dev.millrace.http.Response.stream;
import static dev.millrace.test.Eventually.endOf;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static dev.millrace.test.Eventually.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.http.Response;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.stream.Event;
import dev.millrace.stream.LiveStream;
import dev.millrace.stream.Subscription;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestEvent;
import dev.millrace.test.TestStream;
import dev.millrace.test.TestStream.End;
import dev.millrace.test.Wiring;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be streamed: rows 1 to 16 of the acceptance list. */
class SourcesTest {

  record Order(int id, String state) {}

  private final Millrace app = Millrace.create();

  private void expect(Wiring wiring, Object source, String... data) {
    app.get("/s", request -> stream(source));
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      String events = String.join("", Arrays.stream(data).map(d -> "data: " + d + "\n\n").toList());
      assertThat(s.text()).isEqualTo(events);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aStringIsOneEvent(Wiring wiring) {
    expect(wiring, "Hello World", "Hello World");
  }

  @OverEachWiring
  void anObjectIsItsJson(Wiring wiring) {
    expect(wiring, new Order(1, "paid"), "{\"id\":1,\"state\":\"paid\"}");
  }

  @OverEachWiring
  void aMapIsOneEvent(Wiring wiring) {
    expect(wiring, Map.of("a", List.of(1, 2)), "{\"a\":[1,2]}");
  }

  @OverEachWiring
  void aNumberIsJson(Wiring wiring) {
    expect(wiring, 42.5, "42.5");
  }

  @OverEachWiring
  void aBooleanIsJson(Wiring wiring) {
    expect(wiring, true, "true");
  }

  @OverEachWiring
  void nullIsJsonNull(Wiring wiring) {
    expect(wiring, null, "null");
  }

  @OverEachWiring
  void anEventKeepsItsName(Wiring wiring) {
    app.get("/s", request -> stream(Event.of("x").name("n").id(7)));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").text()).isEqualTo("id: 7\nevent: n\ndata: x\n\n");
    }
  }

  @OverEachWiring
  void anArrayIsAnEventPerElement(Wiring wiring) {
    expect(
        wiring,
        new Object[] {1, "two", new Order(3, "x"), null},
        "1",
        "two",
        "{\"id\":3,\"state\":\"x\"}",
        "null");
  }

  @OverEachWiring
  void anArrayOfNumbersToo(Wiring wiring) {
    expect(wiring, new int[] {1, 2, 3}, "1", "2", "3");
  }

  @OverEachWiring
  void anIterableIsAnEventPerElement(Wiring wiring) {
    expect(wiring, List.of(1, 2, 3, 4, 5), "1", "2", "3", "4", "5");
  }

  @OverEachWiring
  void anEmptyIterableIsAnEmptyStream(Wiring wiring) {
    expect(wiring, List.of());
  }

  @OverEachWiring
  void anIteratorIsAnEventPerElement(Wiring wiring) {
    expect(wiring, List.of("a", "b").iterator(), "a", "b");
  }

  @OverEachWiring
  void aStreamIsAnEventPerElement(Wiring wiring) {
    expect(wiring, IntStream.rangeClosed(1, 3), "1", "2", "3");
  }

  @OverEachWiring
  void aStreamIsClosedAtItsEnd(Wiring wiring) {
    CountDownLatch closed = new CountDownLatch(1);
    expect(wiring, Stream.of("a").onClose(closed::countDown), "a");
    eventually("the source is closed", closed);
  }

  @OverEachWiring
  void aStreamIsPulledAtTheSpeedOfTheReader(Wiring wiring) {
    AtomicInteger pulled = new AtomicInteger();
    CountDownLatch closed = new CountDownLatch(1);
    String large = "x".repeat(1000);
    app.get(
        "/s",
        request ->
            stream(
                Stream.generate(
                        () -> {
                          pulled.incrementAndGet();
                          return large;
                        })
                    .onClose(closed::countDown)));
    try (var test = wiring.start(app)) {
      TestStream s = test.stream("/s");
      s.awaitEvent();
      s.stall();
      standsStill(pulled);
      int before = pulled.get();
      s.resume();
      eventually("it goes on", () -> pulled.get() > before + 100);
      s.close();
      eventually("the source is closed", closed);
      nothingIsLeftOf(test);
      int after = pulled.get();
      assertThat(pulled.get()).as("nothing is pulled any more").isEqualTo(after);
    }
  }

  private static void standsStill(AtomicInteger number) {
    long[] since = {System.nanoTime()};
    int[] last = {-1};
    eventually(
        "it stands still",
        () -> {
          int now = number.get();
          if (now != last[0]) {
            last[0] = now;
            since[0] = System.nanoTime();
          }
          return System.nanoTime() - since[0] > 200_000_000;
        });
  }

  @OverEachWiring
  void aSourceThatFailsIsAnErrorEvent(Wiring wiring) {
    app.get("/s", request -> stream(Stream.of(1, 2, 0).map(i -> 2 / i)));
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.awaitEvents(2)).extracting(TestEvent::data).containsExactly("2", "1");
      TestEvent error = s.awaitEvent();
      assertThat(error.name()).isEqualTo("error");
      assertThat(error.data()).contains("Internal Server Error").doesNotContain("zero");
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
    }
  }

  @OverEachWiring
  void aGeneratorIsAHandlerThatLoops(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          for (int i = 1; i <= 3; i++) {
            out.send(i);
          }
        });
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").text()).isEqualTo("data: 1\n\ndata: 2\n\ndata: 3\n\n");
    }
  }

  @OverEachWiring
  void aGeneratorThatThrowsEndsWithAnErrorEvent(Wiring wiring) {
    CompletableFuture<Kind> end = new CompletableFuture<>();
    app.stream(
        "/s",
        out -> {
          endOf(out, end);
          out.send(1);
          throw new IOException("a secret");
        });
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.awaitEvent().data()).isEqualTo("1");
      TestEvent error = s.awaitEvent();
      assertThat(error.name()).isEqualTo("error");
      assertThat(error.data()).doesNotContain("secret");
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(resultOf(end)).isEqualTo(Kind.FAILED);
    }
  }

  @OverEachWiring
  void aPublisherIsAnEventPerItem(Wiring wiring) {
    app.get(
        "/s",
        request -> {
          var publisher = new SubmissionPublisher<Integer>();
          Thread.startVirtualThread(() -> {
            eventually("the subscriber is there", publisher::hasSubscribers);
            for (int i = 1; i <= 100; i++) {
              publisher.submit(i);
            }
            publisher.close();
          });
          return stream(publisher);
        });
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(s.awaitEvents(100).getLast().data()).isEqualTo("100");
      nothingIsLeftOf(test);
    }
  }

  /** Publishes on the thread that asks, as long as it is asked. */
  private static final class Numbers implements Flow.Publisher<String> {
    final AtomicLong requested = new AtomicLong();
    final AtomicInteger published = new AtomicInteger();
    final CountDownLatch cancelled = new CountDownLatch(1);

    @Override
    public void subscribe(Flow.Subscriber<? super String> subscriber) {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            @Override
            public void request(long more) {
              requested.addAndGet(more);
              Thread.startVirtualThread(() -> {
                for (long i = 0; i < more && cancelled.getCount() > 0; i++) {
                  published.incrementAndGet();
                  subscriber.onNext("x".repeat(1000));
                }
              });
            }

            @Override
            public void cancel() {
              cancelled.countDown();
            }
          });
    }
  }

  @OverEachWiring
  void aPublisherIsAskedAtTheSpeedOfTheReaderAndCancelledAtTheEnd(Wiring wiring) {
    Numbers numbers = new Numbers();
    app.get("/s", request -> stream(numbers));
    try (var test = wiring.start(app)) {
      TestStream s = test.stream("/s");
      s.awaitEvent();
      eventually(
          "no thread is held",
          () -> {
            int threads = test.server().status().virtualThreads();
            return threads <= 1;
          });
      s.stall();
      standsStill(numbers.published);
      int before = numbers.published.get();
      s.resume();
      eventually("it goes on", () -> numbers.published.get() > before + 100);
      s.close();
      eventually("the publisher is told", numbers.cancelled);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aPublisherThatFailsIsAnErrorEvent(Wiring wiring) {
    app.get(
        "/s",
        request ->
            stream(
                (Flow.Publisher<Object>)
                    subscriber -> {
                      subscriber.onSubscribe(
                          new Flow.Subscription() {
                            @Override
                            public void request(long more) {}

                            @Override
                            public void cancel() {}
                          });
                      subscriber.onNext("first");
                      subscriber.onError(new IllegalStateException("a secret"));
                    }));
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.awaitEvent().data()).isEqualTo("first");
      assertThat(s.awaitEvent().name()).isEqualTo("error");
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(s.text()).doesNotContain("secret");
    }
  }

  @OverEachWiring
  void aPublisherThatCompletesAtOnceIsAnEmptyStream(Wiring wiring) {
    app.get(
        "/s",
        request ->
            stream(
                (Flow.Publisher<Object>)
                    subscriber -> {
                      subscriber.onSubscribe(
                          new Flow.Subscription() {
                            @Override
                            public void request(long more) {}

                            @Override
                            public void cancel() {}
                          });
                      subscriber.onComplete();
                    }));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").text()).isEmpty();
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aFutureIsOneEventAndHoldsNoThread(Wiring wiring) {
    CompletableFuture<Order> future = new CompletableFuture<>();
    app.get("/s", request -> stream(future));
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.status()).isEqualTo(200);
      eventually("no thread", () -> test.server().status().virtualThreads() == 0);
      future.complete(new Order(1, "paid"));
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(s.text()).isEqualTo("data: {\"id\":1,\"state\":\"paid\"}\n\n");
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aFutureThatIsDoneIsOneEvent(Wiring wiring) {
    expect(wiring, CompletableFuture.completedFuture("done"), "done");
  }

  @OverEachWiring
  void aFutureThatFailsIsAnErrorEvent(Wiring wiring) {
    CompletableFuture<Object> future = new CompletableFuture<>();
    app.get("/s", request -> stream(future.thenApply(x -> x)));
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.status()).isEqualTo(200);
      future.completeExceptionally(new IOException("a secret"));
      TestEvent error = s.awaitEvent();
      assertThat(error.name()).isEqualTo("error");
      assertThat(error.data()).doesNotContain("secret");
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aFutureWhoseClientLeavesLeavesNothingBehind(Wiring wiring) {
    app.get("/s", request -> stream(new CompletableFuture<>()));
    try (var test = wiring.start(app)) {
      TestStream s = test.stream("/s");
      assertThat(s.status()).isEqualTo(200);
      s.close();
      nothingIsLeftOf(test);
    }
  }

  /** Two clients wait for one result; that one of them leaves is nothing to the other. */
  @OverEachWiring
  void aFutureThatIsSharedSurvivesAClientThatLeaves(Wiring wiring) {
    CompletableFuture<String> shared = new CompletableFuture<>();
    app.get("/s", request -> stream(shared));
    try (var test = wiring.start(app);
        var stays = test.stream("/s")) {
      TestStream leaves = test.stream("/s");
      assertThat(leaves.status()).isEqualTo(200);
      assertThat(stays.status()).isEqualTo(200);
      leaves.close();
      eventually("one has left", () -> test.server().status().streams() == 1);
      eventually("its cleanup has run", () -> test.server().status().virtualThreads() == 0);
      shared.complete("result");
      assertThat(stays.awaitEvent().data()).isEqualTo("result");
    }
  }

  /** Gives one byte at a time and notes that it was closed. */
  private static InputStream slowly(String text, CountDownLatch closed) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
      @Override
      public synchronized int read(byte[] target, int from, int length) {
        return super.read(target, from, Math.min(1, length));
      }

      @Override
      public void close() {
        closed.countDown();
      }
    };
  }

  @OverEachWiring
  void bytesStayAsTheyAreOnATextWire(Wiring wiring) {
    CountDownLatch closed = new CountDownLatch(1);
    app.get("/s", request -> stream(slowly("a,ä\n€,𝄞\n", closed)).type("text/csv"));
    try (var test = wiring.start(app)) {
      var response = test.get("/s");
      assertThat(response.text()).isEqualTo("a,ä\n€,𝄞\n");
      assertThat(response.header("Content-Type")).contains("text/csv");
      eventually("the source is closed", closed);
    }
  }

  @OverEachWiring
  void bytesAreTextChunksOnAnEventWireAndNeverSplitACharacter(Wiring wiring) {
    CountDownLatch closed = new CountDownLatch(1);
    app.get("/s", request -> stream(slowly("aä€𝄞z", closed)));
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.awaitEvents(5))
          .extracting(TestEvent::data)
          .containsExactly("a", "ä", "€", "𝄞", "z");
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      eventually("the source is closed", closed);
    }
  }

  @OverEachWiring
  void aFileIsItsBytes(Wiring wiring, @TempDir Path directory) throws IOException {
    Path file = directory.resolve("large.txt");
    byte[] content = new byte[3_000_000];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) ('a' + i % 26);
    }
    Files.write(file, content);
    app.get("/s", request -> stream(file).type("text/plain"));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").bytes()).isEqualTo(content);
    }
  }

  @OverEachWiring
  void aFileThatIsNotThereIsA500BeforeAnythingWasSent(Wiring wiring) {
    app.get("/s", request -> stream(Path.of("/nowhere/at/all")).type("text/plain"));
    try (var test = wiring.start(app)) {
      var response = test.get("/s");
      assertThat(response.status()).isEqualTo(500);
      assertThat(response.text()).doesNotContain("nowhere");
    }
  }

  @OverEachWiring
  void channelsReadersAndArraysOfBytesToo(Wiring wiring) {
    app.get(
        "/channel",
        request ->
            stream(
                    Channels.newChannel(
                        new ByteArrayInputStream("channel".getBytes(StandardCharsets.UTF_8))))
                .type("text/plain"));
    app.get("/reader", request -> stream(new StringReader("reader")).type("text/plain"));
    app.get("/bytes", request -> stream("bytes".getBytes(StandardCharsets.UTF_8)));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/channel").text()).isEqualTo("channel");
      assertThat(test.get("/reader").text()).isEqualTo("reader");
      assertThat(test.get("/bytes").text()).isEqualTo("data: bytes\n\n");
    }
  }

  @OverEachWiring
  void aHandlerMayPipeAnySource(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          out.send("before");
          out.pipe(List.of(1, 2).iterator());
          out.pipe(CompletableFuture.completedFuture(3));
          out.pipe("after");
        });
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.awaitEvents(5))
          .extracting(TestEvent::data)
          .containsExactly("before", "1", "2", "3", "after");
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
    }
  }

  @OverEachWiring
  void aHandleUnderManualControlIsOpenUntilItIsClosed(Wiring wiring) {
    CompletableFuture<LiveStream> handle = new CompletableFuture<>();
    app.get(
        "/s",
        request ->
            stream(out -> {
              out.keepOpen();
              handle.complete(out);
            }));
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      LiveStream out = resultOf(handle);
      out.send("one");
      assertThat(s.awaitEvent().data()).isEqualTo("one");
      out.send("two");
      assertThat(s.awaitEvent().data()).isEqualTo("two");
      out.close();
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
    }
  }

  @OverEachWiring
  void aStreamedResponseThatIsNotReturnedIsNeverBegun(Wiring wiring) {
    app.get(
        "/s",
        request -> {
          Response forgotten = stream(out -> out.send("never"));
          return Response.text("instead of " + forgotten.status());
        });
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").text()).isEqualTo("instead of 200");
    }
  }

  @OverEachWiring
  void aSubscriptionIsStreamedUntilTheClientLeaves(Wiring wiring) {
    var queue = new ArrayBlockingQueue<String>(10);
    AtomicInteger unsubscribed = new AtomicInteger();
    app.get("/s", request -> stream(new Subscription<>(queue, unsubscribed::incrementAndGet)));
    try (var test = wiring.start(app)) {
      TestStream s = test.stream("/s");
      queue.add("a");
      assertThat(s.awaitEvent().data()).isEqualTo("a");
      queue.add("b");
      assertThat(s.awaitEvent().data()).isEqualTo("b");
      s.close();
      eventually("it is unsubscribed", () -> unsubscribed.get() == 1);
      nothingIsLeftOf(test);
      assertThat(unsubscribed.get()).isEqualTo(1);
    }
  }

  @OverEachWiring
  void aSubscriptionIsUnsubscribedWhenTheServerStops(Wiring wiring) {
    AtomicInteger unsubscribed = new AtomicInteger();
    app.get(
        "/s",
        request ->
            stream(new Subscription<>(new ArrayBlockingQueue<>(1), unsubscribed::incrementAndGet)));
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.status()).isEqualTo(200);
      test.server().stop(java.time.Duration.ofSeconds(5));
      eventually("it is unsubscribed", () -> unsubscribed.get() == 1);
    }
  }

  @OverEachWiring
  void aQueueOpensItsStreamAtOnce(Wiring wiring) {
    app.get("/s", request -> stream(new ArrayBlockingQueue<String>(1)));
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.status()).isEqualTo(200);
    }
  }

  @OverEachWiring
  void aSourceIsClosedEvenWhenItsStreamNeverBegins(Wiring wiring) {
    AtomicInteger closed = new AtomicInteger();
    app.get("/s", request -> stream(Stream.of(1).onClose(closed::incrementAndGet)));
    try (var test = wiring.start(app)) {
      assertThat(test.request("GET", "/s").accept("image/png").send().status()).isEqualTo(406);
      assertThat(closed.get()).isEqualTo(1);
      assertThat(test.request("HEAD", "/s").send().status()).isEqualTo(200);
      assertThat(closed.get()).isEqualTo(2);
    }
  }

  @Test
  void manyElementsArriveInOrder() {
    Iterator<Integer> numbers = IntStream.range(0, 200_000).iterator();
    app.get("/s", request -> stream(numbers).type("text/plain"));
    try (var test = TestApp.inMemory(app);
        var s = test.stream("/s")) {
      assertThat(s.awaitEnd(java.time.Duration.ofSeconds(30))).isEqualTo(End.WHOLE);
      assertThat(s.text()).endsWith("199998199999");
    }
  }
}
