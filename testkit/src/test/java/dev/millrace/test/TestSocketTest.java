package dev.millrace.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.http.HttpException;
import dev.millrace.http.Response;
import dev.millrace.stream.CloseReason;
import dev.millrace.stream.SocketOptions;
import dev.millrace.websocket.Deflate;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The socket verbs of the kit, which are the same over each wiring. */
class TestSocketTest {
  private static final SocketOptions FREE = SocketOptions.DEFAULT.rate(0, Duration.ofSeconds(1));

  record Point(int x, int y) {}

  private static Millrace echo(SocketOptions options) {
    Millrace app = Millrace.create();
    app.ws(
        "/echo",
        socket -> {
          for (var message : socket.messages()) {
            socket.send(message);
          }
        },
        options);
    return app;
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @OverEachWiring
  void textBytesAndJsonAreEchoed(Wiring wiring) {
    try (var test = wiring.start(echo(FREE));
        var socket = test.socket("/echo")) {
      socket.sendText("hä?");
      socket.sendBytes(new byte[] {1, 2, 3});
      socket.sendJson(new Point(1, 2));
      socket.sendText("");
      TestMessage text = socket.awaitMessage();
      assertThat(text.isText()).isTrue();
      assertThat(text.text()).isEqualTo("hä?");
      TestMessage bytes = socket.awaitMessage();
      assertThat(bytes.isText()).isFalse();
      assertThat(bytes.bytes()).containsExactly(1, 2, 3);
      assertThat(socket.awaitMessage().json(Point.class)).isEqualTo(new Point(1, 2));
      assertThat(socket.awaitMessage().length()).isZero();
      assertThat(socket.status()).isEqualTo(wiring == Wiring.HTTP_2 ? 200 : 101);
      assertThat(socket.isAccepted()).isTrue();
      assertThat(socket.isOpen()).isTrue();
    }
  }

  @OverEachWiring
  void aLargeMessageGoesBothWays(Wiring wiring) {
    byte[] large = random(3_000_000);
    try (var test = wiring.start(echo(FREE));
        var socket = test.socket("/echo")) {
      socket.sendBytes(large);
      assertThat(socket.awaitMessage().bytes()).isEqualTo(large);
    }
  }

  @OverEachWiring
  void fragmentsAreSentByARawSocket(Wiring wiring) {
    try (var test = wiring.start(echo(FREE));
        var socket = test.rawSocket("/echo")) {
      byte[] hello = "hällo".getBytes(UTF_8);
      for (int i = 0; i < hello.length; i++) {
        int first = (i == 0 ? RawFrame.TEXT : 0) | (i == hello.length - 1 ? RawFrame.FIN : 0);
        socket.sendFrame(first, true, new byte[] {hello[i]});
      }
      RawFrame frame = socket.awaitFrame();
      assertThat(frame.text()).isEqualTo("hällo");
      assertThat(frame.fin()).isTrue();
      assertThat(frame.rsv()).isZero();
      assertThat(frame.opcode()).isEqualTo(RawFrame.TEXT);
    }
  }

  @OverEachWiring
  void whatARawSocketSendsTooEarlyIsKept(Wiring wiring) {
    try (var test = wiring.start(echo(FREE));
        var socket = test.rawSocket("/echo")) {
      socket.sendBytes(FrameWriter.frame(0x81, true, "early".getBytes(UTF_8)));
      assertThat(socket.awaitFrame().text()).isEqualTo("early");
    }
  }

  @OverEachWiring
  void anUnmaskedFrameFailsTheConnection(Wiring wiring) {
    try (var test = wiring.start(echo(FREE));
        var socket = test.rawSocket("/echo")) {
      socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, false, "hello");
      assertThat(socket.awaitFrame().close().code()).isEqualTo(1002);
      socket.awaitEnd();
      assertThat(socket.isOpen()).isFalse();
    }
  }

  @OverEachWiring
  void aDeclaredLengthIsSentWithoutAPayload(Wiring wiring) {
    try (var test = wiring.start(echo(FREE));
        var socket = test.rawSocket("/echo")) {
      socket.sendHeader(RawFrame.FIN | RawFrame.BINARY, 1L << 40);
      assertThat(socket.awaitFrame().close().code()).isEqualTo(1009);
    }
  }

