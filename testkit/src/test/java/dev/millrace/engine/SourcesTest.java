package dev.millrace.engine;

import static dev.millrace.engine.SourceAsEvents.expect;
import static dev.millrace.http.Response.stream;
import static dev.millrace.test.Eventually.endOf;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static dev.millrace.test.Eventually.resultOf;
import static dev.millrace.test.Eventually.whereItStops;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.http.Response;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.stream.Event;
import dev.millrace.stream.LiveStream;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestEvent;
import dev.millrace.test.TestStream;
import dev.millrace.test.TestStream.End;
import dev.millrace.test.Wiring;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What can be streamed: rows 1 to 16 of the acceptance list. Here it is values, elements that are
 * pulled, and handlers; see also {@link PushedSourcesTest} and {@link ByteSourcesTest}.
 */
class SourcesTest {

  record Order(int id, String state) {}

  private final Millrace app = Millrace.create();

  @OverEachWiring
  void aStringIsOneEvent(Wiring wiring) {
    expect(app, wiring, "Hello World", "Hello World");
  }

  @OverEachWiring
  void anObjectIsItsJson(Wiring wiring) {
    expect(app, wiring, new Order(1, "paid"), "{\"id\":1,\"state\":\"paid\"}");
  }

  @OverEachWiring
  void aMapIsOneEvent(Wiring wiring) {
    expect(app, wiring, Map.of("a", List.of(1, 2)), "{\"a\":[1,2]}");
  }

  @OverEachWiring
  void aNumberIsJson(Wiring wiring) {
    expect(app, wiring, 42.5, "42.5");
  }

  @OverEachWiring
  void aBooleanIsJson(Wiring wiring) {
    expect(app, wiring, true, "true");
  }

  @OverEachWiring
  void nullIsJsonNull(Wiring wiring) {
    expect(app, wiring, null, "null");
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
        app,
        wiring,
        new Object[] {1, "two", new Order(3, "x"), null},
        "1",
        "two",
        "{\"id\":3,\"state\":\"x\"}",
        "null");
  }

  @OverEachWiring
  void anArrayOfNumbersToo(Wiring wiring) {
    expect(app, wiring, new int[] {1, 2, 3}, "1", "2", "3");
  }

  @OverEachWiring
  void anIterableIsAnEventPerElement(Wiring wiring) {
    expect(app, wiring, List.of(1, 2, 3, 4, 5), "1", "2", "3", "4", "5");
  }

  @OverEachWiring
  void anEmptyIterableIsAnEmptyStream(Wiring wiring) {
    expect(app, wiring, List.of());
  }

  @OverEachWiring
  void anIteratorIsAnEventPerElement(Wiring wiring) {
    expect(app, wiring, List.of("a", "b").iterator(), "a", "b");
  }

  @OverEachWiring
  void aStreamIsAnEventPerElement(Wiring wiring) {
    expect(app, wiring, IntStream.rangeClosed(1, 3), "1", "2", "3");
  }

  @OverEachWiring
  void aStreamIsClosedAtItsEnd(Wiring wiring) {
    CountDownLatch closed = new CountDownLatch(1);
    expect(app, wiring, Stream.of("a").onClose(closed::countDown), "a");
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
      int before = whereItStops(pulled);
      s.resume();
      eventually("it goes on", () -> pulled.get() > before + 100);
      s.close();
      eventually("the source is closed", closed);
      nothingIsLeftOf(test);
      int after = pulled.get();
      assertThat(pulled.get()).as("nothing is pulled any more").isEqualTo(after);
    }
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
