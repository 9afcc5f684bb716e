package dev.millrace.stream;

import static dev.millrace.stream.SocketEnds.FREE;
import static dev.millrace.stream.SocketEnds.nothingIsLeft;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.next;
import static dev.millrace.test.Eventually.resultOf;
import static dev.millrace.test.Eventually.whereItStops;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.RawFrame;
import dev.millrace.test.RawSocket;
import dev.millrace.test.TestApp;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Closes that find their way blocked, or nobody to be told. */
class SocketStuckCloseTest {
  private final Millrace app = Millrace.create();
  private final FakeClock clock = new FakeClock();
  private final SocketEnds ends = new SocketEnds();
  private final CompletableFuture<LiveSocket> open = new CompletableFuture<>();

  private void floods(LiveSocket socket) {
    ends.note(socket);
    socket.onMessage(message -> {
      throw new IllegalStateException("on purpose");
    });
    open.complete(socket);
  }

  /** A client that takes nothing, and for whom much waits in the server. */
  private RawSocket stalled(TestApp test) {
    RawSocket socket = test.rawSocket("/");
    assertThat(socket.status()).isIn(101, 200);
    socket.stall();
    LiveSocket server = resultOf(open);
    AtomicInteger sent = new AtomicInteger();
    Thread.startVirtualThread(() -> {
      byte[] large = new byte[64_000];
      while (server.isOpen() && server.offer(large) != Offered.CLOSED) {
        sent.incrementAndGet();
        if (sent.get() > 300) {
          return;
        }
      }
    });
    whereItStops(sent);
    return socket;
  }

  @OverEachWiring
  void whatSaysThatAListenerFailedOvertakesAfterASecond(Wiring wiring) {
    app.ws("/", this::floods, FREE.highWaterMark(8_000_000));
    try (var test = wiring.startAt(clock, app);
        var socket = stalled(test)) {
      socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "fail");
      eventually("the session is closed", () -> !resultOf(open).isOpen());
      clock.advance(Duration.ofMillis(1100));
      socket.resume();
      int before = 0;
      RawFrame frame = socket.awaitFrame();
      for (; frame.opcode() != RawFrame.CLOSE; frame = socket.awaitFrame()) {
        before++;
      }
      assertThat(frame.close().code()).isEqualTo(1011);
      assertThat(before).as("of the messages").isLessThan(100);
      socket.sendClose(1011, "");
      assertThat(next(ends.reasons).kind()).isEqualTo(Kind.FAILED);
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void whoDoesNotEvenTakeACloseFrameIsCut(Wiring wiring) {
    app.ws("/", this::floods, FREE.highWaterMark(8_000_000));
    try (var test = wiring.startAt(clock, app);
        var socket = stalled(test)) {
      socket.sendClose(1000, "");
      eventually("the session is closed", () -> !resultOf(open).isOpen());
      clock.advance(Duration.ofMillis(1100));
      assertThat(test.server().status().sockets()).isOne();
      clock.advance(Duration.ofSeconds(6));
      eventually("it is cut", () -> test.server().status().sockets() == 0);
      assertThat(next(ends.reasons).code()).isEqualTo(1000);
    }
  }

  @OverEachWiring
  void whatAClientSentBeforeItClosedAndLeftIsHeardThoughItCannotBeAnswered(Wiring wiring)
      throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    List<String> heard = new CopyOnWriteArrayList<>();
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          open.complete(socket);
          socket.onMessage(message -> {
            left.await();
            heard.add(message.text());
            socket.send(message);
          });
        });
    try (var test = wiring.start(app);
        var socket = test.rawSocket("/")) {
      assertThat(socket.status()).isIn(101, 200);
      for (int i = 0; i < 5; i++) {
        socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "" + i);
      }
      socket.sendClose(1000, "bye");
      socket.finish();
      // Elsewhere a client that sends no more is still there, and is answered.
      eventually(
          "the connection has gone",
          () ->
              wiring != Wiring.HTTP_1 || resultOf(open).offer("anybody there?") == Offered.CLOSED);
      left.countDown();
      CloseReason reason = next(ends.reasons);
      assertThat(reason.kind()).isEqualTo(Kind.DISCONNECTED);
      assertThat(reason.text()).isEqualTo("bye");
      assertThat(heard).containsExactly("0", "1", "2", "3", "4");
      nothingIsLeft(test);
    }
  }
}
