package dev.millrace.stream;

import static dev.millrace.stream.SocketEnds.FREE;
import static dev.millrace.stream.SocketEnds.nothingIsLeft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.RawFrame;
import dev.millrace.test.Wiring;
import dev.millrace.websocket.Deflate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Compressed messages (RFC 7692), as far as a handler and its client notice. */
class SocketCompressionTest {
  private static final String EXTENSIONS = "Sec-WebSocket-Extensions";
  private static final String LONG = "all work and no play makes jack a dull boy. ".repeat(500);

  private final Millrace app = Millrace.create();

  private Millrace echo(Deflate deflate) {
    app.ws(
        "/listens",
        socket -> {
          socket.onMessage(socket::send);
        },
        FREE.deflate(deflate));
    app.ws(
        "/pulls",
        socket -> {
          for (var message : socket.messages()) {
            socket.send(message);
          }
        },
        FREE.deflate(deflate));
    return app;
  }

  @OverEachWiring
  void itIsOffUnlessBothWantIt(Wiring wiring) {
    app.ws("/off", socket -> socket.onMessage(socket::send));
    app.ws("/on", socket -> socket.onMessage(socket::send), FREE.deflate(Deflate.ON));
    try (var test = wiring.start(app);
        var off = test.request("GET", "/off").deflate().rawSocket();
        var unasked = test.rawSocket("/on");
        var on = test.request("GET", "/on").deflate().rawSocket();
        var unknown = test.request("GET", "/on").deflate("x-other").rawSocket()) {
      for (var plain : List.of(off, unasked, unknown)) {
        assertThat(plain.header(EXTENSIONS)).isEmpty();
        plain.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, LONG);
        RawFrame frame = plain.awaitFrame();
        assertThat(frame.rsv()).isZero();
        assertThat(frame.text()).isEqualTo(LONG);
        plain.sendFrame(RawFrame.FIN | RawFrame.RSV1 | RawFrame.TEXT, true, "x");
        assertThat(plain.awaitFrame().close().code()).isEqualTo(1002);
      }
      assertThat(on.headers().all(EXTENSIONS)).hasSize(1);
      assertThat(on.header(EXTENSIONS).orElse(""))
          .startsWith("permessage-deflate")
          .contains("server_no_context_takeover");
    }
  }

  @OverEachWiring
  void smallMessagesArePlainAndLargeOnesCompressed(Wiring wiring) {
    try (var test = wiring.start(echo(Deflate.ON));
        var socket = test.request("GET", "/listens").deflate().rawSocket()) {
      socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "small");
      assertThat(socket.awaitFrame().rsv()).isZero();
      socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, LONG);
      RawFrame frame = socket.awaitFrame();
      assertThat(frame.rsv()).isEqualTo(4);
      assertThat(frame.payload().length).isLessThan(LONG.length() / 20);
      socket.sendFrame(RawFrame.FIN | RawFrame.PING, true, "p".repeat(125));
      assertThat(socket.awaitFrame().rsv()).isZero();
    }
  }

  @OverEachWiring
  void messagesOfAllSizesComeBackAsTheyWereWhateverIsAgreedOn(Wiring wiring) {
    List<Deflate> ways =
        List.of(
            Deflate.ON,
            Deflate.ON.minBytes(0),
            Deflate.ON.serverContext(true).clientContext(true),
            Deflate.ON.serverBits(9).serverContext(true),
            Deflate.ON.clientContext(true));
    Random random = new Random(7692);
    for (Deflate deflate : ways) {
      Millrace each = Millrace.create();
      each.ws("/", socket -> socket.onMessage(socket::send), FREE.deflate(deflate));
      try (var test = wiring.start(each);
          var socket = test.request("GET", "/").deflate().socket()) {
        assertThat(socket.header(EXTENSIONS)).isPresent();
        List<byte[]> sent = new ArrayList<>();
        for (int length : new int[] {0, 1, 127, 128, 129, 5000, 70_000, 300_000}) {
          byte[] bytes = new byte[length];
          random.nextBytes(bytes);
          sent.add(bytes);
          sent.add(new byte[length]);
        }
        for (byte[] bytes : sent) {
          socket.sendBytes(bytes);
          assertThat(socket.awaitMessage().bytes()).as("%s", deflate).isEqualTo(bytes);
        }
        socket.sendText(LONG);
        assertThat(socket.awaitMessage().text()).isEqualTo(LONG);
        socket.close(1000, "");
        assertThat(socket.awaitClose().code()).isEqualTo(1000);
        nothingIsLeft(test);
      }
    }
  }

  @OverEachWiring
  void aKeptContextMakesRepeatedMessagesSmaller(Wiring wiring) {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    Deflate kept = Deflate.ON.serverContext(true);
    app.ws("/kept", socket -> socket.onMessage(socket::send), FREE.deflate(kept));
    app.ws("/fresh", socket -> socket.onMessage(socket::send), FREE.deflate(Deflate.ON));
    try (var test = wiring.start(app)) {
      for (String path : List.of("/kept", "/fresh")) {
        try (var socket = test.request("GET", path).deflate().rawSocket()) {
          socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, text.toString());
          int first = socket.awaitFrame().payload().length;
          socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, text.toString());
          int second = socket.awaitFrame().payload().length;
          if (path.equals("/kept")) {
            assertThat(second).isLessThan(first / 10);
          } else {
            assertThat(second).isEqualTo(first);
          }
        }
      }
    }
  }

  @OverEachWiring
  void whatIsNoDeflateDataIs1007AfterWhatCameBefore(Wiring wiring) {
    try (var test = wiring.start(echo(Deflate.ON))) {
      for (String path : List.of("/listens", "/pulls")) {
        try (var socket = test.request("GET", path).deflate().rawSocket()) {
          socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "before");
          socket.sendFrame(
              RawFrame.FIN | RawFrame.RSV1 | RawFrame.BINARY, true, new byte[] {-1, -1, -1, -1});
          socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "after");
          assertThat(socket.awaitFrame().text()).isEqualTo("before");
          assertThat(socket.awaitFrame().close().code()).isEqualTo(1007);
          socket.awaitEnd();
        }
      }
      nothingIsLeft(test);
    }
  }
}
