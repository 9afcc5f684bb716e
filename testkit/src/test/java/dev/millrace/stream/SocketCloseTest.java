package dev.millrace.stream;

import static dev.millrace.stream.SocketEnds.FREE;
import static dev.millrace.stream.SocketEnds.nothingIsLeft;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.next;
import static dev.millrace.test.Eventually.resultOf;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** Close frames in both directions (RFC 6455, section 7). */
class SocketCloseTest {
  private static final List<Integer> LEGAL =
      List.of(
          1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000,
          4999);
  private static final List<Integer> ILLEGAL =
      List.of(-1, 0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535, 65536);

  private final Millrace app = Millrace.create();
  private final SocketEnds ends = new SocketEnds();
  private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();

  @OverEachWiring
  void everyLegalCodeLeavesWithAReasonOf123Bytes(Wiring wiring) {
    String longest = "ä".repeat(61) + "x";
    app.ws(
        "/{code}",
        socket -> {
          ends.note(socket);
          socket.onMessage(message -> {});
          socket.close(Integer.parseInt(socket.request().path("code")), longest);
        });
    try (var test = wiring.start(app)) {
      for (int code : LEGAL) {
        try (var socket = test.socket("/" + code)) {
          assertThat(socket.awaitClose()).isEqualTo(new TestClose(code, longest));
          assertThat(socket.awaitEnd()).isEqualTo(TestStream.End.WHOLE);
        }
        assertThat(next(ends.reasons)).isEqualTo(CloseReason.of(Kind.CLOSED).with(code, longest));
      }
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void whatACloseFrameCannotHoldIsRefusedAndTheSocketStaysOpen(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          for (int code : ILLEGAL) {
            assertThatThrownBy(() -> socket.close(code, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                    "close code "
                        + code
                        + " (expected: 1000 to 1003, 1007 to 1014 or 3000 to 4999)");
          }
          assertThatThrownBy(() -> socket.close(1000, "ä".repeat(62)))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage("close reason of 124 bytes in UTF-8 (expected: at most 123)");
          socket.send("still open");
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      socket.awaitText("still open");
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
    }
  }

  @OverEachWiring
  void everyLegalCodeOfTheClientIsEchoedAndTold(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.onMessage(message -> {});
        });
    try (var test = wiring.start(app)) {
      for (int code : LEGAL) {
        try (var socket = test.socket("/")) {
          socket.close(code, "because");
          assertThat(socket.awaitClose()).isEqualTo(new TestClose(code, ""));
          assertThat(socket.awaitEnd()).isEqualTo(TestStream.End.WHOLE);
        }
        assertThat(next(ends.reasons))
            .isEqualTo(CloseReason.of(Kind.DISCONNECTED).with(code, "because"));
      }
      try (var socket = test.socket("/")) {
        socket.close(1005, "");
        assertThat(socket.awaitClose().code()).isEqualTo(1005);
      }
      assertThat(next(ends.reasons)).isEqualTo(CloseReason.of(Kind.DISCONNECTED).with(1005, ""));
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void anIllegalCodeOfTheClientIsAFaultOfTheProtocol(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.onMessage(message -> {});
        });
    try (var test = wiring.start(app)) {
      for (int code : ILLEGAL) {
        if (code < 0 || code > 65535 || code == 1005) {
          continue;
        }
        try (var socket = test.rawSocket("/")) {
          socket.sendClose(code, "x");
          assertThat(socket.awaitFrame().close().code()).as("" + code).isEqualTo(1002);
          socket.awaitEnd();
        }
        CloseReason reason = next(ends.reasons);
        assertThat(reason.kind()).isEqualTo(Kind.VIOLATED);
        assertThat(reason.code()).isEqualTo(1002);
      }
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void theFirstCloseHolds(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.onMessage(message -> {});
          socket.send("before");
          socket.close(4001, "first");
          socket.close(4002, "second");
          socket.close();
          assertThatThrownBy(() -> socket.send("after")).isInstanceOf(StreamClosedException.class);
          seen.add(socket.offer("after"));
        });
    try (var test = wiring.start(app);
        var socket = test.rawSocket("/")) {
      assertThat(socket.awaitFrame().text()).isEqualTo("before");
      assertThat(socket.awaitFrame().close()).isEqualTo(new TestClose(4001, "first"));
      socket.sendClose(4001, "");
      assertThat(socket.awaitEnd()).isEqualTo(TestStream.End.WHOLE);
      assertThat(socket.hasFrame()).isFalse();
      assertThat(next(seen)).isEqualTo(Offered.CLOSED);
      assertThat(next(ends.reasons)).isEqualTo(CloseReason.of(Kind.CLOSED).with(4001, "first"));
      nothingIsLeft(test);
      assertThat(ends.reasons).isEmpty();
    }
  }

