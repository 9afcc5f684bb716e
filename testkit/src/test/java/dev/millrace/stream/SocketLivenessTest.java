package dev.millrace.stream;

import static dev.millrace.stream.SocketEnds.FREE;
import static dev.millrace.stream.SocketEnds.nothingIsLeft;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.next;
import static dev.millrace.test.Eventually.resultOf;
import static dev.millrace.test.Eventually.whereItStops;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.engine.Limit;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.RawFrame;
import dev.millrace.test.RawSocket;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestClose;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Whether a client is still there, by the clock; and what overtakes data (row 203). */
class SocketLivenessTest {
  private final Millrace app = Millrace.create();
  private final SocketEnds ends = new SocketEnds();
  private final FakeClock clock = new FakeClock();
  private final AtomicInteger heard = new AtomicInteger();

  private void listener(LiveSocket socket) {
    ends.note(socket);
    socket.onMessage(message -> heard.incrementAndGet());
  }

  /** The clock goes on in steps, as real time would, and the loop keeps up. */
  private void pass(TestApp test, int seconds, RawSocket... beside) {
    for (int i = 0; i < seconds; i++) {
      clock.advance(Duration.ofSeconds(1));
      for (RawSocket socket : beside) {
        assertThat(socket.status()).isIn(101, 200);
      }
    }
    assertThat(test.server().status().sockets()).isNotNegative();
  }

  @OverEachWiring
  void aSilentClientIsSentAPingAndWhoDoesNotAnswerIsTakenForGone(Wiring wiring) {
    app.ws("/", this::listener);
    try (var test = wiring.startAt(clock, app);
        var socket = test.rawSocket("/")) {
      assertThat(socket.status()).isIn(101, 200);
      eventually("it is there", () -> test.server().status().sockets() == 1);
      pass(test, 24);
      assertThat(socket.hasFrame()).isFalse();
      pass(test, 2);
      RawFrame ping = socket.awaitFrame();
      assertThat(ping.opcode()).isEqualTo(RawFrame.PING);
      assertThat(ping.payload()).isEmpty();
      pass(test, 23);
      assertThat(ends.reasons).isEmpty();
      pass(test, 2);
      assertThat(next(ends.reasons)).isEqualTo(CloseReason.of(Kind.DISCONNECTED).with(1006, ""));
      socket.awaitEnd();
      assertThat(socket.hasFrame()).isFalse();
      assertThat(test.server().counters().limited(Limit.PONG)).isOne();
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void aPongKeepsItAliveAndSoDoesAnythingElse(Wiring wiring) {
    app.ws("/", this::listener);
    try (var test = wiring.startAt(clock, app);
        var socket = test.rawSocket("/")) {
      assertThat(socket.status()).isIn(101, 200);
      for (int round = 0; round < 4; round++) {
        eventually(
            "a ping",
            () -> {
              clock.advance(Duration.ofSeconds(1));
              return socket.hasFrame();
            });
        assertThat(socket.awaitFrame().opcode()).isEqualTo(RawFrame.PING);
        pass(test, 20);
        if (round % 2 == 0) {
          socket.sendFrame(RawFrame.FIN | RawFrame.PONG, true, new byte[0]);
          // So that it is known to have been read.
          socket.sendFrame(RawFrame.FIN | RawFrame.PING, true, new byte[] {1});
          assertThat(socket.awaitFrame().opcode()).isEqualTo(RawFrame.PONG);
        } else {
          int before = heard.get();
          socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "here");
          eventually("it is heard", () -> heard.get() > before);
        }
      }
      assertThat(ends.reasons).isEmpty();
      assertThat(test.server().counters().limited(Limit.PONG)).isZero();
    }
  }

  @OverEachWiring
  void whoSendsIsNotPinged(Wiring wiring) {
    app.ws("/", this::listener);
    try (var test = wiring.startAt(clock, app);
        var socket = test.rawSocket("/")) {
      for (int i = 1; i <= 12; i++) {
        int sent = i;
        socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "a");
        eventually("it is heard", () -> heard.get() == sent);
        pass(test, 10);
      }
      assertThat(socket.hasFrame()).isFalse();
      assertThat(socket.isOpen()).isTrue();
    }
  }

  @OverEachWiring
  void aPartOfALongMessageIsASignOfLife(Wiring wiring) {
    app.ws("/", this::listener);
    try (var test = wiring.startAt(clock, app);
        var socket = test.rawSocket("/")) {
      socket.sendHeader(RawFrame.FIN | RawFrame.BINARY, 13);
      for (int i = 0; i < 12; i++) {
        socket.sendBytes(new byte[1]);
        clock.advance(Duration.ofSeconds(20));
        if (wiring != Wiring.MEMORY) {
          // The clock of a port does not wait for what is under way.
          clock.advance(Duration.ZERO);
        }
      }
      socket.sendBytes(new byte[1]);
      eventually("it is heard", () -> heard.get() == 1);
    }
  }

