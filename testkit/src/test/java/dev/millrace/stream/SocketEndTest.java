package dev.millrace.stream;

import static dev.millrace.stream.SocketEnds.nothingIsLeft;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.next;
import static dev.millrace.test.Eventually.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.http.HttpException;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.RawFrame;
import dev.millrace.test.TestClose;
import dev.millrace.test.TestMessage;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** However a socket ends: its cleanups run once, its thread is told, nothing is left. */
class SocketEndTest {
  private final Millrace app = Millrace.create();
  private final SocketEnds ends = new SocketEnds();
  private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();

  @OverEachWiring
  void aClientThatVanishesIsNoticedAndTheHandlerInterrupted(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.every(Duration.ofSeconds(1), () -> {});
          try {
            new CountDownLatch(1).await();
          } finally {
            seen.add("interrupted");
          }
        });
    app.ws(
        "/pulls",
        socket -> {
          ends.note(socket);
          for (var message : socket.messages()) {
            seen.add(message);
          }
          seen.add("pulled all");
        });
    try (var test = wiring.start(app)) {
      for (String path : List.of("/", "/pulls")) {
        try (var socket = test.socket(path)) {
          assertThat(socket.isAccepted()).isTrue();
          socket.reset();
          assertThat(next(seen)).isIn("interrupted", "pulled all");
          assertThat(next(ends.reasons))
              .isEqualTo(CloseReason.of(Kind.DISCONNECTED).with(1006, ""));
        }
      }
      nothingIsLeft(test);
      assertThat(ends.reasons).isEmpty();
    }
  }

  @OverEachWiring
  void anEndWithoutACloseFrameIs1006(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.onMessage(message -> seen.add(message.text()));
        });
    try (var test = wiring.start(app);
        var socket = test.rawSocket("/")) {
      socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "a");
      assertThat(next(seen)).isEqualTo("a");
      socket.finish();
      assertThat(next(ends.reasons)).isEqualTo(CloseReason.of(Kind.DISCONNECTED).with(1006, ""));
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void messagesAreHeardAlthoughTheClientHasGoneAfterItsCloseFrame(Wiring wiring) {
    CountDownLatch go = new CountDownLatch(1);
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.onMessage(message -> {
            go.await();
            seen.add(message.text());
          });
        });
    try (var test = wiring.start(app)) {
      var socket = test.socket("/");
      for (int i = 0; i < 10; i++) {
        socket.sendText("" + i);
      }
      socket.close(1001, "left the page");
      socket.ping(new byte[0]);
      socket.close();
      go.countDown();
      for (int i = 0; i < 10; i++) {
        assertThat(next(seen)).isEqualTo("" + i);
      }
      assertThat(next(ends.reasons))
          .isEqualTo(CloseReason.of(Kind.DISCONNECTED).with(1001, "left the page"));
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void whatEverIsThrownClosesWith1011AndItsTextStaysInside(Wiring wiring) {
    FakeClock clock = new FakeClock();
    app.ws(
        "/handler",
        socket -> {
          ends.note(socket);
          socket.onError(seen::add);
          socket.open();
          throw new IllegalStateException("secret");
        });
    app.ws(
        "/pulls",
        socket -> {
          ends.note(socket);
          socket.onError(seen::add);
          socket.receive();
          throw new IllegalStateException("secret");
        });
    app.ws(
        "/listener",
        socket -> {
          ends.note(socket);
          socket.onError(seen::add);
          socket.onMessage(message -> {
            throw new IllegalStateException("secret");
          });
        });
    app.ws(
        "/error",
        socket -> {
          ends.note(socket);
          socket.onError(seen::add);
          socket.onMessage(message -> {
            throw new AssertionError("secret");
          });
        });
    app.ws(
        "/timer",
        socket -> {
          ends.note(socket);
          socket.onError(seen::add);
          socket.after(
              Duration.ofSeconds(1),
              () -> {
                throw new IllegalStateException("secret");
              });
        });
    app.ws(
        "/ours",
        socket -> {
          ends.note(socket);
          socket.onError(seen::add);
          socket.onMessage(message -> {
            throw new HttpException(503, "secret");
          });
        });
    app.ws("/other", socket -> socket.onMessage(socket::send));
    try (var test = wiring.startAt(clock, app);
        var other = test.socket("/other")) {
      assertThat(other.isAccepted()).isTrue();
      for (String path : List.of("/handler", "/pulls", "/listener", "/error", "/timer", "/ours")) {
        try (var socket = test.socket(path)) {
          assertThat(socket.isAccepted()).isTrue();
          if (path.equals("/timer")) {
            clock.advance(Duration.ofSeconds(1));
          } else if (!path.equals("/handler")) {
            socket.sendText("go");
          }
          assertThat(socket.awaitClose()).as(path).isEqualTo(new TestClose(1011, "internal error"));
          assertThat(socket.toString()).doesNotContain("secret");
        }
        CloseReason reason = next(ends.reasons);
        assertThat(reason.kind()).isEqualTo(Kind.FAILED);
        assertThat(reason.code()).isEqualTo(1011);
        assertThat(reason.failure()).hasMessageContaining("secret");
        assertThat(next(seen)).isSameAs(reason.failure());
      }
      other.sendText("unaffected");
      other.awaitText("unaffected");
      other.close(1000, "");
      nothingIsLeft(test);
      assertThat(ends.reasons).isEmpty();
    }
  }

  @OverEachWiring
  void aListenerThatHasFailedIsNotCalledAgainNorAreThoseAfterIt(Wiring wiring) {
    AtomicInteger called = new AtomicInteger();
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.onMessage(message -> {
            called.incrementAndGet();
            throw new IllegalStateException("on purpose");
          });
          socket.onMessage(message -> seen.add("the second"));
        });
    try (var test = wiring.start(app);
        var socket = test.rawSocket("/")) {
      for (int i = 0; i < 20; i++) {
        socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "" + i);
      }
      assertThat(socket.awaitFrame().close().code()).isEqualTo(1011);
      socket.sendClose(1011, "");
      assertThat(next(ends.reasons).kind()).isEqualTo(Kind.FAILED);
      nothingIsLeft(test);
      assertThat(called).hasValue(1);
      assertThat(seen).isEmpty();
    }
  }

  @OverEachWiring
  void anotherThreadMayClose(Wiring wiring) {
    CompletableFuture<LiveSocket> open = new CompletableFuture<>();
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          open.complete(socket);
          for (var message : socket.messages()) {
            seen.add(message);
          }
          seen.add("pulled all");
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      assertThat(socket.isAccepted()).isTrue();
      resultOf(open).close(4100, "from elsewhere");
      assertThat(socket.awaitClose()).isEqualTo(new TestClose(4100, "from elsewhere"));
      assertThat(next(seen)).isEqualTo("pulled all");
      assertThat(next(ends.reasons))
          .isEqualTo(CloseReason.of(Kind.CLOSED).with(4100, "from elsewhere"));
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void aServerThatStopsSays1001(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.onMessage(message -> {});
        });
    var test = wiring.start(app);
    try (var socket = test.socket("/")) {
      assertThat(socket.isAccepted()).isTrue();
      Thread.startVirtualThread(() -> test.server().stop(Duration.ofSeconds(5)));
      assertThat(socket.awaitClose()).isEqualTo(new TestClose(1001, "the server is stopping"));
      assertThat(next(ends.reasons).kind()).isEqualTo(Kind.SHUTDOWN);
      eventually("nothing is left", () -> test.server().status().sockets() == 0);
    } finally {
      test.close();
    }
  }

  @OverEachWiring
  void aFaultOfTheProtocolIsToldAfterWhatCameBefore(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.onError(seen::add);
          socket.onMessage(socket::send);
        });
    try (var test = wiring.start(app);
        var socket = test.rawSocket("/")) {
      socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "a");
      socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, false, "unmasked");
      assertThat(socket.awaitFrame().text()).isEqualTo("a");
      assertThat(socket.awaitFrame().close().code()).isEqualTo(1002);
      socket.awaitEnd();
      CloseReason reason = next(ends.reasons);
      assertThat(reason.kind()).isEqualTo(Kind.VIOLATED);
      assertThat(reason.code()).isEqualTo(1002);
      assertThat(reason.text()).isNotEmpty();
      assertThat(next(seen)).isInstanceOf(Exception.class);
      nothingIsLeft(test);
    }
  }

  // --- exceptions that are meant for the client ---

  @OverEachWiring
  void aMessageAtFaultIsAnsweredWithAnErrorEventAndTheSocketStaysOpen(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          socket.onError(seen::add);
          socket.onMessage(message -> {
            if (message.text().equals("bad")) {
              throw new HttpException(422, "say something nicer");
            }
            socket.send(message);
          });
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      socket.sendText("bad");
      socket.sendText("good");
      TestMessage error = socket.awaitMessage();
      assertThat(error.text()).startsWith("{\"event\":\"error\"");
      assertThat(error.text()).contains("say something nicer");
      assertThat(socket.awaitMessage().text()).isEqualTo("good");
      assertThat(next(seen)).isInstanceOf(HttpException.class);
      assertThat(socket.isOpen()).isTrue();
    }
  }

  @OverEachWiring
  void whatAHandlerRefusesBeforeTheHeadIsARealStatusAndAfterItAClose(Wiring wiring) {
    app.ws(
        "/before",
        socket -> {
          throw new HttpException(404, "no such room").header("X-Room", "none");
        });
    app.ws(
        "/crash",
        socket -> {
          throw new IllegalStateException("secret");
        });
    app.ws(
        "/after",
        socket -> {
          ends.note(socket);
          socket.open();
          throw new HttpException(404, "no such room");
        });
    app.ws(
        "/later",
        socket -> {
          ends.note(socket);
          socket.open();
          throw new HttpException(503, "secret");
        });
    try (var test = wiring.start(app);
        var before = test.socket("/before");
        var crash = test.socket("/crash");
        var after = test.socket("/after");
        var later = test.socket("/later")) {
      assertThat(before.awaitResponse().status()).isEqualTo(404);
      assertThat(before.awaitResponse().text()).contains("no such room");
      assertThat(before.header("X-Room")).contains("none");
      assertThat(crash.awaitResponse().status()).isEqualTo(500);
      assertThat(crash.awaitResponse().text()).doesNotContain("secret");
      assertThat(after.awaitClose()).isEqualTo(new TestClose(1008, "no such room"));
      assertThat(later.awaitClose()).isEqualTo(new TestClose(1011, "internal error"));
      assertThat(next(ends.reasons).kind()).isEqualTo(Kind.FAILED);
      assertThat(next(ends.reasons).kind()).isEqualTo(Kind.FAILED);
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void aFailingHookChangesNothing(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          socket.onClose(() -> seen.add("first"));
          socket.onClose(() -> {
            throw new IllegalStateException("in a cleanup");
          });
          socket.onClose(() -> seen.add("last"));
          socket.onError(failure -> {
            throw new IllegalStateException("in a hook");
          });
          socket.onMessage(message -> {
            throw new HttpException(400, "no");
          });
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      socket.sendText("a");
      socket.awaitText("error");
      assertThat(socket.isOpen()).isTrue();
      socket.close(1000, "");
      assertThat(next(seen)).isEqualTo("last");
      assertThat(next(seen)).isEqualTo("first");
      nothingIsLeft(test);
    }
  }
}
