package dev.millrace.engine;

import static dev.millrace.test.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.http.Content;
import dev.millrace.http.Outcome;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestStream.End;
import dev.millrace.test.Wiring;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** How files and other contents leave: row 45 of the acceptance list, the way of the bytes. */
class ContentTest {
  private final Millrace app = Millrace.create();
  private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
  @TempDir Path directory;

  /** A content of a test: with or without a file, and perhaps shorter than it says. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Sample(byte[] bytes, long length, @Nullable Path file) implements Content {
    @Override
    public String type() {
      return "application/octet-stream";
    }

    @Override
    public String etag() {
      return "\"1\"";
    }

    @Override
    public @Nullable Instant lastModified() {
      return null;
    }

    @Override
    public InputStream open(long from) throws IOException {
      return file == null
          ? new ByteArrayInputStream(bytes, (int) from, bytes.length - (int) from)
          : Files.newInputStream(file);
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private Sample file(byte[] bytes) throws IOException {
    Path path = Files.write(directory.resolve("sample.bin"), bytes);
    return new Sample(bytes, bytes.length, path);
  }

  private Response answer(Request request, Sample sample) {
    request.after(outcomes::add);
    return Response.content(sample);
  }

  @OverEachWiring
  void aFileOfAnySizeArrivesWhole(Wiring wiring) throws IOException {
    for (int size : new int[] {0, 1, 32 * 1024, 32 * 1024 + 1, 70_000, 3_000_000}) {
      Sample sample = file(random(size));
      Millrace files = Millrace.create();
      files.get("/f", request -> Response.content(sample));
      try (var test = wiring.start(files)) {
        for (int i = 0; i < 2; i++) {
          var response = test.get("/f");
          assertThat(response.header("Content-Length")).contains(Integer.toString(size));
          assertThat(Arrays.equals(response.bytes(), sample.bytes())).isTrue();
        }
      }
    }
  }

  @OverEachWiring
  void whatIsNoFileArrivesToo(Wiring wiring) {
    byte[] bytes = random(1_000_000);
    app.get("/c", request -> answer(request, new Sample(bytes, bytes.length, null)));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/c").bytes()).isEqualTo(bytes);
      eventually("it is over", () -> !outcomes.isEmpty());
      assertThat(outcomes.getFirst().bytes()).isEqualTo(1_000_000);
      assertThat(outcomes.getFirst().reason().kind()).isEqualTo(Kind.COMPLETED);
    }
  }

  @OverEachWiring
  void headHasTheLengthAndNoBody(Wiring wiring) throws IOException {
    Sample sample = file(random(100_000));
    app.get("/f", request -> answer(request, sample));
    try (var test = wiring.start(app)) {
      var response = test.request("HEAD", "/f").send();
      assertThat(response.header("Content-Length")).contains("100000");
      assertThat(response.bytes()).isEmpty();
      eventually("it is over", () -> !outcomes.isEmpty());
      assertThat(outcomes.getFirst().bytes()).isZero();
    }
  }

  @OverEachWiring
  void aContentThatHasShrunkIsSeenAsCut(Wiring wiring) {
    app.get("/c", request -> answer(request, new Sample(random(200_000), 300_000, null)));
    try (var test = wiring.start(app)) {
      var stream = test.request("GET", "/c").stream();
      assertThat(stream.awaitEnd()).isEqualTo(End.CUT);
      eventually("it is over", () -> !outcomes.isEmpty());
      assertThat(outcomes.getFirst().reason().kind()).isEqualTo(Kind.FAILED);
    }
  }

  @OverEachWiring
  void aFileThatIsShorterThanItWasIsAnErrorBeforeAnythingLeaves(Wiring wiring) throws IOException {
    Sample sample = file(random(200_000));
    app.get("/f", request -> answer(request, new Sample(sample.bytes(), 300_000, sample.file())));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/f").status()).isEqualTo(500);
    }
  }

  @OverEachWiring
  void aReaderThatTakesNothingIsCut(Wiring wiring) throws IOException {
    FakeClock clock = new FakeClock();
    Sample sample = file(random(30_000_000));
    app.get("/f", request -> answer(request, sample));
    try (var test = wiring.startAt(clock, app);
        var stream = test.request("GET", "/f").stream()) {
      stream.stall();
      eventually(
          "the response is cut",
          () -> {
            clock.advance(Duration.ofSeconds(5));
            return !outcomes.isEmpty();
          });
      assertThat(outcomes.getFirst().reason().kind()).isEqualTo(Kind.STALLED);
      stream.resume();
      assertThat(stream.awaitEnd()).isEqualTo(End.CUT);
    }
  }

  @OverEachWiring
  void aWholeResponseThatNobodyTakesIsCut(Wiring wiring) {
    FakeClock clock = new FakeClock();
    app.get(
        "/b",
        request -> {
          request.after(outcomes::add);
          return Response.bytes(new byte[30_000_000]);
        });
    try (var test = wiring.startAt(clock, app);
        var stream = test.request("GET", "/b").stream()) {
      stream.stall();
      eventually(
          "the response is cut",
          () -> {
            clock.advance(Duration.ofSeconds(5));
            return !outcomes.isEmpty();
          });
      assertThat(outcomes.getFirst().reason().kind()).isEqualTo(Kind.STALLED);
    }
  }

  @OverEachWiring
  void aSlowReaderThatTakesSomethingIsNotCut(Wiring wiring) throws IOException {
    FakeClock clock = new FakeClock();
    Sample sample = file(random(30_000_000));
    app.get("/f", request -> answer(request, sample));
    try (var test = wiring.startAt(clock, app);
        var stream = test.request("GET", "/f").stream()) {
      stream.stall();
      for (int i = 0; i < 7; i++) {
        // Less than half of the time allowed: the clock is faster than the loop here.
        clock.advance(Duration.ofSeconds(10));
        // So much that the system's buffers cannot hide it from the server.
        long before = stream.received();
        stream.resume();
        eventually(
            "something is taken", () -> stream.received() > before + 3_000_000 || !stream.isOpen());
        stream.stall();
      }
      stream.resume();
      assertThat(stream.awaitEnd()).isEqualTo(End.WHOLE);
    }
  }

  // --- row 49: a declared length is held ---

  @OverEachWiring
  void aStreamOfADeclaredLengthIsSentWithIt(Wiring wiring) {
    app.get(
        "/s",
        request ->
            Response.stream(
                    out -> {
                      out.send("12345");
                      out.output().write(new byte[] {'6', '7'});
                    })
                .type("text/plain")
                .length(7));
    try (var test = wiring.start(app)) {
      var response = test.get("/s");
      assertThat(response.header("Content-Length")).contains("7");
      assertThat(response.header("Transfer-Encoding")).isEmpty();
      assertThat(response.text()).isEqualTo("1234567");
      assertThat(test.get("/s").text()).isEqualTo("1234567");
    }
  }

  @OverEachWiring
  void aStreamThatWritesLessIsSeenAsCut(Wiring wiring) {
    app.get(
        "/s", request -> Response.stream(out -> out.send("12345")).type("text/plain").length(7));
    try (var test = wiring.start(app)) {
      var stream = test.request("GET", "/s").stream();
      assertThat(stream.awaitEnd()).isEqualTo(End.CUT);
    }
  }

  /** Compressed it says no length, and is held to it all the same. */
  @OverEachWiring
  void aCompressedStreamThatWritesLessIsSeenAsCut(Wiring wiring) {
    app.get(
        "/s", request -> Response.stream(out -> out.send("12345")).type("text/plain").length(7));
    try (var test = wiring.start(app)) {
      var stream = test.request("GET", "/s").header("Accept-Encoding", "gzip").stream();
      assertThat(stream.awaitEnd()).isEqualTo(End.CUT);
    }
  }

