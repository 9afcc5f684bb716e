package dev.millrace.stream;

import static dev.millrace.stream.SocketEnds.FREE;
import static dev.millrace.stream.SocketEnds.nothingIsLeft;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.engine.Limit;
import dev.millrace.security.ConnectionLimit;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.RawFrame;
import dev.millrace.test.RawSocket;
import dev.millrace.test.TestApp;
import dev.millrace.test.Wiring;
import dev.millrace.websocket.Deflate;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;

/** What a client can be stopped by, and that it is counted. */
class SocketLimitTest {
  private final Millrace app = Millrace.create();
  private final SocketEnds ends = new SocketEnds();
  private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
  private final AtomicInteger heard = new AtomicInteger();

  private void listener(LiveSocket socket) {
    ends.note(socket);
    socket.onError(seen::add);
    socket.onMessage(message -> heard.incrementAndGet());
  }

  private void isViolated(TestApp test, RawSocket socket, int code, Limit limit) {
    RawFrame frame = socket.awaitFrame();
    while (frame.opcode() == RawFrame.PONG) {
      frame = socket.awaitFrame();
    }
    assertThat(frame.close().code()).isEqualTo(code);
    socket.awaitEnd();
    CloseReason reason = next(ends.reasons);
    assertThat(reason.kind()).isEqualTo(Kind.VIOLATED);
    assertThat(reason.code()).isEqualTo(code);
    assertThat(next(seen)).isInstanceOf(Exception.class);
    assertThat(test.server().counters().limited(limit)).isOne();
    nothingIsLeft(test);
    assertThat(ends.reasons).isEmpty();
    assertThat(seen).isEmpty();
  }

  @OverEachWiring
  void aMessageIsTooLongAsSoonAsItsFrameSaysSo(Wiring wiring) {
    app.ws("/", this::listener, FREE.maxPayload(1000));
    try (var test = wiring.start(app);
        var socket = test.rawSocket("/")) {
      socket.sendFrame(RawFrame.FIN | RawFrame.BINARY, true, new byte[1000]);
      socket.sendHeader(RawFrame.FIN | RawFrame.BINARY, 1001);
      isViolated(test, socket, 1009, Limit.MESSAGE_BYTES);
      assertThat(heard).hasValue(1);
    }
  }

  @OverEachWiring
  void fragmentsAreCountedTogether(Wiring wiring) {
    app.ws("/", this::listener, FREE.maxPayload(1000));
    try (var test = wiring.start(app);
        var socket = test.rawSocket("/")) {
      socket.sendFrame(RawFrame.BINARY, true, new byte[600]);
      socket.sendHeader(RawFrame.FIN | RawFrame.CONTINUATION, 401);
      isViolated(test, socket, 1009, Limit.MESSAGE_BYTES);
      assertThat(heard).hasValue(0);
    }
  }

  @OverEachWiring
  void theLongestLengthOfAllIsRefusedAtOnce(Wiring wiring) {
    app.ws("/", this::listener);
    try (var test = wiring.start(app);
        var socket = test.rawSocket("/")) {
      socket.sendHeader(RawFrame.FIN | RawFrame.TEXT, Long.MAX_VALUE);
      isViolated(test, socket, 1009, Limit.MESSAGE_BYTES);
    }
  }

  @OverEachWiring
  void aDeflateBombIsStoppedAtTheLimit(Wiring wiring) {
    app.ws("/", this::listener, FREE.maxPayload(100_000).deflate(Deflate.ON));
    try (var test = wiring.start(app);
        var socket = test.request("GET", "/").deflate().rawSocket()) {
      byte[] bomb = deflated(new byte[50_000_000]);
      assertThat(bomb.length).isLessThan(100_000);
      int first = RawFrame.FIN | RawFrame.RSV1 | RawFrame.BINARY;
      socket.sendFrame(first, true, deflated(new byte[100_000]));
      socket.sendFrame(first, true, bomb);
      for (int i = 0; i < 20; i++) {
        socket.sendFrame(first, true, deflated(new byte[100]));
      }
      socket.sendClose(1000, "");
      isViolated(test, socket, 1009, Limit.MESSAGE_BYTES);
      // Nothing that came after it, whatever had been read by then.
      assertThat(heard).hasValue(1);
    }
  }

  /** Without the four bytes at the end (RFC 7692, section 7.2.1). */
  private static byte[] deflated(byte[] content) {
    try (var deflater = new Deflater(9, true)) {
      deflater.setInput(content);
      byte[] out = new byte[content.length / 100 + 100];
      int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
      return java.util.Arrays.copyOf(out, length - 4);
    }
  }