  @OverEachWiring
  void pingsOfZeroAreOff(Wiring wiring) {
    app.ws("/", this::listener, FREE.ping(Duration.ZERO));
    try (var test = wiring.startAt(clock, app);
        var socket = test.rawSocket("/")) {
      assertThat(socket.status()).isIn(101, 200);
      clock.advance(Duration.ofHours(10));
      socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "a");
      eventually("it is heard", () -> heard.get() == 1);
      assertThat(socket.hasFrame()).isFalse();
    }
  }

  // --- control before data ---

  /** Fills the connection to a client that takes nothing; the rest waits in the server. */
  private RawSocket behind(TestApp test, CompletableFuture<LiveSocket> open, AtomicInteger sent) {
    RawSocket socket = test.rawSocket("/");
    assertThat(socket.status()).isIn(101, 200);
    socket.stall();
    LiveSocket server = resultOf(open);
    byte[] large = new byte[64_000];
    Thread.startVirtualThread(() -> {
      try {
        while (true) {
          server.send(large);
          sent.incrementAndGet();
        }
      } catch (StreamClosedException e) {
        sent.addAndGet(0);
      }
    });
    whereItStops(sent);
    return socket;
  }

  @OverEachWiring
  void pingsAndPongsOvertakeTheMessagesThatWait(Wiring wiring) {
    CompletableFuture<LiveSocket> open = new CompletableFuture<>();
    AtomicInteger sent = new AtomicInteger();
    app.ws(
        "/",
        socket -> {
          socket.onMessage(message -> {});
          open.complete(socket);
        },
        FREE.highWaterMark(2_000_000));
    try (var test = wiring.start(app);
        var socket = behind(test, open, sent)) {
      LiveSocket server = resultOf(open);
      int waiting = sent.get();
      socket.sendFrame(RawFrame.FIN | RawFrame.PING, true, "yours");
      server.ping("ours".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "so that the ping was read");
      socket.resume();
      int before = 0;
      boolean pinged = false;
      boolean ponged = false;
      while (!pinged || !ponged) {
        RawFrame frame = socket.awaitFrame();
        pinged |= frame.opcode() == RawFrame.PING && frame.text().equals("ours");
        ponged |= frame.opcode() == RawFrame.PONG && frame.text().equals("yours");
        before += frame.opcode() == RawFrame.BINARY ? 1 : 0;
      }
      assertThat(before).isLessThan(waiting);
      server.close();
    }
  }

  @OverEachWiring
  void theCloseThatTellsAFaultOvertakesAfterASecondAndTheApplicationsOwnDoesNot(Wiring wiring) {
    CompletableFuture<LiveSocket> open = new CompletableFuture<>();
    AtomicInteger sent = new AtomicInteger();
    app.ws(
        "/",
        socket -> {
          socket.onMessage(message -> {});
          open.complete(socket);
        },
        FREE.highWaterMark(2_000_000));
    try (var test = wiring.startAt(clock, app);
        var socket = behind(test, open, sent)) {
      int waiting = sent.get();
      socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, false, "not masked");
      eventually("the session is closed", () -> !resultOf(open).isOpen());
      clock.advance(Duration.ofMillis(1100));
      socket.resume();
      int before = 0;
      RawFrame frame = socket.awaitFrame();
      for (; frame.opcode() != RawFrame.CLOSE; frame = socket.awaitFrame()) {
        before++;
      }
      assertThat(frame.close().code()).isEqualTo(1002);
      assertThat(before).isLessThan(waiting);
      socket.awaitEnd();
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void theApplicationsOwnCloseFollowsAllThatWasSent(Wiring wiring) {
    CompletableFuture<LiveSocket> open = new CompletableFuture<>();
    CountDownLatch go = new CountDownLatch(1);
    app.ws(
        "/",
        socket -> {
          socket.open();
          open.complete(socket);
          go.await();
          for (int i = 0; i < 20; i++) {
            socket.send(new byte[100_000]);
          }
          socket.close(4000, "done");
        },
        FREE.highWaterMark(4_000_000));
    try (var test = wiring.startAt(clock, app);
        var socket = test.socket("/")) {
      assertThat(socket.isAccepted()).isTrue();
      socket.stall();
      go.countDown();
      eventually("the session is closed", () -> !resultOf(open).isOpen());
      clock.advance(Duration.ofSeconds(3));
      socket.resume();
      for (int i = 0; i < 20; i++) {
        assertThat(socket.awaitMessage().length()).isEqualTo(100_000);
      }
      assertThat(socket.awaitClose()).isEqualTo(new TestClose(4000, "done"));
      nothingIsLeft(test);
    }
  }
}
