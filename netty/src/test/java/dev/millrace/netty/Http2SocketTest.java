package dev.millrace.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Millrace;
import dev.millrace.http.Filter;
import dev.millrace.http.Response;
import dev.millrace.netty.RawHttp2.Answer;
import dev.millrace.netty.SocketFrames.Frame;
import dev.millrace.stream.CloseReason;
import dev.millrace.stream.LiveSocket;
import dev.millrace.stream.SocketHandler;
import dev.millrace.stream.SocketOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 streams that become WebSockets: RFC 8441. */
class Http2SocketTest {
  private static final int WINDOW = 65_535;
  private static final SocketOptions OPTIONS =
      SocketOptions.DEFAULT.rate(0, Duration.ofSeconds(1)).closeTime(Duration.ofSeconds(2));

  private final Millrace app = Millrace.create();
  private final CountDownLatch release = new CountDownLatch(1);
  private final Semaphore permits = new Semaphore(0);
  private final List<CloseReason> ends = new CopyOnWriteArrayList<>();
  private final AtomicLong sent = new AtomicLong();
  private final LogWatch log = new LogWatch();
  private TestServer server;

  private RawHttp2 connect() throws IOException {
    if (server == null) {
      app.filter(
          Filter.before(request -> {
            if (request.path().contains("undecided")) {
              release.await();
            }
          }));
      app.get("/a", request -> Response.text("a"));
      app.post("/count", request -> Response.text(Integer.toString(request.bytes().length)));
      app.ws("/pull", watched(Http2SocketTest::echo), OPTIONS);
      app.ws("/undecided", watched(Http2SocketTest::echo), OPTIONS);
      app.ws("/listen", watched(socket -> socket.onMessage(socket::send)), OPTIONS);
      app.ws(
          "/loop", watched(socket -> socket.onMessage(socket::send)), OPTIONS.runOnEventLoop(true));
      app.ws("/late", watched(this::afterPermit), OPTIONS.inbox(10, 4096));
      app.ws("/flood", watched(this::flood), OPTIONS);
      app.ws("/bye", watched(socket -> socket.close(1000, "")), OPTIONS);
      server = TestServer.start(app);
    }
    return server.http2();
  }

  private SocketHandler watched(SocketHandler handler) {
    return socket -> {
      socket.onClose(ends::add);
      handler.handle(socket);
    };
  }

  private static void echo(LiveSocket socket) {
    for (var message : socket.messages()) {
      socket.send(message);
    }
  }

  private void afterPermit(LiveSocket socket) throws InterruptedException {
    permits.acquire();
    echo(socket);
  }

  private void flood(LiveSocket socket) {
    byte[] piece = new byte[1000];
    for (int i = 0; i < 1000; i++) {
      socket.send(piece);
      sent.incrementAndGet();
    }
  }

  private static int open(RawHttp2 client, String path) throws IOException {
    int stream = client.connect(path);
    assertThat(client.awaitHead(stream).status()).isEqualTo(200);
    return stream;
  }

  /** All whole frames that have come on a stream. */
  private static List<Frame> frames(Answer answer) {
    List<Frame> all = new ArrayList<>();
    try {
      var in = new ByteArrayInputStream(answer.bytes());
      while (true) {
        all.add(
            SocketFrames.read(length -> {
              byte[] bytes = in.readNBytes(length);
              if (bytes.length < length) {
                throw new IOException("half a frame");
              }
              return bytes;
            }));
      }
    } catch (IOException e) {
      return all;
    }
  }

  private static List<String> texts(Answer answer) {
    return frames(answer).stream()
        .filter(frame -> frame.opcode() == SocketFrames.TEXT)
        .map(Frame::text)
        .toList();
  }

  private static List<Frame> awaitFrames(RawHttp2 client, int stream, int number)
      throws IOException {
    Answer answer = client.answer(stream);
    client.await(() -> answer.isOver() || frames(answer).size() >= number);
    return frames(answer);
  }

  private static void send(RawHttp2 client, int stream, byte[]... frames) throws IOException {
    client.frame(RawHttp2.DATA, 0, stream, SocketFrames.glued(frames));
  }

  @AfterEach
  void stop() {
    release.countDown();
    permits.release(1000);
    log.close();
    log.assertSilent();
    server.close();
  }

  // --- sections 3 and 4: the handshake ---