  @OverEachWiring
  void fiftyMessagesASecondAreHeardAndOneMoreIsTooMany(Wiring wiring) {
    FakeClock clock = new FakeClock();
    app.ws("/", this::listener);
    try (var test = wiring.startAt(clock, app);
        var socket = test.rawSocket("/")) {
      for (int second = 1; second <= 3; second++) {
        int sum = 50 * second;
        for (int i = 0; i < 50; i++) {
          socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "a");
        }
        eventually("all are heard", () -> heard.get() == sum);
        clock.advance(Duration.ofSeconds(1));
      }
      for (int i = 0; i < 60; i++) {
        socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "a");
      }
      isViolated(test, socket, 1008, Limit.MESSAGE_RATE);
      assertThat(heard).hasValue(200);
    }
  }

  @OverEachWiring
  void aRateOfItsOwnAndNone(Wiring wiring) {
    FakeClock clock = new FakeClock();
    app.ws("/slow", this::listener, SocketOptions.DEFAULT.rate(2, Duration.ofMinutes(1)));
    app.ws("/free", this::listener, FREE);
    try (var test = wiring.startAt(clock, app);
        var free = test.rawSocket("/free");
        var slow = test.rawSocket("/slow")) {
      for (int i = 0; i < 500; i++) {
        free.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "a");
      }
      eventually("all are heard", () -> heard.get() == 500);
      for (int i = 0; i < 3; i++) {
        slow.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "a");
        clock.advance(Duration.ofSeconds(1));
      }
      assertThat(slow.awaitFrame().close().code()).isEqualTo(1008);
      slow.awaitEnd();
      assertThat(next(ends.reasons).kind()).isEqualTo(Kind.VIOLATED);
      assertThat(heard).hasValue(502);
      assertThat(free.isOpen()).isTrue();
    }
  }

  @OverEachWiring
  void aFloodOfPingsIsStopped(Wiring wiring) {
    app.ws("/", this::listener);
    try (var test = wiring.startAt(new FakeClock(), app);
        var socket = test.rawSocket("/")) {
      for (int i = 0; i < 120; i++) {
        int opcode = i % 2 == 0 ? RawFrame.PING : RawFrame.PONG;
        socket.sendFrame(RawFrame.FIN | opcode, true, new byte[0]);
      }
      isViolated(test, socket, 1008, Limit.CONTROL_RATE);
    }
  }

  @OverEachWiring
  void messagesAreNotCountedAsControlFramesNorTheOtherWayRound(Wiring wiring) {
    app.ws("/", this::listener);
    try (var test = wiring.startAt(new FakeClock(), app);
        var socket = test.rawSocket("/")) {
      for (int i = 0; i < 50; i++) {
        socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "a");
        socket.sendFrame(RawFrame.FIN | RawFrame.PING, true, new byte[0]);
        assertThat(socket.awaitFrame().opcode()).isEqualTo(RawFrame.PONG);
      }
      eventually("all are heard", () -> heard.get() == 50);
      assertThat(socket.isOpen()).isTrue();
    }
  }

  @OverEachWiring
  void fragmentsForEverAreStopped(Wiring wiring) {
    app.ws("/", this::listener, FREE.maxFragments(100));
    try (var test = wiring.start(app);
        var socket = test.rawSocket("/")) {
      socket.sendFrame(RawFrame.TEXT, true, "a");
      for (int i = 0; i < 120; i++) {
        socket.sendFrame(RawFrame.CONTINUATION, true, "");
      }
      isViolated(test, socket, 1008, Limit.MESSAGE_FRAGMENTS);
    }
  }

  @OverEachWiring
  void theServersOptionsHoldWhereARouteHasNone(Wiring wiring) {
    app.ws("/", this::listener);
    app.stream(
        "/stream",
        out -> {
          ends.note(out);
          out.keepOpen();
        });
    ServerOptions options = ServerOptions.DEFAULT.sockets(SocketOptions.DEFAULT.maxPayload(200));
    try (var test = wiring.start(app, options);
        var socket = test.rawSocket("/");
        var stream = test.rawSocket("/stream")) {
      socket.sendHeader(RawFrame.FIN | RawFrame.BINARY, 201);
      assertThat(socket.awaitFrame().close().code()).isEqualTo(1009);
      stream.sendHeader(RawFrame.FIN | RawFrame.BINARY, 201);
      assertThat(stream.awaitFrame().close().code()).isEqualTo(1009);
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void aConnectionLimitRefusesSocketsAndFreesTheirPlaces(Wiring wiring) {
    app.with(ConnectionLimit.of(2)).ws("/", this::listener);
    try (var test = wiring.start(app)) {
      var first = test.socket("/");
      assertThat(first.isAccepted()).isTrue();
      try (var second = test.socket("/")) {
        assertThat(second.isAccepted()).isTrue();
        try (var third = test.socket("/")) {
          assertThat(third.awaitResponse().status()).isEqualTo(503);
        }
        first.close(1000, "");
        assertThat(next(ends.reasons).kind()).isEqualTo(Kind.DISCONNECTED);
        eventually(
            "a place is free",
            () -> {
              try (var fourth = test.socket("/")) {
                return fourth.isAccepted();
              }
            });
      }
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void theNewestMayReplaceTheOldest(Wiring wiring) {
    app.with(ConnectionLimit.of(1).newestReplacesOldest(out -> out.offer("replaced")))
        .ws("/", this::listener);
    try (var test = wiring.start(app);
        var first = test.socket("/")) {
      assertThat(first.isAccepted()).isTrue();
      try (var second = test.socket("/")) {
        assertThat(second.isAccepted()).isTrue();
        first.awaitText("replaced");
        assertThat(first.awaitClose().code()).isEqualTo(1000);
        assertThat(next(ends.reasons).kind()).isEqualTo(Kind.CLOSED);
        assertThat(second.isOpen()).isTrue();
      }
      nothingIsLeft(test);
    }
  }
}
