package dev.millrace.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.engine.Tls;
import dev.millrace.http.Filter;
import dev.millrace.http.Limits;
import dev.millrace.http.Response;
import dev.millrace.netty.RawHttp1.Reply;
import dev.millrace.netty.SocketFrames.Frame;
import dev.millrace.stream.CloseReason;
import dev.millrace.stream.LiveSocket;
import dev.millrace.stream.SocketHandler;
import dev.millrace.stream.SocketOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1.1 connections that become WebSockets: RFC 9110, section 7.8, RFC 6455, section 4. */
class Http1SocketTest {
  private static final SocketOptions OPTIONS =
      SocketOptions.DEFAULT.rate(0, Duration.ofSeconds(1)).closeTime(Duration.ofSeconds(2));

  private final Millrace app = Millrace.create();
  private final CountDownLatch release = new CountDownLatch(1);
  private final Semaphore permits = new Semaphore(0);
  private final List<CloseReason> ends = new CopyOnWriteArrayList<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final AtomicLong sent = new AtomicLong();
  private final LogWatch log = new LogWatch();
  private ServerOptions options = ServerOptions.DEFAULT;
  private TestServer server;

  private TestServer start() {
    app.get("/a", request -> Response.text("a"));
    app.get(
        "/park",
        request -> {
          release.await();
          return Response.text("released");
        });
    app.filter(
        Filter.before(request -> {
          if (request.path().contains("undecided")) {
            release.await();
          }
        }));
    app.ws("/undecided", watched(Http1SocketTest::echo), OPTIONS);
    app.ws("/pull", watched(Http1SocketTest::echo), OPTIONS);
    app.ws("/listen", watched(socket -> socket.onMessage(socket::send)), OPTIONS);
    app.ws(
        "/loop", watched(socket -> socket.onMessage(socket::send)), OPTIONS.runOnEventLoop(true));
    app.ws("/hear", watched(socket -> socket.onMessage(m -> heard.add(m.text()))), OPTIONS);
    app.ws("/late", watched(this::afterPermit), OPTIONS.inbox(10, 1 << 20));
    app.ws("/flood", watched(this::flood), OPTIONS);
    app.ws("/bye", watched(socket -> socket.close(1000, "")), OPTIONS);
    server = TestServer.start(app, options);
    return server;
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
    socket.onClose(() -> {});
    permits.acquire();
    echo(socket);
  }

  private void flood(LiveSocket socket) {
    byte[] piece = new byte[1000];
    for (int i = 0; i < 20_000; i++) {
      socket.send(piece);
      sent.incrementAndGet();
    }
  }

  private RawHttp1 open(String path) throws IOException {
    RawHttp1 client = (server == null ? start() : server).http1();
    client.send(SocketFrames.handshake(path));
    assertThat(client.head().status()).isEqualTo(101);
    return client;
  }

  private static Frame next(RawHttp1 client) throws IOException {
    return SocketFrames.read(client::exactly);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(ISO_8859_1);
  }

  @AfterEach
  void stop() {
    release.countDown();
    permits.release(1000);
    log.close();
    log.assertSilent();
    server.close();
  }

  // --- the handshake ---

