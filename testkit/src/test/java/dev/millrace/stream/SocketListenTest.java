package dev.millrace.stream;

import static dev.millrace.stream.SocketEnds.nothingIsLeft;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.next;
import static dev.millrace.test.Eventually.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.RawFrame;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Handlers that register who is to hear their messages. */
class SocketListenTest {
  private final Millrace app = Millrace.create();
  private final SocketEnds ends = new SocketEnds();
  private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();

  @OverEachWiring
  void whatTheClientSentBeforeItsCloseIsHeardAndAnswered(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          socket.onMessage(message -> socket.send(message));
          ends.note(socket);
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      for (int i = 0; i < 40; i++) {
        socket.sendText("" + i);
      }
      socket.close(1000, "bye");
      for (int i = 0; i < 40; i++) {
        assertThat(socket.awaitMessage().text()).isEqualTo("" + i);
      }
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
      assertThat(next(ends.reasons)).isEqualTo(CloseReason.of(Kind.DISCONNECTED).with(1000, "bye"));
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void aWelcomeArrivesAndTheSocketStaysOpenAfterItsHandler(Wiring wiring) {
    CountDownLatch returned = new CountDownLatch(1);
    app.ws(
        "/",
        socket -> {
          socket.send("welcome");
          socket.onMessage(message -> socket.send(message));
          Thread.startVirtualThread(returned::countDown);
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      assertThat(socket.awaitMessage().text()).isEqualTo("welcome");
      eventually("the handler returns", returned);
      eventually("it holds no thread", () -> test.server().status().virtualThreads() == 0);
      assertThat(socket.isOpen()).isTrue();
      socket.sendText("a");
      assertThat(socket.awaitMessage().text()).isEqualTo("a");
      eventually("it holds no thread", () -> test.server().status().virtualThreads() == 0);
    }
  }

  @OverEachWiring
  void allListenersHearWhatCameEarlyInTheOrderOfTheirRegistration(Wiring wiring) {
    CountDownLatch go = new CountDownLatch(1);
    app.ws(
        "/",
        socket -> {
          socket.onMessage(message -> seen.add("1" + message.text()));
          go.await();
          socket.onMessage(message -> seen.add("2" + message.text()));
          socket.onMessage(message -> seen.add("3" + message.text()));
        });
    try (var test = wiring.startAt(new FakeClock(), app);
        var socket = test.socket("/")) {
      socket.sendText("a");
      socket.sendText("b");
      socket.ping(new byte[0]);
      socket.awaitPong();
      assertThat(seen).isEmpty();
      go.countDown();
      for (String heard : new String[] {"1a", "2a", "3a", "1b", "2b", "3b"}) {
        assertThat(next(seen)).isEqualTo(heard);
      }
    }
  }

  @OverEachWiring
  void whatCameBefore101IsHeardByListeners(Wiring wiring) {
    CountDownLatch go = new CountDownLatch(1);
    app.ws(
        "/",
        socket -> {
          go.await();
          socket.onMessage(message -> seen.add(message.text()));
        });
    try (var test = wiring.start(app);
        var socket = test.rawSocket("/")) {
      socket.sendBytes(new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'e'});
      go.countDown();
      socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "f");
      assertThat(next(seen)).isEqualTo("e");
      assertThat(next(seen)).isEqualTo("f");
    }
  }

  @OverEachWiring
  void listenersHearAlthoughTheirHandlerGoesOnForEver(Wiring wiring) {
    FakeClock clock = new FakeClock();
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.onMessage(message -> seen.add("first " + message.text()));
          socket.onMessage(message -> seen.add("second " + message.text()));
          new CountDownLatch(1).await();
        });
    try (var test = wiring.startAt(clock, app);
        var socket = test.socket("/")) {
      socket.sendText("a");
      socket.ping(new byte[0]);
      socket.awaitPong();
      assertThat(seen).isEmpty();
      clock.advance(Duration.ofMillis(50));
      assertThat(seen).isEmpty();
      eventually(
          "a is heard",
          () -> {
            clock.advance(Duration.ofMillis(60));
            return !seen.isEmpty();
          });
      assertThat(next(seen)).isEqualTo("first a");
      assertThat(next(seen)).isEqualTo("second a");
      socket.sendText("b");
      assertThat(next(seen)).isEqualTo("first b");
      socket.close(1000, "");
      assertThat(next(ends.reasons).kind()).isEqualTo(Kind.DISCONNECTED);
      nothingIsLeft(test);
    }
  }

  @Test
  void eachRegistrationWithin100MillisecondsHoldsTheListenersBack() {
    FakeClock clock = new FakeClock();
    BlockingQueue<String> orders = new LinkedBlockingQueue<>();
    app.ws(
        "/",
        socket -> {
          for (int i = 0; ; i++) {
            String name = orders.take() + i;
            socket.onMessage(message -> seen.add(name));
            socket.send("registered");
          }
        });
    try (var test = Wiring.MEMORY.startAt(clock, app);
        var socket = test.socket("/")) {
      for (int i = 0; i < 4; i++) {
        orders.add("listener");
        socket.awaitText("registered");
        if (i == 0) {
          socket.sendText("early");
        }
        clock.advance(Duration.ofMillis(80));
        assertThat(seen).isEmpty();
      }
      clock.advance(Duration.ofMillis(20));
      assertThat(seen).containsExactly("listener0", "listener1", "listener2", "listener3");
    }
  }

  @OverEachWiring
  void aListenerThatIsRegisteredAfterTheHandlerHasReturnedHearsFromThenOn(Wiring wiring) {
    CompletableFuture<LiveSocket> open = new CompletableFuture<>();
    app.ws(
        "/",
        socket -> {
          socket.keepOpen();
          open.complete(socket);
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      LiveSocket server = resultOf(open);
      eventually("the handler returns", () -> test.server().status().virtualThreads() == 0);
      server.onMessage(message -> seen.add(message.text()));
      socket.sendText("a");
      assertThat(next(seen)).isEqualTo("a");
    }
  }

  @OverEachWiring
  void pingsAndPongsAreHeardWhereNobodyListensToMessages(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          socket.onPing(payload -> seen.add("ping"));
          socket.onPong(payload -> seen.add("pong"));
          socket.keepOpen();
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      socket.sendText("for nobody");
      socket.ping(new byte[] {1});
      socket.pong(new byte[] {2});
      assertThat(next(seen)).isEqualTo("ping");
      assertThat(next(seen)).isEqualTo("pong");
    }
  }

  @OverEachWiring
  void whatComesWhereNobodyListensIsThrownAway(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.keepOpen();
        },
        SocketEnds.FREE.inbox(2, 1024));
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      for (int i = 0; i < 100; i++) {
        socket.sendBytes(new byte[100_000]);
      }
      assertThat(socket.isOpen()).isTrue();
      socket.close(1000, "");
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
      assertThat(next(ends.reasons).kind()).isEqualTo(Kind.DISCONNECTED);
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void aHandlerThatDoesNothingClosesWith1000(Wiring wiring) {
    app.ws("/", ends::note);
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
      assertThat(next(ends.reasons).kind()).isEqualTo(Kind.COMPLETED);
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void keepOpenKeepsASocketOpenToWhichOthersWrite(Wiring wiring) {
    CompletableFuture<LiveSocket> open = new CompletableFuture<>();
    app.ws(
        "/",
        socket -> {
          socket.keepOpen();
          open.complete(socket);
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      LiveSocket server = resultOf(open);
      server.send("from elsewhere");
      socket.awaitText("from elsewhere");
      server.close();
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
      assertThat(server.isOpen()).isFalse();
      nothingIsLeft(test);
    }
  }
}
