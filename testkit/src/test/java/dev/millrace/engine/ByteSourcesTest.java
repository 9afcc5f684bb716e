package dev.millrace.engine;

import static dev.millrace.http.Response.stream;
import static dev.millrace.test.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestEvent;
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
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.io.TempDir;

/** Sources of bytes and characters: input streams, files, channels and readers. */
class ByteSourcesTest {
  private final Millrace app = Millrace.create();

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
}