  @Test
  void theHeadOfTheHandshakeHasWhatItNeedsAndNothingElse() throws IOException {
    try (RawHttp1 client = start().http1()) {
      client.send(SocketFrames.handshake("/pull"));
      Reply reply = client.head();
      assertThat(reply.status()).isEqualTo(101);
      assertThat(reply.fields())
          .containsExactlyInAnyOrder(
              "Upgrade: websocket",
              "Connection: Upgrade",
              "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/pull", "/listen", "/loop"})
  void framesInThePacketOfTheHandshakeAreHeardInOrder(String path) throws IOException {
    try (RawHttp1 client = start().http1()) {
      client.send(
          SocketFrames.glued(
              ascii(SocketFrames.handshake(path)),
              SocketFrames.text("one"),
              SocketFrames.text("two")));
      assertThat(client.head().status()).isEqualTo(101);
      assertThat(next(client).text()).isEqualTo("one");
      assertThat(next(client).text()).isEqualTo("two");
      client.send(SocketFrames.text("three"));
      assertThat(next(client).text()).isEqualTo("three");
    }
    server.awaitQuiet();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/pull", "/listen", "/loop"})
  void wherePacketsEndDecidesNothing(String path) throws IOException {
    byte[] all =
        SocketFrames.glued(
            ascii(SocketFrames.handshake(path)),
            SocketFrames.text("one"),
            SocketFrames.close(1000));
    try (RawHttp1 client = start().http1()) {
      for (byte each : all) {
        client.send(new byte[] {each});
      }
      assertThat(client.head().status()).isEqualTo(101);
      assertThat(next(client).text()).isEqualTo("one");
      assertThat(next(client).code()).isEqualTo(1000);
      assertThat(client.endsCleanly()).isTrue();
    }
  }

  @Test
  void requestsBeforeTheHandshakeAreAnsweredFirst() throws IOException {
    try (RawHttp1 client = start().http1()) {
      client.send(
          SocketFrames.glued(
              ascii("GET /park HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              ascii("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              ascii(SocketFrames.handshake("/pull")),
              SocketFrames.text("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n")));
      release.countDown();
      assertThat(client.reply().body()).isEqualTo("released");
      assertThat(client.reply().body()).isEqualTo("a");
      assertThat(client.reply().status()).isEqualTo(101);
      assertThat(next(client).text()).startsWith("GET /a HTTP");
    }
    server.awaitQuiet();
  }

  /** A page, a refusal, and then one that is accepted. */
  @Test
  void whatFollowsAHandshakeThatIsNotAcceptedIsTheNextRequest() throws IOException {
    String foreign =
        "GET /pull HTTP/1.1\r\n"
            + SocketFrames.HANDSHAKE_FIELDS
            + "Origin: http://elsewhere\r\n\r\n";
    try (RawHttp1 client = start().http1()) {
      client.send(
          SocketFrames.glued(
              ascii(SocketFrames.handshake("/a")),
              ascii(foreign),
              ascii(SocketFrames.handshake("/a")),
              ascii("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              ascii(foreign),
              ascii(SocketFrames.handshake("/listen")),
              SocketFrames.text("in")));
      assertThat(client.reply().body()).isEqualTo("a");
      assertThat(client.reply().status()).isEqualTo(403);
      assertThat(client.reply().body()).isEqualTo("a");
      assertThat(client.reply().body()).isEqualTo("a");
      assertThat(client.reply().status()).isEqualTo(403);
      assertThat(client.reply().status()).isEqualTo(101);
      assertThat(next(client).text()).isEqualTo("in");
    }
  }

  @Test
  void aRefusedConnectionIsUsedAgainLater() throws IOException {
    try (RawHttp1 client = start().http1()) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.send(SocketFrames.handshake("/a")).reply().body()).isEqualTo("a");
        assertThat(client.get("/a").reply().body()).isEqualTo("a");
      }
    }
  }

  /** RFC 9110, section 7.8: an Upgrade in a response needs the option. */
  @Test
  void aResponseThatNamesAnUpgradeSaysSoInItsConnection() throws IOException {
    try (RawHttp1 client = start().http1()) {
      Reply reply = client.get("/pull").reply();
      assertThat(reply.status()).isEqualTo(426);
      assertThat(reply.field("Upgrade")).hasValue("websocket");
      assertThat(reply.field("Connection")).hasValue("Upgrade");
      assertThat(client.get("/a").reply().body()).isEqualTo("a");
    }
  }

  @Test
  void whatComesBeforeTheDecisionIsBounded() throws Exception {
    byte[] message = SocketFrames.frame(SocketFrames.BINARY, new byte[10_000]);
    try (RawHttp1 client = start().http1()) {
      client.send(SocketFrames.handshake("/undecided"));
      Thread writer =
          Thread.ofVirtual()
              .start(() -> {
                for (int i = 0; i < 2000; i++) {
                  try {
                    client.send(message);
                  } catch (IOException e) {
                    return;
                  }
                  sent.incrementAndGet();
                }
              });
      // 20 MB: more than what the system keeps for both sockets.
      assertThat(Still.await(sent::get)).isLessThan(2000);
      release.countDown();
      assertThat(client.head().status()).isEqualTo(101);
      for (int i = 0; i < 2000; i++) {
        assertThat(next(client).payload()).hasSize(10_000);
      }
      writer.join();
    }
    server.awaitQuiet();
  }

  // --- both ways ---

  @ParameterizedTest
  @ValueSource(strings = {"/pull", "/listen", "/loop"})
  void messagesOfAllSizesComeBack(String path) throws IOException {
    try (RawHttp1 client = open(path)) {
      for (int size = 0; size < 3_000_000; size = size * 3 + 1) {
        client.send(SocketFrames.frame(SocketFrames.BINARY, new byte[size]));
        int got = 0;
        do {
          got += next(client).payload().length;
        } while (got < size);
        assertThat(got).isEqualTo(size);
      }
      client.send(SocketFrames.close(1001));
      assertThat(next(client).code()).isEqualTo(1001);
      assertThat(client.endsCleanly()).isTrue();
    }
    server.awaitQuiet();
  }

  @Test
  void overTls() throws IOException {
    options = options.listen(0, Tls.selfSigned());
    start();
    try (RawHttp1 client = new RawHttp1(new TlsClient().connect(server.port()))) {
      client.send(
          SocketFrames.glued(ascii(SocketFrames.handshake("/loop")), SocketFrames.text("one")));
      assertThat(client.head().status()).isEqualTo(101);
      assertThat(next(client).text()).isEqualTo("one");
      client.send(SocketFrames.close(1000));
      assertThat(next(client).code()).isEqualTo(1000);
      assertThat(client.endsCleanly()).isTrue();
    }
    server.awaitQuiet();
  }

  /** The socket's reading stops and goes on many times. */
  @Test
  void aHandlerThatDoesNotReadStopsItsClientAndThenMissesNothing() throws Exception {
    byte[] message = new byte[1000];
    try (RawHttp1 client = open("/late")) {
      Thread writer =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  for (int i = 0; i < 20_000; i++) {
                    message[0] = (byte) i;
                    client.send(SocketFrames.frame(SocketFrames.BINARY, message));
                    sent.incrementAndGet();
                  }
                } catch (IOException e) {
                  // The assertions below tell.
                }
              });
      assertThat(Still.await(sent::get)).isLessThan(20_000);
      permits.release();
      for (int i = 0; i < 20_000; i++) {
        assertThat(next(client).payload()[0]).isEqualTo((byte) i);
      }
      writer.join();
    }
    server.awaitQuiet();
  }

  @Test
  void aSlowReaderStopsItsWriterAndMissesNothing() throws IOException {
    start();
    try (RawHttp1 client = RawHttp1.connectWithReceiveBuffer(server.port(), 16 * 1024)) {
      client.send(SocketFrames.handshake("/flood"));
      assertThat(client.head().status()).isEqualTo(101);
      assertThat(Still.await(sent::get)).isLessThan(20_000);
      for (int i = 0; i < 20_000; i++) {
        assertThat(next(client).payload()).hasSize(1000);
      }
      assertThat(next(client).code()).isEqualTo(1000);
    }
    server.awaitQuiet();
  }

  @Test
  void aReaderThatTakesNothingForTooLongIsCut() throws IOException {
    options = options.limits(Limits.DEFAULT.stallTime(Duration.ofMillis(300)));
    start();
    try (RawHttp1 client = RawHttp1.connectWithReceiveBuffer(server.port(), 16 * 1024)) {
      client.send(SocketFrames.handshake("/flood"));
      assertThat(client.head().status()).isEqualTo(101);
      server.awaitQuiet();
      assertThat(ends.getFirst().kind()).isEqualTo(CloseReason.Kind.STALLED);
    }
  }

  // --- the end ---

  /** RFC 9112, section 9.6: what the client still sends does not reset the connection. */
  @Test
  void aClientThatStillSendsReadsTheCloseFrameAndTheEnd() throws IOException {
    try (RawHttp1 client = open("/bye")) {
      byte[] message = SocketFrames.frame(SocketFrames.BINARY, new byte[1000]);
      client.send(message);
      client.send(SocketFrames.close(1000));
      for (int i = 0; i < 100; i++) {
        client.send(message);
      }
      assertThat(next(client).code()).isEqualTo(1000);
      assertThat(client.endsCleanly()).isTrue();
    }
    server.awaitQuiet();
  }

  @Test
  void aClientThatDoesNotEndItsSideIsNotWaitedForLong() throws IOException {
    try (RawHttp1 client = open("/listen")) {
      client.send(SocketFrames.close(1000));
      assertThat(next(client).code()).isEqualTo(1000);
      assertThat(client.endsCleanly()).isTrue();
      // The socket is left open.
      server.awaitQuiet();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/pull", "/listen", "/loop"})
  void aClientThatHangsUpIsNoticed(String path) throws IOException {
    try (RawHttp1 client = open(path)) {
      client.socket().shutdownOutput();
      server.awaitQuiet();
    }
    try (RawHttp1 client = open(path)) {
      client.reset();
      server.awaitQuiet();
    }
    assertThat(ends).hasSize(2).allMatch(end -> end.kind() == CloseReason.Kind.DISCONNECTED);
  }

  @Test
  void whatCameRightBeforeTheEndIsHeard() throws IOException {
    try (RawHttp1 client = open("/hear")) {
      client.send(SocketFrames.glued(SocketFrames.text("last words"), SocketFrames.close(1000)));
      client.socket().shutdownOutput();
      server.awaitQuiet();
    }
    assertThat(heard).containsExactly("last words");
  }

  /** A FIN behind more than the system keeps cannot be seen; a RST always is. */
  @ParameterizedTest
  @SuppressWarnings("try") // that it closes is what is tested
  @ValueSource(booleans = {true, false})
  void aClientThatLeavesWhileItIsNotReadIsNoticed(boolean inGoodOrder) throws IOException {
    try (RawHttp1 client = open("/late")) {
      byte[] message = SocketFrames.frame(SocketFrames.BINARY, new byte[1000]);
      for (int i = 0; i < 40; i++) {
        client.send(message);
      }
      if (inGoodOrder) {
        client.close();
      } else {
        client.reset();
      }
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> server.server().status().connections() == 0);
    }
    permits.release();
    server.awaitQuiet();
  }

  @Test
  @SuppressWarnings("try") // it closes before the server has stopped, which waits for that
  void aServerThatStopsSaysGoodbye() throws Exception {
    try (RawHttp1 client = open("/listen")) {
      Thread stopper = Thread.ofVirtual().start(() -> server.server().stop(Duration.ofSeconds(10)));
      assertThat(next(client).code()).isEqualTo(1001);
      client.send(SocketFrames.close(1001));
      assertThat(client.endsCleanly()).isTrue();
      client.close();
      stopper.join();
    }
  }
}