  @OverEachWiring
  void aClientThatDoesNotAnswerACloseIsWaitedForAsLongAsTheOptionsSay(Wiring wiring) {
    FakeClock clock = new FakeClock();
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.onMessage(message -> seen.add(message.text()));
          socket.close(4001, "");
        },
        FREE.closeTime(Duration.ofSeconds(9)));
    try (var test = wiring.startAt(clock, app);
        var socket = test.rawSocket("/")) {
      assertThat(socket.awaitFrame().close().code()).isEqualTo(4001);
      socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "not heard any more");
      clock.advance(Duration.ofSeconds(8));
      assertThat(socket.isOpen()).isTrue();
      assertThat(ends.reasons).isEmpty();
      eventually(
          "it ends",
          () -> {
            clock.advance(Duration.ofSeconds(1));
            return !socket.isOpen();
          });
      assertThat(socket.awaitEnd()).isEqualTo(TestStream.End.WHOLE);
      assertThat(next(ends.reasons)).isEqualTo(CloseReason.of(Kind.CLOSED).with(4001, ""));
      assertThat(seen).isEmpty();
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void aHandlerThatIsStuckHasTheCloseTimeForWhatCameBefore(Wiring wiring) {
    FakeClock clock = new FakeClock();
    CountDownLatch stuck = new CountDownLatch(1);
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.onMessage(message -> {
            stuck.countDown();
            try {
              new CountDownLatch(1).await();
            } finally {
              seen.add("interrupted");
            }
          });
        });
    try (var test = wiring.startAt(clock, app);
        var socket = test.socket("/")) {
      socket.sendText("a");
      socket.sendText("b");
      eventually("the listener is stuck", stuck);
      socket.close(4005, "");
      socket.ping(new byte[0]);
      clock.advance(Duration.ofSeconds(4));
      assertThat(seen).isEmpty();
      eventually(
          "the close time is over",
          () -> {
            clock.advance(Duration.ofSeconds(1));
            return !seen.isEmpty();
          });
      assertThat(socket.awaitClose().code()).isEqualTo(4005);
      assertThat(next(ends.reasons).code()).isEqualTo(4005);
      nothingIsLeft(test);
      assertThat(seen).containsExactly("interrupted");
    }
  }

  @OverEachWiring
  void aHandlerThatDoesNotPullIsInterruptedAtOnceWhenTheClientCloses(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.open();
          try {
            new CountDownLatch(1).await();
          } finally {
            seen.add("interrupted");
          }
        });
    try (var test = wiring.startAt(new FakeClock(), app);
        var socket = test.socket("/")) {
      socket.close(1000, "");
      assertThat(next(seen)).isEqualTo("interrupted");
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
      assertThat(next(ends.reasons).kind()).isEqualTo(Kind.DISCONNECTED);
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void aHandlerThatIgnoresItsInterruptHoldsNothingButItsThread(Wiring wiring) {
    CountDownLatch go = new CountDownLatch(1);
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.open();
          while (go.getCount() > 0) {
            try {
              go.await();
            } catch (InterruptedException e) {
              seen.add("ignored");
            }
          }
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      socket.close(1000, "");
      assertThat(next(seen)).isEqualTo("ignored");
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
      assertThat(next(ends.reasons).kind()).isEqualTo(Kind.DISCONNECTED);
      eventually("the socket is over", () -> test.server().status().sockets() == 0);
      go.countDown();
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void whatComesAfterACloseFrameIsIgnored(Wiring wiring) {
    CountDownLatch go = new CountDownLatch(1);
    app.ws(
        "/",
        socket -> {
          socket.onMessage(message -> {
            go.await();
            seen.add(message.text());
            socket.send(message);
          });
        });
    try (var test = wiring.start(app);
        var socket = test.rawSocket("/")) {
      socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "before");
      socket.sendClose(1000, "");
      socket.sendFrame(RawFrame.FIN | RawFrame.TEXT, true, "after");
      socket.sendFrame(RawFrame.FIN | RawFrame.PING, true, "after");
      socket.sendFrame(0xff, false, "after");
      socket.sendClose(4000, "");
      go.countDown();
      assertThat(socket.awaitFrame().text()).isEqualTo("before");
      assertThat(socket.awaitFrame().close().code()).isEqualTo(1000);
      assertThat(socket.awaitEnd()).isEqualTo(TestStream.End.WHOLE);
      assertThat(seen).containsExactly("before");
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void aCloseIsAnsweredAlthoughMoreMessagesCameThanAreRead(Wiring wiring) {
    CompletableFuture<LiveSocket> open = new CompletableFuture<>();
    CountDownLatch stuck = new CountDownLatch(1);
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.onMessage(message -> {
            stuck.countDown();
            new CountDownLatch(1).await();
          });
          open.complete(socket);
        },
        FREE.inbox(2, 1024));
    try (var test = wiring.startAt(new FakeClock(), app);
        var socket = test.socket("/")) {
      for (int i = 0; i < 50; i++) {
        socket.sendText("" + i);
      }
      eventually("the listener is stuck", stuck);
      resultOf(open).close(4002, "enough");
      assertThat(socket.awaitClose()).isEqualTo(new TestClose(4002, "enough"));
      // The client's answer lies behind messages that nobody reads any more.
      assertThat(socket.awaitEnd()).isEqualTo(TestStream.End.WHOLE);
      assertThat(next(ends.reasons).code()).isEqualTo(4002);
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void bothMayCloseAtTheSameTime(Wiring wiring) {
    List<CompletableFuture<LiveSocket>> open = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      open.add(new CompletableFuture<>());
    }
    app.ws(
        "/{i}",
        socket -> {
          ends.note(socket);
          socket.onMessage(message -> {});
          open.get(Integer.parseInt(socket.request().path("i"))).complete(socket);
        });
    try (var test = wiring.start(app)) {
      for (int i = 0; i < 30; i++) {
        try (var socket = test.socket("/" + i)) {
          LiveSocket server = resultOf(open.get(i));
          Thread closer = Thread.startVirtualThread(() -> server.close(4001, "server"));
          socket.close(4002, "client");
          assertThat(socket.awaitClose().code()).isIn(4001, 4002);
          assertThat(socket.awaitEnd()).isEqualTo(TestStream.End.WHOLE);
          eventually("the closer is done", () -> !closer.isAlive());
        }
        assertThat(next(ends.reasons).code()).isIn(4001, 4002);
      }
      nothingIsLeft(test);
      assertThat(ends.reasons).isEmpty();
    }
  }
}
