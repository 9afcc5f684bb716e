package dev.millrace.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.http.Limits;
import dev.millrace.http.Response;
import dev.millrace.netty.RawHttp2.Credit;
import dev.millrace.stream.CloseReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A reader that stalls costs a bounded number of bytes and disturbs nobody else. */
class BackpressureTest {
  private static final int HIGH_WATER_MARK = 65_536;
  private static final int DEFAULT_WINDOW = 65_535;

  /** Of Netty's outbound buffer: its high mark, and the piece that goes over it. */
  private static final int OUTBOUND = 64 * 1024 + 64 * 1024;

  /**
   * What Linux keeps of a connection whose reader does not read, and much more than it did here.
   */
  private static final int SOCKETS = 4_000_000;

  private static final int SMALL_RECEIVE_BUFFER = 4096;
  private static final int LARGE = 1_000_000;

  private final Millrace app = Millrace.create();
  private final AtomicLong accepted = new AtomicLong();
  private final List<CloseReason.Kind> closed = new CopyOnWriteArrayList<>();
  private Limits limits = Limits.DEFAULT;
  private TestServer server;

  private TestServer start() {
    app.stream(
        "/endless/{size}",
        out -> {
          out.onClose(reason -> closed.add(reason.kind()));
          String data = "x".repeat(out.request().path("size", Integer::parseInt));
          while (true) {
            out.send(data);
            accepted.addAndGet(data.length());
          }
        });
    app.stream(
        "/numbers",
        out -> {
          for (int i = 0; i < 200_000; i++) {
            out.send(i);
          }
        });
    app.get("/a", request -> Response.text("a"));
    app.get("/large", request -> Response.text("x".repeat(LARGE)));
    server = TestServer.start(app, ServerOptions.DEFAULT.limits(limits));
    return server;
  }

  @AfterEach
  void stop() {
    server.close();
  }

  // --- what it costs ---

  @ParameterizedTest
  @ValueSource(ints = {10, 1000, 300_000})
  void aStalledReaderOnHttp1CostsABoundedNumberOfBytes(int size) throws IOException {
    start();
    try (RawHttp1 client = RawHttp1.connectWithReceiveBuffer(server.port(), SMALL_RECEIVE_BUFFER)) {
      client.get("/endless/" + size).head();
      assertThat(Still.await(accepted::get))
          .isPositive()
          .isLessThan(HIGH_WATER_MARK + OUTBOUND + SOCKETS + 2L * size);
      assertThat(server.server().status().streams()).isEqualTo(1);
    }
    server.awaitQuiet();
  }

  /** The protocol's own window holds the bytes back, so the system's buffers play no part. */
  @ParameterizedTest
  @ValueSource(ints = {10, 1000, 300_000})
  void aStalledStreamOnHttp2CostsABoundedNumberOfBytes(int size) throws IOException {
    start();
    try (RawHttp2 client = server.http2()) {
      client.credit(Credit.NONE);
      client.awaitHead(client.get("/endless/" + size));
      assertThat(Still.await(accepted::get))
          .isPositive()
          .isLessThan(HIGH_WATER_MARK + DEFAULT_WINDOW + 2L * size);
    }
    server.awaitQuiet();
  }

  @Test
  void aStalledConnectionWithHugeWindowsCostsABoundedNumberOfBytes() throws IOException {
    start();
    Socket socket = RawHttp1.socketWithReceiveBuffer(server.port(), SMALL_RECEIVE_BUFFER);
    try (RawHttp2 client = new RawHttp2(socket)) {
      client.open(RawHttp2.SETTINGS_INITIAL_WINDOW_SIZE, Integer.MAX_VALUE);
      client.windowUpdate(0, Integer.MAX_VALUE - DEFAULT_WINDOW);
      for (int i = 0; i < 10; i++) {
        client.get("/endless/1000");
      }
      assertThat(Still.await(accepted::get))
          .isPositive()
          .isLessThan(10L * HIGH_WATER_MARK + OUTBOUND + SOCKETS);
    }
    server.awaitQuiet();
  }

  @Test
  void aReaderThatStallsForTooLongIsCut() throws IOException {
    limits = limits.stallTime(Duration.ofMillis(200));
    start();
    try (RawHttp1 first = RawHttp1.connectWithReceiveBuffer(server.port(), SMALL_RECEIVE_BUFFER);
        RawHttp2 second = server.http2()) {
      first.get("/endless/1000").head();
      second.credit(Credit.NONE);
      int stream = second.get("/endless/1000");
      assertThat(second.awaitEnd(stream).isReset()).isTrue();
      await().until(() -> server.server().status().streams() == 0);
      await()
          .untilAsserted(() ->
              assertThat(closed)
                  .containsExactly(CloseReason.Kind.STALLED, CloseReason.Kind.STALLED));
      // Only the stream is cut, not its connection.
      assertThat(second.awaitEnd(second.get("/a")).text()).isEqualTo("a");
    }
    server.awaitQuiet();
  }

