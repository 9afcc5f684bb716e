package dev.millrace.stream;

import static dev.millrace.stream.SocketEnds.nothingIsLeft;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.next;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.RawFrame;
import dev.millrace.test.TestClose;
import dev.millrace.test.TestStream;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** Handlers that pull their messages. */
class SocketPullTest {
  private final Millrace app = Millrace.create();
  private final SocketEnds ends = new SocketEnds();
  private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();

  @OverEachWiring
  void messagesAreEchoedInOrderAndTheHandlersReturnClosesWith1000(Wiring wiring) {
    app.ws(
        "/echo",
        socket -> {
          ends.note(socket);
          socket.send("welcome");
          for (var message : socket.messages()) {
            if (message.isText() && message.text().equals("end")) {
              return;
            }
            socket.send(message);
          }
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/echo")) {
      assertThat(socket.awaitMessage().text()).isEqualTo("welcome");
      socket.sendText("one");
      socket.sendBytes(new byte[] {1, 2});
      assertThat(socket.awaitMessage().text()).isEqualTo("one");
      assertThat(socket.awaitMessage().bytes()).containsExactly(1, 2);
      socket.sendText("end");
      assertThat(socket.awaitClose()).isEqualTo(new TestClose(1000, ""));
      assertThat(socket.awaitEnd()).isEqualTo(TestStream.End.WHOLE);
      assertThat(next(ends.reasons)).isEqualTo(CloseReason.of(Kind.COMPLETED).with(1000, ""));
      nothingIsLeft(test);
    }
  }

  /** Row 68 of the acceptance list. */
  @OverEachWiring
  void allThatWasSentLeavesBeforeTheCloseFrameOfAHandlerThatReturns(Wiring wiring) {
    byte[] part = new byte[20_000];
    app.ws(
        "/",
        socket -> {
          socket.receive();
          for (int i = 0; i < 100; i++) {
            socket.send(part);
          }
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      socket.sendText("go");
      for (int i = 0; i < 100; i++) {
        assertThat(socket.awaitMessage().length()).isEqualTo(part.length);
      }
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void receiveGivesOneAfterTheOtherAndThrowsAtTheEnd(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          seen.add(socket.receive().text());
          seen.add(socket.receive().text());
          try {
            socket.receive();
          } catch (StreamClosedException e) {
            seen.add(e);
            throw e;
          }
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      socket.sendText("a");
      socket.sendText("b");
      assertThat(next(seen)).isEqualTo("a");
      assertThat(next(seen)).isEqualTo("b");
      socket.close(3000, "");
      assertThat(next(seen)).isInstanceOf(StreamClosedException.class);
      assertThat(socket.awaitClose().code()).isEqualTo(3000);
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void receiveWithATimeoutGivesUpByTheClock(Wiring wiring) {
    FakeClock clock = new FakeClock();
    app.ws(
        "/",
        socket -> {
          seen.add(socket.receive(Duration.ofSeconds(3)));
          socket.send("again");
          seen.add(socket.receive(Duration.ofSeconds(3)).orElseThrow().text());
          try {
            socket.receive(Duration.ofHours(1));
          } catch (StreamClosedException e) {
            seen.add(e);
          }
        });
    try (var test = wiring.startAt(clock, app);
        var socket = test.socket("/")) {
      assertThat(socket.isAccepted()).isTrue();
      eventually(
          "it gives up",
          () -> {
            clock.advance(Duration.ofSeconds(1));
            return !seen.isEmpty();
          });
      assertThat(next(seen)).hasToString("Optional.empty");
      socket.awaitText("again");
      socket.sendText("b");
      assertThat(next(seen)).isEqualTo("b");
      socket.close(1000, "");
      assertThat(next(seen)).isInstanceOf(StreamClosedException.class);
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void aTimeoutOfZeroTakesWhatIsThere(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          seen.add(socket.receive(Duration.ZERO));
          seen.add(socket.receive().text());
          socket.send("over");
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      assertThat(next(seen)).hasToString("Optional.empty");
      socket.sendText("a");
      assertThat(next(seen)).isEqualTo("a");
      socket.awaitText("over");
    }
  }

  @OverEachWiring
  void whatComesBeforeTheHandlerPullsWaitsInOrderAlsoWhatCameBefore101(Wiring wiring) {
    CountDownLatch go = new CountDownLatch(1);
    app.ws(
        "/",
        socket -> {
          go.await();
          for (var message : socket.messages()) {
            seen.add(message.text());
          }
        });
    try (var test = wiring.start(app);
        var socket = test.rawSocket("/")) {
      // Masked with a key of zeros, and sent before the answer is there.
      for (int i = 0; i < 20; i++) {
        byte[] frame = {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, (byte) ('a' + i)};
        socket.sendBytes(frame);
      }
      go.countDown();
      assertThat(socket.status()).isIn(101, 200);
      socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "z");
      for (int i = 0; i < 20; i++) {
        assertThat(next(seen)).isEqualTo(Character.toString('a' + i));
      }
      assertThat(next(seen)).isEqualTo("z");
    }
  }

  @OverEachWiring
  void theHandlersThreadIsNotInterruptedWhenItHasPulledToTheEnd(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          for (var message : socket.messages()) {
            seen.add(message);
          }
          seen.add(Thread.currentThread().isInterrupted());
          seen.add(socket.isOpen());
          try {
            socket.send("too late");
          } catch (StreamClosedException e) {
            seen.add(e.getMessage());
          }
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      assertThat(socket.isAccepted()).isTrue();
      socket.close(1000, "");
      assertThat(next(seen)).isEqualTo(false);
      assertThat(next(seen)).isEqualTo(false);
      assertThat(next(seen)).isEqualTo("the stream is closed: DISCONNECTED");
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void pullingAfterTheEndGivesNothing(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          var messages = socket.messages().iterator();
          socket.close(4000, "");
          seen.add(messages.hasNext());
          assertThatThrownBy(messages::next).isInstanceOf(NoSuchElementException.class);
          assertThatThrownBy(socket::receive).isInstanceOf(StreamClosedException.class);
          assertThatThrownBy(() -> socket.receive(Duration.ofHours(1)))
              .isInstanceOf(StreamClosedException.class);
          seen.add("done");
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      assertThat(next(seen)).isEqualTo(false);
      assertThat(next(seen)).isEqualTo("done");
      assertThat(socket.awaitClose().code()).isEqualTo(4000);
      assertThat(next(ends.reasons)).isEqualTo(CloseReason.of(Kind.CLOSED).with(4000, ""));
    }
  }

  @OverEachWiring
  void pullingAndListeningExcludeEachOther(Wiring wiring) {
    app.ws(
        "/pulls",
        socket -> {
          socket.messages();
          assertThatThrownBy(() -> socket.onMessage(message -> {}))
              .isInstanceOf(IllegalStateException.class)
              .hasMessage(
                  "the messages of this socket are pulled: pull them, or listen, but not both");
          assertThatThrownBy(() -> socket.on(String.class, text -> {}))
              .isInstanceOf(IllegalStateException.class);
          seen.add("refused");
        });
    app.ws(
        "/listens",
        socket -> {
          socket.onMessage(message -> {});
          for (Runnable pull :
              new Runnable[] {
                socket::messages, socket::receive, () -> socket.receive(Duration.ZERO)
              }) {
            assertThatThrownBy(pull::run)
                .isInstanceOf(IllegalStateException.class)
                .isNotInstanceOf(StreamClosedException.class)
                .hasMessage(
                    "the listeners of this socket hear its messages: pull them, or listen, but not"
                        + " both");
          }
          seen.add("refused");
          socket.close(1000, "");
        });
    try (var test = wiring.start(app);
        var pulls = test.socket("/pulls");
        var listens = test.socket("/listens")) {
      assertThat(next(seen)).isEqualTo("refused");
      assertThat(pulls.awaitClose().code()).isEqualTo(1000);
      assertThat(listens.awaitClose().code()).isEqualTo(1000);
      assertThat(next(seen)).isEqualTo("refused");
    }
  }

  @OverEachWiring
  void whoPullsHearsPingsAndPongsBetweenMessages(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          socket.onPing(payload -> seen.add("ping " + payload.length));
          socket.onPong(payload -> seen.add("pong " + payload.length));
          for (var message : socket.messages()) {
            seen.add(message.text());
          }
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      socket.sendText("a");
      assertThat(next(seen)).isEqualTo("a");
      socket.ping(new byte[125]);
      socket.pong(new byte[1]);
      socket.sendText("b");
      assertThat(next(seen)).isEqualTo("ping 125");
      assertThat(next(seen)).isEqualTo("pong 1");
      assertThat(next(seen)).isEqualTo("b");
      assertThat(socket.awaitPong()).hasSize(125);
    }
  }
}