  @OverEachWiring
  void aPartOfAFrameAndThenTheEndIsAbnormal(Wiring wiring) {
    Millrace app = Millrace.create();
    CompletableFuture<CloseReason> ended = new CompletableFuture<>();
    app.ws(
        "/",
        socket -> {
          socket.onMessage(message -> {});
          var _ = socket.closed().thenAccept(ended::complete);
        });
    try (var test = wiring.start(app);
        var socket = test.rawSocket("/")) {
      socket.sendHeader(RawFrame.FIN | RawFrame.BINARY, 100);
      socket.sendBytes(new byte[50]);
      socket.finish();
      assertThat(Eventually.resultOf(ended).kind()).isEqualTo(CloseReason.Kind.DISCONNECTED);
      Eventually.nothingIsLeftOf(test);
    }
  }

  // --- closing ---

  @OverEachWiring
  void theClientCloses(Wiring wiring) {
    Millrace app = Millrace.create();
    CompletableFuture<CloseReason> ended = new CompletableFuture<>();
    app.ws(
        "/",
        socket -> {
          socket.onMessage(message -> {});
          var _ = socket.closed().thenAccept(ended::complete);
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      socket.close(4321, "enough");
      assertThat(socket.isOpen()).isFalse();
      assertThat(socket.awaitClose().code()).isEqualTo(4321);
      assertThat(socket.awaitEnd()).isEqualTo(TestStream.End.WHOLE);
      assertThat(Eventually.resultOf(ended).toString()).contains("4321").contains("enough");
      Eventually.nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void theServerClosesAfterWhatItSent(Wiring wiring) {
    Millrace app = Millrace.create();
    app.ws(
        "/",
        socket -> {
          socket.send("last words");
          socket.close(4000, "done");
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      assertThat(socket.awaitClose()).isEqualTo(new TestClose(4000, "done"));
      assertThat(socket.awaitEnd()).isEqualTo(TestStream.End.WHOLE);
      assertThat(socket.awaitMessage().text()).isEqualTo("last words");
      socket.sendText("lost");
      Eventually.nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aSocketThatIsLeftIsClosed(Wiring wiring) {
    Millrace app = Millrace.create();
    CountDownLatch closed = new CountDownLatch(1);
    app.ws(
        "/",
        socket -> {
          socket.onClose(closed::countDown);
          socket.onMessage(message -> {});
        });
    try (var test = wiring.start(app)) {
      try (var socket = test.socket("/")) {
        assertThat(socket.isAccepted()).isTrue();
      }
      Eventually.eventually("onClose runs", closed);
      Eventually.nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aResetIsSeenAndIsAbnormal(Wiring wiring) {
    Millrace app = Millrace.create();
    CompletableFuture<CloseReason> ended = new CompletableFuture<>();
    app.ws(
        "/",
        socket -> {
          socket.onMessage(message -> {});
          var _ = socket.closed().thenAccept(ended::complete);
        });
    try (var test = wiring.start(app)) {
      var socket = test.socket("/");
      assertThat(socket.isAccepted()).isTrue();
      socket.reset();
      assertThat(Eventually.resultOf(ended).kind()).isEqualTo(CloseReason.Kind.DISCONNECTED);
      assertThat(socket.awaitClose()).isEqualTo(new TestClose(1006, ""));
      Eventually.nothingIsLeftOf(test);
    }
  }

  // --- pings ---

  @OverEachWiring
  void pingsGoBothWaysAndAreAnswered(Wiring wiring) {
    Millrace app = Millrace.create();
    app.ws(
        "/",
        socket -> {
          socket.onMessage(message -> {});
          socket.onPong(payload -> socket.send("pong " + new String(payload, UTF_8)));
          socket.ping("you".getBytes(UTF_8));
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      assertThat(socket.awaitPing()).isEqualTo("you".getBytes(UTF_8));
      assertThat(socket.awaitText("pong")).isEqualTo("pong you");
      socket.ping("me".getBytes(UTF_8));
      assertThat(socket.awaitPong()).isEqualTo("me".getBytes(UTF_8));
      socket.pong("unasked".getBytes(UTF_8));
      assertThat(socket.awaitText("unasked")).isEqualTo("pong unasked");
    }
  }

  @Test
  void withoutAutoPongASilentClientIsTakenForGone() {
    var clock = new FakeClock();
    Millrace app = Millrace.create();
    app.ws("/", socket -> socket.onMessage(message -> {}));
    try (var test = Wiring.MEMORY.startAt(clock, app);
        var silent = test.socket("/");
        var alive = test.socket("/")) {
      assertThat(silent.isAccepted()).isTrue();
      assertThat(alive.isAccepted()).isTrue();
      silent.autoPong(false);
      clock.advance(Duration.ofSeconds(26));
      silent.awaitPing();
      alive.awaitPing();
      clock.advance(Duration.ofSeconds(26));
      silent.awaitEnd();
      assertThat(alive.isOpen()).isTrue();
    }
  }

  @RepeatedTest(5)
  void aClientThatAnswersPingsLivesThroughAnHourOfAFakeClock() {
    var clock = new FakeClock();
    Millrace app = Millrace.create();
    app.ws("/", socket -> socket.onMessage(message -> {}));
    try (var test = Wiring.MEMORY.startAt(clock, app);
        var alive = test.socket("/")) {
      assertThat(alive.isAccepted()).isTrue();
      clock.advance(Duration.ofHours(1));
      assertThat(alive.isOpen()).isTrue();
    }
  }

  // --- flow ---

  @OverEachWiring
  void aStalledClientMakesSendWaitAndGetsAllWhenItGoesOn(Wiring wiring) {
    Millrace app = Millrace.create();
    int all = 2000;
    byte[] message = random(10_000);
    AtomicInteger sent = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    app.ws(
        "/",
        socket -> {
          socket.send("here");
          go.await();
          for (int i = 0; i < all; i++) {
            socket.send(message);
            sent.incrementAndGet();
          }
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      socket.awaitText("here");
      socket.stall();
      go.countDown();
      assertThat(Eventually.whereItStops(sent)).isLessThan(all);
      socket.resume();
      assertThat(socket.awaitMessages(all)).hasSize(all);
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
    }
  }

  @OverEachWiring
  void aServerThatTakesNothingMakesTheClientWait(Wiring wiring) {
    Millrace app = Millrace.create();
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger heard = new AtomicInteger();
    app.ws(
        "/",
        socket -> {
          go.await();
          for (var message : socket.messages()) {
            heard.addAndGet(message.length());
          }
        },
        FREE.inbox(4, 1024));
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      assertThat(socket.isAccepted()).isTrue();
      AtomicInteger sent = new AtomicInteger();
      int all = 300;
      Thread sender =
          Thread.startVirtualThread(() -> {
            for (int i = 0; i < all; i++) {
              socket.sendBytes(new byte[100_000]);
              sent.incrementAndGet();
            }
          });
      assertThat(Eventually.whereItStops(sent)).isLessThan(all);
      go.countDown();
      Eventually.eventually("all is heard", () -> heard.get() == all * 100_000);
      Eventually.eventually("all is sent", () -> !sender.isAlive());
    }
  }

  // --- the handshake ---

  @OverEachWiring
  void aRefusedHandshakeIsAWholeResponse(Wiring wiring) {
    Millrace app = Millrace.create();
    app.ws(
        "/",
        socket -> {
          throw new HttpException(418, "no sockets for you");
        });
    app.get("/plain", request -> Response.text("plain"));
    try (var test = wiring.start(app);
        var refused = test.socket("/");
        var plain = test.socket("/plain")) {
      assertThat(refused.isAccepted()).isFalse();
      assertThat(refused.status()).isEqualTo(418);
      assertThat(refused.awaitResponse().text()).contains("no sockets for you");
      assertThat(refused.isOpen()).isFalse();
      assertThatThrownBy(() -> refused.sendText("x"))
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith("cannot send: the handshake was refused")
          .hasMessageContaining("GET /: 418")
          .hasMessageContaining("no sockets for you");
      assertThatThrownBy(refused::awaitMessage)
          .hasMessageStartingWith("no message: the handshake was refused");
      if (wiring != Wiring.HTTP_2) {
        assertThat(plain.awaitResponse().text()).isEqualTo("plain");
      }
    }
  }

  @OverEachWiring
  void aHeaderOfTheTestsOwnTakesThePlaceOfTheHandshakes(Wiring wiring) {
    try (var test = wiring.start(echo(FREE));
        var old = test.request("GET", "/echo").header("Sec-WebSocket-Version", "8").rawSocket()) {
      assertThat(old.status()).isEqualTo(426);
      assertThat(old.header("Sec-WebSocket-Version")).contains("13");
      assertThat(old.awaitResponse().status()).isEqualTo(426);
    }
  }

  @OverEachWiring
  void headersAndCookiesReachTheHandler(Wiring wiring) {
    Millrace app = Millrace.create();
    app.ws(
        "/{id}",
        socket -> {
          var request = socket.request();
          socket.send(
              Map.of(
                  "id", request.path("id"),
                  "query", request.query("q").orElse(""),
                  "header", request.header("X-Mine").orElse(""),
                  "cookie", request.cookie("a").orElse("")));
        });
    try (var test = wiring.start(app);
        var socket =
            test.request("GET", "/7?q=8").header("X-Mine", "9").cookie("a", "10").socket()) {
      Object parameters = socket.awaitMessage().json(Map.class);
      assertThat(parameters)
          .isEqualTo(Map.of("id", "7", "query", "8", "header", "9", "cookie", "10"));
    }
  }

  @OverEachWiring
  void oneSubprotocolIsChosen(Wiring wiring) {
    try (var test = wiring.start(echo(FREE.subprotocols("b", "c")));
        var socket = test.request("GET", "/echo").subprotocols("a", "c", "b").socket();
        var none = test.socket("/echo")) {
      assertThat(socket.subprotocol()).contains("b");
      assertThat(none.subprotocol()).isEmpty();
    }
  }

  @OverEachWiring
  void compressionIsUsedWhereItIsOffered(Wiring wiring) {
    String text = "all work and no play ".repeat(1000);
    try (var test = wiring.start(echo(FREE.deflate(Deflate.ON)));
        var socket = test.request("GET", "/echo").deflate().socket();
        var raw = test.request("GET", "/echo").deflate().rawSocket();
        var plain = test.socket("/echo")) {
      assertThat(socket.header("Sec-WebSocket-Extensions").orElse(""))
          .startsWith("permessage-deflate");
      for (int i = 0; i < 3; i++) {
        socket.sendText(text);
        assertThat(socket.awaitMessage().text()).isEqualTo(text);
      }
      raw.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, text);
      RawFrame frame = raw.awaitFrame();
      assertThat(frame.rsv()).isEqualTo(4);
      assertThat(frame.payload().length).isLessThan(text.length() / 10);
      assertThat(plain.header("Sec-WebSocket-Extensions")).isEmpty();
      plain.sendText(text);
      assertThat(plain.awaitMessage().text()).isEqualTo(text);
    }
  }

  @Test
  void onlyAGetWithoutABodyAsksForASocket() {
    try (var test = TestApp.inMemory(echo(FREE))) {
      assertThatThrownBy(() -> test.request("POST", "/echo").socket())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("POST /echo cannot ask for a WebSocket (expected: GET without a body)");
      assertThatThrownBy(() -> test.request("GET", "/echo").body("x").rawSocket())
          .hasMessage(
              "GET /echo with a body cannot ask for a WebSocket (expected: GET without a body)");
    }
  }

  // --- what a failed test says ---

  @Test
  void aTimeoutSaysWhatHasCome() {
    Millrace app = Millrace.create();
    app.ws(
        "/",
        socket -> {
          socket.send("first");
          socket.send(new byte[] {1, 2});
          socket.onMessage(message -> {});
        });
    try (var test = TestApp.inMemory(app);
        var socket = test.socket("/")) {
      socket.awaitMessages(2);
      assertThatThrownBy(() -> socket.awaitMessage(Duration.ofMillis(50)))
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith("no message within 50 ms")
          .hasMessageContaining("GET /: 101 WebSocket, still open")
          .hasMessageContaining("the clock stands at 2026-01-01T00:00:00Z: advance it")
          .hasMessageContaining("messages: 2, not awaited: 0, pings: 0, pongs: 0, close: none")
          .hasMessageContaining("frames: 2, the last of them:")
          .hasMessageContaining("text, 5 bytes: first")
          .hasMessageContaining("binary, 2 bytes: 0102");
      assertThatThrownBy(() -> socket.awaitClose(Duration.ofMillis(50)))
          .hasMessageStartingWith("no close within 50 ms");
      assertThatThrownBy(socket::awaitResponse)
          .hasMessageStartingWith("the handshake was not refused");
    }
  }

  @Test
  void anEndSaysThatNothingWillCome() {
    Millrace app = Millrace.create();
    app.ws("/", socket -> socket.close(4001, "who are you?"));
    try (var test = TestApp.inMemory(app);
        var socket = test.socket("/")) {
      assertThatThrownBy(socket::awaitMessage)
          .hasMessageStartingWith("no message will come:")
          .hasMessageContaining("close: 4001 \"who are you?\"");
    }
  }

  @Test
  void aMessageOfTheWrongKindSaysWhatItIs() {
    TestMessage bytes = new TestMessage(false, new byte[] {1, 2});
    assertThatThrownBy(bytes::text)
        .isInstanceOf(AssertionError.class)
        .hasMessage("the message is binary of 2 bytes: 0102 (expected: a text)");
  }
}
