package dev.millrace.stream;

import static dev.millrace.stream.SocketEnds.FREE;
import static dev.millrace.stream.SocketEnds.nothingIsLeft;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.next;
import static dev.millrace.test.Eventually.whereItStops;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.http.HttpException;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestClose;
import dev.millrace.test.Wiring;
import dev.millrace.websocket.Deflate;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Listeners on the event loop, for experts. */
class SocketLoopTest {
  private static final SocketOptions LOOP = FREE.runOnEventLoop(true);

  private final Millrace app = Millrace.create();
  private final SocketEnds ends = new SocketEnds();
  private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();

  @OverEachWiring
  void anEchoKeepsItsOrderAndStartsNoThread(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.onMessage(message -> {
            if (Thread.currentThread().isVirtual() && wiring != Wiring.MEMORY) {
              seen.add("not on the loop");
            }
            socket.send(message);
          });
        },
        LOOP);
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      for (int i = 0; i < 300; i++) {
        socket.sendText("" + i);
      }
      for (int i = 0; i < 300; i++) {
        assertThat(socket.awaitMessage().text()).isEqualTo("" + i);
      }
      socket.close(1000, "");
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
      assertThat(next(ends.reasons).kind()).isEqualTo(Kind.DISCONNECTED);
      assertThat(seen).isEmpty();
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void deliveryPausesWhileTheReaderIsBehindAndNothingIsLost(Wiring wiring) {
    AtomicInteger heard = new AtomicInteger();
    byte[] answer = new byte[100_000];
    app.ws(
        "/",
        socket ->
            socket.onMessage(message -> {
              heard.incrementAndGet();
              socket.send(answer);
            }),
        LOOP.inbox(4, 1024));
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      assertThat(socket.isAccepted()).isTrue();
      socket.stall();
      AtomicInteger sent = new AtomicInteger();
      int all = 400;
      Thread sender =
          Thread.startVirtualThread(() -> {
            for (int i = 0; i < all; i++) {
              socket.sendText("a");
              sent.incrementAndGet();
            }
          });
      assertThat(whereItStops(heard)).isLessThan(all);
      socket.resume();
      for (int i = 0; i < all; i++) {
        assertThat(socket.awaitMessage().length()).isEqualTo(answer.length);
      }
      eventually("all is sent", () -> !sender.isAlive());
      assertThat(heard).hasValue(all);
      socket.close(1000, "");
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void aSendThatWouldWaitThrowsInsteadAndOfferDoesNot(Wiring wiring) {
    app.ws(
        "/",
        socket ->
            socket.onMessage(message -> {
              try {
                while (true) {
                  socket.send(new byte[10_000]);
                }
              } catch (IllegalStateException e) {
                seen.add(e.getMessage());
              }
              seen.add(socket.offer("a"));
            }),
        LOOP);
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      assertThat(socket.isAccepted()).isTrue();
      socket.sendText("go");
      assertThat(next(seen))
          .isEqualTo("the reader is behind, and the event loop must not wait for it: use offer");
      assertThat(next(seen)).isEqualTo(Offered.DROPPED);
      assertThat(socket.isOpen()).isTrue();
    }
  }

  @OverEachWiring
  void aListenerThatThrowsClosesItsSocketOnly(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.onMessage(message -> {
            if (message.text().equals("bad")) {
              throw new HttpException(400, "not that");
            }
            if (message.text().equals("fail")) {
              throw new IllegalStateException("secret");
            }
            socket.send(message);
          });
        },
        LOOP);
    try (var test = wiring.start(app);
        var socket = test.socket("/");
        var other = test.socket("/")) {
      other.sendText("a");
      other.awaitText("a");
      socket.sendText("bad");
      assertThat(socket.awaitText("error")).contains("not that");
      socket.sendText("fail");
      socket.sendText("after");
      assertThat(socket.awaitClose()).isEqualTo(new TestClose(1011, "internal error"));
      assertThat(next(ends.reasons).kind()).isEqualTo(Kind.FAILED);
      other.sendText("b");
      other.awaitText("b");
    }
  }

  @OverEachWiring
  void aListenerMayCloseAndTheClientsCloseFollowsItsMessages(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.onMessage(message -> {
            socket.send(message);
            if (message.text().equals("close")) {
              socket.close(4000, "asked");
            }
          });
        },
        LOOP.deflate(Deflate.ON));
    try (var test = wiring.start(app);
        var first = test.request("GET", "/").deflate().socket();
        var second = test.socket("/")) {
      first.sendText("a".repeat(1000));
      first.sendText("close");
      first.sendText("after");
      assertThat(first.awaitMessage().length()).isEqualTo(1000);
      assertThat(first.awaitMessage().text()).isEqualTo("close");
      assertThat(first.awaitClose()).isEqualTo(new TestClose(4000, "asked"));
      assertThat(next(ends.reasons).kind()).isEqualTo(Kind.CLOSED);
      for (int i = 0; i < 50; i++) {
        second.sendText("" + i);
      }
      second.close(3000, "bye");
      for (int i = 0; i < 50; i++) {
        assertThat(second.awaitMessage().text()).isEqualTo("" + i);
      }
      assertThat(second.awaitClose().code()).isEqualTo(3000);
      assertThat(next(ends.reasons).code()).isEqualTo(3000);
      nothingIsLeft(test);
    }
  }
}