  @OverEachWiring
  void aStreamThatWritesNothingOfItsLengthIsAnError(Wiring wiring) {
    app.get("/s", request -> Response.stream(out -> {}).type("text/plain").length(7));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").status()).isEqualTo(500);
    }
  }

  @OverEachWiring
  void aStreamThatWritesMoreFailsAtThatWrite(Wiring wiring) {
    List<String> told = new CopyOnWriteArrayList<>();
    app.get(
        "/s",
        request ->
            Response.stream(
                    out -> {
                      out.send("1234");
                      assertThatThrownBy(() -> out.send("5678"))
                          .isInstanceOfSatisfying(
                              IllegalStateException.class, e -> told.add(e.getMessage()));
                      out.send("567");
                    })
                .type("text/plain")
                .length(7));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").text()).isEqualTo("1234567");
      assertThat(told)
          .containsExactly("Content-Length: 7 (expected: 8 or more, which is what was written)");
    }
  }

  @OverEachWiring
  void eventsHaveNoDeclaredLength(Wiring wiring) {
    app.get("/s", request -> Response.stream(List.of(1, 2)).length(7));
    try (var test = wiring.start(app)) {
      var response = test.request("GET", "/s").accept("application/x-ndjson").send();
      assertThat(response.header("Content-Length")).isEmpty();
      assertThat(response.text()).isEqualTo("1\n2\n");
    }
  }
}