  /** Long before the next heartbeat, although the stream was in good order when it last looked. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aReaderThatStallsLaterIsCut(boolean http2) throws IOException {
    limits = limits.stallTime(Duration.ofMillis(200));
    app.stream(
        "/later",
        out -> {
          out.onClose(reason -> closed.add(reason.kind()));
          out.after(
              Duration.ofMillis(500),
              () -> {
                while (true) {
                  out.send("x".repeat(1000));
                }
              });
        });
    start();
    try (RawHttp1 first = RawHttp1.connectWithReceiveBuffer(server.port(), SMALL_RECEIVE_BUFFER);
        RawHttp2 second = server.http2()) {
      if (http2) {
        second.credit(Credit.NONE);
        second.get("/later");
      } else {
        first.get("/later");
      }
      await().untilAsserted(() -> assertThat(closed).containsExactly(CloseReason.Kind.STALLED));
    }
    server.awaitQuiet();
  }

  // --- whom it disturbs ---

  @Test
  void stalledReadersDoNotDisturbOtherClients() throws IOException {
    start();
    List<RawHttp1> stalled = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      RawHttp1 client = RawHttp1.connectWithReceiveBuffer(server.port(), SMALL_RECEIVE_BUFFER);
      client.get("/endless/1000").head();
      stalled.add(client);
    }
    try (RawHttp1 other = server.http1()) {
      for (int i = 0; i < 100; i++) {
        assertThat(other.get("/a").reply().body()).isEqualTo("a");
      }
      assertThat(other.get("/large").reply().body()).hasSize(LARGE);
    }
    for (RawHttp1 client : stalled) {
      client.reset();
    }
    server.awaitQuiet();
  }

  /** RFC 9113, section 5.2.2: with windows of 65,535 bytes, the least that clients begin with. */
  @ParameterizedTest
  @EnumSource(names = {"EACH", "AT_HALF"})
  void aStalledStreamDoesNotStopItsSiblings(Credit credit) throws IOException {
    start();
    try (RawHttp2 client = server.http2()) {
      client.credit(credit);
      int stalled = client.get("/endless/1000");
      client.stall(stalled);
      Still.await(accepted::get);
      for (int i = 0; i < 3; i++) {
        assertThat(client.awaitEnd(client.get("/large")).text()).hasSize(LARGE);
      }
      int first = client.get("/large");
      int second = client.get("/large");
      assertThat(client.awaitEnd(first).size()).isEqualTo(LARGE);
      assertThat(client.awaitEnd(second).size()).isEqualTo(LARGE);
      assertThat(client.answer(stalled).isOver()).isFalse();
      assertThat(client.answer(stalled).size()).isPositive();
    }
  }

  // --- and that it stops nobody who reads ---

  @ParameterizedTest
  @EnumSource(names = {"EACH", "AT_HALF", "ABOVE_HALF"})
  void aResponseLargerThanTheWindowsArrives(Credit credit) throws IOException {
    start();
    try (RawHttp2 client = server.http2()) {
      client.credit(credit);
      assertThat(client.awaitEnd(client.get("/large")).text()).hasSize(LARGE);
    }
  }

  /** Such a client gives credit for the connection long before it does so for the stream. */
  @ParameterizedTest
  @EnumSource(names = {"EACH", "AT_HALF", "ABOVE_HALF"})
  void aStreamWindowMayBeLargerThanTheConnections(Credit credit) throws IOException {
    start();
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    try (RawHttp2 client = new RawHttp2(socket)) {
      client.open(RawHttp2.SETTINGS_INITIAL_WINDOW_SIZE, 1 << 20);
      client.credit(credit);
      assertThat(client.awaitEnd(client.get("/large")).text()).hasSize(LARGE);
    }
  }

  @Test
  void aReaderThatGoesOnAfterAStallMissesNothing() throws IOException {
    start();
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 200_000; i++) {
      expected.append("data: ").append(i).append("\n\n");
    }
    try (RawHttp1 first = RawHttp1.connectWithReceiveBuffer(server.port(), SMALL_RECEIVE_BUFFER);
        RawHttp2 second = server.http2()) {
      first.get("/numbers");
      second.credit(Credit.AT_HALF);
      int stream = second.get("/numbers");
      Still.await(() -> server.server().status().virtualThreads());
      assertThat(first.reply().body()).isEqualTo(expected.toString());
      assertThat(second.awaitEnd(stream).text()).isEqualTo(expected.toString());
    }
  }
}