  @Test
  void extendedConnectIsOfferedFromTheBeginning() throws IOException {
    try (RawHttp2 client = connect()) {
      assertThat(client.serverSetting(RawHttp2.SETTINGS_ENABLE_CONNECT_PROTOCOL)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/pull", "/listen", "/loop"})
  void dataBehindTheHandshakeIsHeardInOrder(String path) throws IOException {
    try (RawHttp2 client = connect()) {
      client.hold();
      int stream = client.connect(path);
      send(client, stream, SocketFrames.text("one"));
      send(client, stream, SocketFrames.text("two"), SocketFrames.text("three"));
      client.release();
      awaitFrames(client, stream, 3);
      send(client, stream, SocketFrames.text("four"));
      awaitFrames(client, stream, 4);
      Answer answer = client.answer(stream);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.field("sec-websocket-accept")).isEmpty();
      assertThat(texts(answer)).containsExactly("one", "two", "three", "four");
      assertThat(answer.isOver()).isFalse();
    }
    server.awaitQuiet();
  }

  @Test
  void aFrameInManyPiecesIsOne() throws IOException {
    try (RawHttp2 client = connect()) {
      int stream = open(client, "/listen");
      for (byte each : SocketFrames.text("piecemeal")) {
        client.frame(RawHttp2.DATA, 0, stream, each);
      }
      awaitFrames(client, stream, 1);
      assertThat(texts(client.answer(stream))).containsExactly("piecemeal");
    }
  }

  @Test
  void aRefusedHandshakeIsAnOrdinaryResponse() throws IOException {
    try (RawHttp2 client = connect()) {
      client.hold();
      int unknown = client.connect("/unknown");
      send(client, unknown, SocketFrames.text("for nobody"));
      int foreign = client.connect("/pull", "origin", "http://elsewhere");
      int good = client.connect("/pull");
      client.release();
      assertThat(client.awaitEnd(unknown).status()).isEqualTo(404);
      assertThat(client.awaitEnd(foreign).status()).isEqualTo(403);
      assertThat(client.awaitHead(good).status()).isEqualTo(200);
      assertThat(client.awaitEnd(client.get("/a")).text()).isEqualTo("a");
    }
    server.awaitQuiet();
  }

  /** RFC 9110, section 9.3.6: to the client any success would be an open socket. */
  @Test
  void aPageIsNoAnswerToAHandshake() throws IOException {
    try (RawHttp2 client = connect()) {
      assertThat(client.awaitEnd(client.connect("/a")).status()).isEqualTo(400);
    }
  }

  @Test
  void whatComesBeforeTheDecisionIsBoundedByTheWindow() throws IOException {
    byte[] message = SocketFrames.frame(SocketFrames.BINARY, new byte[1000]);
    try (RawHttp2 client = connect()) {
      int stream = client.connect("/undecided");
      for (int i = 0; i < 60; i++) {
        send(client, stream, message);
      }
      client.awaitPong();
      assertThat(client.sendWindow(stream)).isEqualTo(WINDOW);
      assertThat(client.sendWindow(0)).as("refilled").isGreaterThan(WINDOW);
      release.countDown();
      assertThat(awaitFrames(client, stream, 60)).hasSize(60);
      client.await(() -> client.sendWindow(stream) > WINDOW);
    }
    server.awaitQuiet();
  }

  // --- section 5: both ways ---

  @ParameterizedTest
  @ValueSource(strings = {"/pull", "/listen", "/loop"})
  void messagesOfAllSizesComeBack(String path) throws IOException {
    try (RawHttp2 client = connect()) {
      int stream = open(client, path);
      Answer answer = client.answer(stream);
      long all = 0;
      for (int size = 0; size < 1_000_000; size = size * 3 + 1) {
        client.uploadOpen(stream, SocketFrames.frame(SocketFrames.BINARY, new byte[size]));
        all += size;
        long expected = all;
        client.await(() -> answer.isOver() || total(answer) == expected);
      }
      assertThat(total(answer)).isEqualTo(all);
    }
    server.awaitQuiet();
  }

  private static long total(Answer answer) {
    return frames(answer).stream().mapToLong(frame -> frame.payload().length).sum();
  }

  /** Row 205: what one socket does not read holds up nobody else. */
  @Test
  void aSocketThatIsNotReadStopsItselfAndNoOtherStream() throws IOException {
    byte[] message = SocketFrames.frame(SocketFrames.BINARY, new byte[1000]);
    try (RawHttp2 client = connect()) {
      int other = open(client, "/listen");
      int stream = client.connect("/late");
      int messages = 0;
      // As many as fit in what the stream was given at the beginning.
      for (; (messages + 1) * message.length < WINDOW; messages++) {
        send(client, stream, message);
      }
      client.awaitPong();
      assertThat(client.sendWindow(stream)).as("no credit while nobody reads").isEqualTo(WINDOW);
      int upload = client.request("POST", "/count", false);
      client.upload(upload, new byte[1_000_000], 0);
      assertThat(client.awaitEnd(upload).text()).isEqualTo("1000000");
      send(client, other, SocketFrames.text("still here"));
      awaitFrames(client, other, 1);
      assertThat(texts(client.answer(other))).containsExactly("still here");
      permits.release();
      assertThat(awaitFrames(client, stream, messages)).hasSize(messages);
      // Credit again: it may come behind the last echo.
      client.await(() -> client.sendWindow(stream) > WINDOW);
    }
    server.awaitQuiet();
  }

  @Test
  void aClientThatTakesNothingOfOneSocketStopsItsWriterAlone() throws IOException {
    try (RawHttp2 client = connect()) {
      int other = open(client, "/listen");
      client.stall(client.nextStreamToBe());
      int stream = open(client, "/flood");
      assertThat(Still.await(sent::get)).isLessThan(1000);
      send(client, other, SocketFrames.text("still here"));
      awaitFrames(client, other, 1);
      client.windowUpdate(stream, 2_000_000);
      client.windowUpdate(0, 2_000_000);
      assertThat(awaitFrames(client, stream, 1001)).hasSize(1001);
      assertThat(frames(client.answer(stream)).getLast().code()).isEqualTo(1000);
    }
    server.awaitQuiet();
  }

  // --- section 5: the end ---

  /** What is FIN on a connection of its own is END_STREAM here, in both directions. */
  @ParameterizedTest
  @ValueSource(strings = {"/pull", "/listen", "/loop"})
  void bothSidesEndTheirStream(String path) throws IOException {
    try (RawHttp2 client = connect()) {
      int stream = open(client, path);
      send(client, stream, SocketFrames.text("in"), SocketFrames.close(1000));
      client.await(() -> client.answer(stream).isEnded());
      client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, stream);
      client.awaitPong();
      Answer answer = client.answer(stream);
      assertThat(texts(answer)).containsExactly("in");
      assertThat(frames(answer).getLast().code()).isEqualTo(1000);
      assertThat(answer.isReset()).isFalse();
      assertThat(client.awaitEnd(client.get("/a")).text()).isEqualTo("a");
    }
    server.awaitQuiet();
  }

  @Test
  void aClientThatDoesNotEndItsSideIsNotWaitedForLong() throws IOException {
    try (RawHttp2 client = connect()) {
      int stream = open(client, "/listen");
      send(client, stream, SocketFrames.close(1000));
      client.await(() -> client.answer(stream).isEnded());
      // What still comes is thrown away, and credited.
      for (int i = 0; i < 20; i++) {
        client.frame(RawHttp2.DATA, 0, stream, new byte[3000]);
      }
      client.awaitPong();
      assertThat(client.sendWindow(stream)).isGreaterThan(WINDOW);
      assertThat(client.answer(stream).isReset()).isFalse();
      client.await(() -> client.answer(stream).isReset());
      assertThat(client.answer(stream).resetCode()).isEqualTo(RawHttp2.NO_ERROR);
      assertThat(client.awaitEnd(client.get("/a")).text()).isEqualTo("a");
    }
    server.awaitQuiet();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/pull", "/listen", "/loop"})
  void aClientThatEndsItsSideWithoutACloseFrameHasLeft(String path) throws IOException {
    try (RawHttp2 client = connect()) {
      int stream = open(client, path);
      client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, stream);
      client.awaitEnd(stream);
      await().until(() -> !ends.isEmpty());
      assertThat(ends.getFirst().kind()).isEqualTo(CloseReason.Kind.DISCONNECTED);
      assertThat(client.awaitEnd(client.get("/a")).text()).isEqualTo("a");
    }
    server.awaitQuiet();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/pull", "/listen", "/loop"})
  void aResetIsADisconnect(String path) throws IOException {
    try (RawHttp2 client = connect()) {
      int stream = open(client, path);
      client.resetStream(stream);
      await().until(() -> !ends.isEmpty());
      assertThat(ends.getFirst().kind()).isEqualTo(CloseReason.Kind.DISCONNECTED);
      assertThat(client.awaitEnd(client.get("/a")).text()).isEqualTo("a");
    }
    server.awaitQuiet();
  }

  @Test
  void aConnectionThatIsLostEndsAllItsSockets() throws IOException {
    try (RawHttp2 client = connect()) {
      for (String path : List.of("/pull", "/listen", "/loop", "/late")) {
        open(client, path);
      }
      client.reset();
      permits.release();
      server.awaitQuiet();
    }
    assertThat(ends).hasSize(4);
  }

  @Test
  void aServerThatStopsSaysGoodbye() throws Exception {
    try (RawHttp2 client = connect()) {
      int stream = open(client, "/listen");
      Thread stopper = Thread.ofVirtual().start(() -> server.server().stop(Duration.ofSeconds(10)));
      assertThat(awaitFrames(client, stream, 1).getFirst().code()).isEqualTo(1001);
      client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, stream, SocketFrames.close(1001));
      client.awaitClose();
      assertThat(client.goAwayCode()).isZero();
      stopper.join();
    }
  }
}
