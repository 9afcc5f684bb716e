package dev.millrace.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.http.Handler;
import dev.millrace.http.Limits;
import dev.millrace.http.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9113, section 10.5: what a client can do cheaply is bounded, and counted. */
class Http2FloodTest {
  private static final int MAX_STREAMS = 300;

  private final AtomicInteger handled = new AtomicInteger();
  private final CountDownLatch release = new CountDownLatch(1);
  private TestServer server;

  @BeforeEach
  void start() {
    Millrace app = Millrace.create();
    app.get("/a", request -> Response.text("a"));
    Handler park =
        request -> {
          handled.incrementAndGet();
          release.await();
          return Response.of(204);
        };
    app.get("/park", park);
    app.post("/park", park);
    app.stream(
        "/s",
        out -> {
          out.send("first");
          out.keepOpen();
        });
    Limits limits = Limits.DEFAULT.streamsPerConnection(MAX_STREAMS);
    server = TestServer.start(app, ServerOptions.DEFAULT.limits(limits));
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
  }

  /** Sends something many times, but never so much at once that GOAWAY is lost to a RST. */
  private static void many(RawHttp2 client, int times, Sending sending) throws IOException {
    for (int i = 0; i < times && !client.isClosed(); i += 50) {
      client.hold();
      for (int j = 0; j < 50; j++) {
        sending.send();
      }
      client.ping().release().awaitPongs();
    }
  }

  @FunctionalInterface
  private interface Sending {
    void send() throws IOException;
  }

  private void assertCalmed(RawHttp2 client) throws IOException {
    assertThat(client.goAwayCode()).isEqualTo(RawHttp2.ENHANCE_YOUR_CALM);
    assertClosed(client);
  }

  private void assertClosed(RawHttp2 client) throws IOException {
    client.awaitClose();
    assertThat(server.server().counters().refused()).isPositive();
    server.awaitQuiet();
    try (RawHttp2 other = server.http2()) {
      assertThat(other.awaitEnd(other.get("/a")).text()).isEqualTo("a");
    }
  }

  /** CVE-2023-44487. */
  @Test
  void rapidReset() throws IOException {
    try (RawHttp2 client = server.http2()) {
      many(client, 2000, () -> client.resetStream(client.get("/park")));
      assertCalmed(client);
      assertThat(handled).hasValueLessThanOrEqualTo(MAX_STREAMS + 1);
    }
  }

  /** The same, but the server is brought to do the resetting (CVE-2025-8671). */
  @ParameterizedTest
  @ValueSource(strings = {"an increment of 0", "a window above the maximum", "too much DATA"})
  void resetsThatTheServerIsMadeToSend(String how) throws IOException {
    try (RawHttp2 client = server.http2()) {
      many(
          client,
          2000,
          () -> {
            int stream = client.get("/park");
            switch (how) {
              case "an increment of 0" -> client.windowUpdate(stream, 0);
              case "a window above the maximum" -> client.windowUpdate(stream, Integer.MAX_VALUE);
              default -> client.data(stream, "behind END_STREAM", false);
            }
          });
      assertCalmed(client);
      assertThat(handled).hasValueLessThanOrEqualTo(MAX_STREAMS + 1);
    }
  }

  /** All tabs of a browser close at once: its other requests must not suffer. */
  @Test
  void manyOpenStreamsMayBeLeftAtOnce() throws IOException {
    try (RawHttp2 client = server.http2()) {
      int parked = client.get("/park");
      for (int round = 0; round < 3; round++) {
        List<Integer> streams = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
          streams.add(client.get("/s"));
        }
        for (int stream : streams) {
          assertThat(client.awaitHead(stream).status()).isEqualTo(200);
        }
        client.hold();
        for (int stream : streams) {
          client.resetStream(stream);
        }
        client.release();
        await().until(() -> server.server().status().streams() == 0);
      }
      assertThat(client.awaitEnd(client.get("/a")).text()).isEqualTo("a");
      release.countDown();
      assertThat(client.awaitEnd(parked).status()).isEqualTo(204);
      assertThat(client.goAwayCode()).isEqualTo(-1);
    }
    server.awaitQuiet();
  }

  @Test
  void pings() throws IOException {
    try (RawHttp2 client = server.http2()) {
      many(client, 3000, client::ping);
      assertCalmed(client);
    }
  }

  @Test
  void settings() throws IOException {
    try (RawHttp2 client = server.http2()) {
      many(client, 3000, client::settings);
      assertCalmed(client);
    }
  }

  @Test
  void aFewPingsAndSettingsAreWelcome() throws IOException {
    try (RawHttp2 client = server.http2()) {
      for (int i = 0; i < 300; i++) {
        client.awaitPong();
        client.settings();
      }
      assertThat(client.awaitEnd(client.get("/a")).text()).isEqualTo("a");
    }
  }

  /** CVE-2019-9518. */
  @Test
  void emptyData() throws IOException {
    try (RawHttp2 client = server.http2()) {
      int stream = client.request("POST", "/park", false);
      many(client, 3000, () -> client.frame(RawHttp2.DATA, 0, stream));
      release.countDown();
      assertCalmed(client);
    }
  }

  /** CVE-2024-27316 and its kind. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100})
  void continuations(int size) throws IOException {
    try (RawHttp2 client = server.http2()) {
      int stream = client.nextStream();
      byte[] block = RawHttp2.block(":method", "GET", "x", "1".repeat(60_000));
      client.hold();
      client.frame(RawHttp2.HEADERS, RawHttp2.END_STREAM, stream, block[0]);
      for (int i = 0; i < 10_000; i++) {
        byte[] piece = new byte[size];
        System.arraycopy(block, Math.min(1 + i * size, block.length - size), piece, 0, size);
        client.frame(RawHttp2.CONTINUATION, 0, stream, piece);
      }
      client.release();
      assertClosed(client);
      assertThat(handled).hasValue(0);
    }
  }

  /** A few bytes of HPACK that stand for megabytes: one long field, named again and again. */
  @Test
  void aHeaderBomb() throws IOException {
    try (RawHttp2 client = server.http2()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(
          RawHttp2.block(":method", "GET", ":scheme", "http", ":path", "/a", ":authority", "h"));
      // Literal with incremental indexing (RFC 7541, section 6.2.1): entry 62 from now on.
      byte[] field = RawHttp2.block("x", "1".repeat(3900));
      field[0] = 0x40;
      out.writeBytes(field);
      for (int i = 0; i < 10_000; i++) {
        out.write(0x80 | 62);
      }
      int stream = client.nextStream();
      int flags = RawHttp2.END_STREAM | RawHttp2.END_HEADERS;
      client.frame(RawHttp2.HEADERS, flags, stream, out.toByteArray());
      client.await(() -> client.answer(stream).isOver());
      assertThat(client.answer(stream).status() == 431 || client.goAwayCode() > 0).isTrue();
      assertThat(server.server().counters().refused()).isPositive();
    }
    server.awaitQuiet();
  }

  /** Heads are held back by no window, and wait in memory when a client does not read them. */
  @Test
  void aClientThatNeverReadsIsCut() throws IOException {
    Socket socket = RawHttp1.socketWithReceiveBuffer(server.port(), 4096);
    try (RawHttp2 client = new RawHttp2(socket).open()) {
      int asked = 0;
      while (asked < 2_000_000 && server.server().status().connections() > 0) {
        client.hold();
        for (int i = 0; i < 100; i++) {
          client.request("HEAD", "/a", true);
        }
        client.release();
        asked += 100;
      }
      assertThat(asked).isLessThan(2_000_000);
    }
    server.awaitQuiet();
  }
}
