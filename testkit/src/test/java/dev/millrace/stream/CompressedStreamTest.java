package dev.millrace.stream;

import static dev.millrace.http.Response.stream;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.http.Coding;
import dev.millrace.http.Compression;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestStream;
import dev.millrace.test.TestStream.End;
import dev.millrace.test.Wiring;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compression of streams: row 207 of the acceptance list. */
class CompressedStreamTest {
  private final Millrace app = Millrace.create();

  private static TestStream open(TestApp test, String path) {
    return test.request("GET", path).compressed().stream();
  }

  @OverEachWiring
  void anEventIsThereBeforeTheNextIsSent(Wiring wiring) {
    var events = new LinkedBlockingQueue<String>();
    app.get("/s", request -> stream(events));
    try (var test = wiring.start(app)) {
      try (var s = open(test, "/s")) {
        for (int i = 0; i < 30; i++) {
          events.add("event " + i);
          assertThat(s.awaitEvent().data()).isEqualTo("event " + i);
        }
        assertThat(s.header("Content-Encoding")).contains("gzip");
        assertThat(s.header("Content-Length")).isEmpty();
        assertThat(s.headers().all("Vary")).containsExactly("Accept, Accept-Encoding");
      }
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void whoAsksForNothingGetsPlainEvents(Wiring wiring) {
    app.stream("/s", out -> out.send("plain"));
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.awaitEvent().data()).isEqualTo("plain");
      assertThat(s.header("Content-Encoding")).isEmpty();
      assertThat(s.headers().all("Vary")).containsExactly("Accept, Accept-Encoding");
    }
  }

  @OverEachWiring
  void headHasTheHeadersOfGet(Wiring wiring) {
    app.get("/s", request -> stream(List.of(1, 2)));
    try (var test = wiring.start(app)) {
      var head = test.request("HEAD", "/s").header("Accept-Encoding", "gzip").send();
      assertThat(head.header("Content-Encoding")).contains("gzip");
      assertThat(head.bytes()).isEmpty();
    }
  }

  @OverEachWiring
  void everyWireEndsAsItShould(Wiring wiring) {
    app.get("/s", request -> stream(List.of(1, 2, 3)));
    app.get("/csv", request -> stream(List.of("a,b\n", "1,2\n")).type("text/csv"));
    try (var test = wiring.start(app)) {
      var expected =
          Map.of(
              "text/event-stream",
              "data: 1\n\ndata: 2\n\ndata: 3\n\n",
              "application/x-ndjson",
              "1\n2\n3\n",
              "application/json",
              "[1,2,3]",
              "text/plain",
              "123");
      expected.forEach((type, body) -> {
        var response = test.request("GET", "/s").accept(type).compressed().send();
        assertThat(response.header("Content-Encoding")).contains("gzip");
        assertThat(response.text()).isEqualTo(body);
      });
      assertThat(test.request("GET", "/csv").compressed().send().text()).isEqualTo("a,b\n1,2\n");
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void heartbeatsGoThroughTheEncoder(Wiring wiring) {
    var clock = new FakeClock();
    app.stream(
        "/s",
        out -> {
          out.send("first");
          out.keepOpen();
        });
    try (var test = wiring.startAt(clock, app);
        var s = open(test, "/s")) {
      assertThat(s.awaitEvent().data()).isEqualTo("first");
      for (int i = 0; i < 3; i++) {
        clock.advance(Duration.ofSeconds(16));
        assertThat(s.awaitComment()).isEmpty();
      }
    }
  }

  @OverEachWiring
  void atTheServersEndTheReconnectionTimeComesAndTheStreamIsWhole(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          out.send("first");
          out.keepOpen();
        });
    try (var test = wiring.start(app);
        var s = open(test, "/s")) {
      assertThat(s.awaitEvent().data()).isEqualTo("first");
      test.server().stop(Duration.ofSeconds(5));
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(s.retry()).isPresent();
    }
  }

  @OverEachWiring
  void aStreamThatIsCutIsSeenToBeCut(Wiring wiring) {
    app.get(
        "/s",
        request ->
            stream(
                    out -> {
                      out.send("first\n");
                      throw new IOException("broken");
                    })
                .type("text/plain"));
    try (var test = wiring.start(app);
        var s = open(test, "/s")) {
      assertThat(s.awaitEnd()).isEqualTo(End.CUT);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void anErrorEventIsReadable(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          out.send("first");
          throw new IOException("broken");
        });
    try (var test = wiring.start(app);
        var s = open(test, "/s")) {
      assertThat(s.awaitEvent().data()).isEqualTo("first");
      assertThat(s.awaitEvent().name()).isEqualTo("error");
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
    }
  }

  /** A stalled reader must stop the writer, encoder or not, and lose nothing. */
  @OverEachWiring
  void aReaderThatStallsStopsTheWriterAndGetsAllOfItLater(Wiring wiring) {
    Random random = new Random(7);
    StringBuilder noise = new StringBuilder();
    for (int i = 0; i < 4096; i++) {
      noise.append("%016x".formatted(random.nextLong()));
    }
    var handler = new AtomicReference<Thread>();
    var resumed = new AtomicBoolean();
    var written = new AtomicInteger();
    app.get(
        "/s",
        request ->
            stream(
                    out -> {
                      handler.set(Thread.currentThread());
                      while (!resumed.get()) {
                        out.send(noise.toString());
                        written.incrementAndGet();
                      }
                    })
                .type("text/plain"));
    try (var test = wiring.start(app);
        var s = open(test, "/s")) {
      s.status();
      s.stall();
      eventually(
          "the writer waits",
          () -> handler.get() != null && handler.get().getState() == Thread.State.WAITING);
      resumed.set(true);
      s.resume();
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(s.text()).isEqualTo(noise.toString().repeat(written.get()));
      nothingIsLeftOf(test);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip, deflate, br, zstd | gzip",
        "zstd                    | zstd",
        "zstd, gzip;q=0.5        | zstd",
        "br                      | -",
        "gzip;q=0                | -",
      })
  void streamsPreferGzipAndNeverOfferBrotli(String acceptEncoding, String coding) {
    app.stream("/s", out -> out.send("x"));
    try (var test = TestApp.inMemory(app)) {
      var response = test.request("GET", "/s").header("Accept-Encoding", acceptEncoding).send();
      assertThat(response.header("Content-Encoding").orElse("-")).isEqualTo(coding);
    }
  }

  @OverEachWiring
  void streamsCanBeLeftOut(Wiring wiring) {
    app.stream("/s", out -> out.send("x"));
    app.get("/picture", request -> stream(List.of("PNG")).type("image/png"));
    try (var test = wiring.start(app)) {
      var picture = test.request("GET", "/picture").compressed().send();
      assertThat(picture.header("Content-Encoding")).isEmpty();
      assertThat(picture.header("Vary")).isEmpty();
    }
    var options =
        ServerOptions.DEFAULT.compression(
            Compression.DEFAULT.streams(false).codings(Coding.values()));
    var again = Millrace.create();
    again.stream("/s", out -> out.send("x"));
    try (var test = wiring.start(again, options)) {
      var response = test.request("GET", "/s").compressed().send();
      assertThat(response.header("Content-Encoding")).isEmpty();
      assertThat(response.header("Vary")).contains("Accept");
      assertThat(response.text()).isEqualTo("data: x\n\n");
    }
  }
}
