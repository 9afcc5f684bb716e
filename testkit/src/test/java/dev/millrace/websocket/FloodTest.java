package dev.millrace.websocket;

import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.stream.SocketOptions;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.RawFrame;
import dev.millrace.test.RawSocket;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestStream;
import dev.millrace.test.Wiring;
import java.time.Duration;

/** Clients that send too much, or nothing any more. */
class FloodTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FakeClock clock = new FakeClock();

  private TestApp start(Wiring wiring, SocketOptions options) {
    Millrace app = Millrace.create();
    app.ws("/echo", socket -> socket.onMessage(socket::send), options);
    return wiring.startAt(clock, app);
  }

  private static void pings(RawSocket socket, int count) {
    for (int i = 0; i < count; i++) {
      socket.sendFrame(RawFrame.FIN | RawFrame.PING, true, "");
    }
  }

  @OverEachWiring
  void aHundredPingsASecondAreAnsweredAndOneMoreIs1008(Wiring wiring) {
    try (TestApp app = start(wiring, SocketOptions.DEFAULT);
        RawSocket socket = app.rawSocket("/echo")) {
      for (int second = 0; second < 3; second++) {
        pings(socket, 100);
        for (int i = 0; i < 100; i++) {
          assertThat(socket.awaitFrame().opcode()).isEqualTo(RawFrame.PONG);
        }
        clock.advance(SECOND);
      }
      pings(socket, 101);
      for (int i = 0; i < 100; i++) {
        assertThat(socket.awaitFrame().opcode()).isEqualTo(RawFrame.PONG);
      }
      assertThat(socket.awaitFrame().close().code()).isEqualTo(1008);
      assertThat(socket.awaitEnd()).isEqualTo(TestStream.End.WHOLE);
      nothingIsLeftOf(app);
    }
  }

  @OverEachWiring
  void pongsThatNobodyAskedForCountAsPingsDo(Wiring wiring) {
    try (TestApp app = start(wiring, SocketOptions.DEFAULT);
        RawSocket socket = app.rawSocket("/echo")) {
      for (int i = 0; i < 101; i++) {
        socket.sendFrame(RawFrame.FIN | RawFrame.PONG, true, "");
      }
      assertThat(socket.awaitFrame().close().code()).isEqualTo(1008);
      nothingIsLeftOf(app);
    }
  }

  @OverEachWiring
  void fiftyMessagesASecondAreHeardAndOneMoreIs1008(Wiring wiring) {
    try (TestApp app = start(wiring, SocketOptions.DEFAULT);
        RawSocket socket = app.rawSocket("/echo")) {
      for (int i = 0; i < 51; i++) {
        socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "" + i);
      }
      for (int i = 0; i < 50; i++) {
        assertThat(socket.awaitFrame().text()).isEqualTo("" + i);
      }
      assertThat(socket.awaitFrame().close().code()).isEqualTo(1008);
      nothingIsLeftOf(app);
    }
  }

  @OverEachWiring
  void aLengthOverTheLimitIs1009BeforeTheBytesCome(Wiring wiring) {
    try (TestApp app = start(wiring, SocketOptions.DEFAULT);
        RawSocket socket = app.rawSocket("/echo")) {
      socket.sendHeader(RawFrame.FIN | RawFrame.BINARY, (10 << 20) + 1);
      assertThat(socket.awaitFrame().close().code()).isEqualTo(1009);
      assertThat(socket.awaitEnd()).isEqualTo(TestStream.End.WHOLE);
      nothingIsLeftOf(app);
    }
  }

  @OverEachWiring
  void aClientThatVanishesIsPingedAfter25SecondsAndGivenUpAfter25More(Wiring wiring) {
    try (TestApp app = start(wiring, SocketOptions.DEFAULT);
        RawSocket socket = app.rawSocket("/echo")) {
      socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "I am here");
      assertThat(socket.awaitFrame().text()).isEqualTo("I am here");
      clock.advance(Duration.ofSeconds(24));
      assertThat(socket.hasFrame()).isFalse();
      clock.advance(SECOND);
      assertThat(socket.awaitFrame().opcode()).isEqualTo(RawFrame.PING);
      clock.advance(Duration.ofSeconds(24));
      assertThat(socket.isOpen()).isTrue();
      clock.advance(SECOND);
      socket.awaitEnd();
      nothingIsLeftOf(app);
    }
  }

  @OverEachWiring
  void whateverTheClientSendsShowsThatItIsThere(Wiring wiring) {
    try (TestApp app = start(wiring, SocketOptions.DEFAULT);
        RawSocket socket = app.rawSocket("/echo")) {
      for (int i = 0; i < 4; i++) {
        clock.advance(Duration.ofSeconds(20));
        socket.sendFrame(RawFrame.FIN | RawFrame.PING, true, "" + i);
        assertThat(socket.awaitFrame().text()).isEqualTo("" + i);
      }
      assertThat(socket.hasFrame()).isFalse();
      assertThat(socket.isOpen()).isTrue();
    }
  }
}
