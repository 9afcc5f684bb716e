package dev.millrace.stream;

import static dev.millrace.stream.SocketEnds.FREE;
import static dev.millrace.stream.SocketEnds.nothingIsLeft;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.next;
import static dev.millrace.test.Eventually.whereItStops;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** One thing at a time, in order, and nobody waits for another socket. */
class SocketOrderTest {
  private final Millrace app = Millrace.create();
  private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();

  /** Counts who is inside. */
  private static final class Inside {
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    void step() {
      most.accumulateAndGet(now.incrementAndGet(), Math::max);
      Thread.onSpinWait();
      now.decrementAndGet();
    }
  }

  @OverEachWiring
  void messagesTimersPongsAndCleanupsNeverOverlap(Wiring wiring) {
    Inside inside = new Inside();
    AtomicInteger ticks = new AtomicInteger();
    AtomicInteger heard = new AtomicInteger();
    app.ws(
        "/",
        socket -> {
          for (int i = 0; i < 5; i++) {
            socket.every(
                Duration.ofMillis(1),
                () -> {
                  inside.step();
                  ticks.incrementAndGet();
                });
            socket.onClose(() -> {
              inside.step();
              seen.add("closed");
            });
          }
          socket.onPong(payload -> inside.step());
          socket.onMessage(message -> {
            inside.step();
            heard.incrementAndGet();
          });
        },
        FREE);
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      int sent = 0;
      while (ticks.get() < 100 || sent < 500) {
        socket.sendText("" + sent++);
        if (sent % 20 == 0 && sent < 600) {
          socket.pong(new byte[0]);
          socket.ping(new byte[0]);
          socket.awaitPong();
        }
      }
      socket.close(1000, "");
      for (int i = 0; i < 5; i++) {
        assertThat(next(seen)).isEqualTo("closed");
      }
      assertThat(heard).hasValue(sent);
      assertThat(inside.most).hasValue(1);
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void aListenerThatBlocksHoldsUpItsOwnSocketOnly(Wiring wiring) {
    CountDownLatch go = new CountDownLatch(1);
    app.ws(
        "/",
        socket ->
            socket.onMessage(message -> {
              if (message.text().equals("block")) {
                go.await();
              }
              socket.send(message);
            }));
    try (var test = wiring.start(app);
        var blocked = test.socket("/")) {
      blocked.sendText("block");
      blocked.sendText("behind");
      for (int i = 0; i < 20; i++) {
        try (var other = test.socket("/")) {
          other.sendText("free");
          other.awaitText("free");
        }
      }
      // Its own pings are answered all the same.
      blocked.ping(new byte[] {7});
      assertThat(blocked.awaitPong()).containsExactly(7);
      go.countDown();
      assertThat(blocked.awaitMessage().text()).isEqualTo("block");
      assertThat(blocked.awaitMessage().text()).isEqualTo("behind");
    }
  }

  @OverEachWiring
  void aFullInboxStopsReadingAndNothingIsLost(Wiring wiring) throws Exception {
    byNumberAndByBytes(wiring, FREE.inbox(10, 1 << 30), 100_000, 250);
    byNumberAndByBytes(wiring, FREE.inbox(1000, 50_000), 100_000, 250);
  }

  private void byNumberAndByBytes(Wiring wiring, SocketOptions options, int length, int count)
      throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    List<Integer> heard = new CopyOnWriteArrayList<>();
    Millrace small = Millrace.create();
    small.ws(
        "/",
        socket ->
            socket.onMessage(message -> {
              go.await();
              heard.add(message.bytes()[0] & 0xff);
            }),
        options);
    try (var test = wiring.start(small);
        var socket = test.socket("/")) {
      assertThat(socket.isAccepted()).isTrue();
      AtomicInteger sent = new AtomicInteger();
      Thread sender =
          Thread.startVirtualThread(() -> {
            byte[] bytes = new byte[length];
            for (int i = 0; i < count; i++) {
              bytes[0] = (byte) i;
              socket.sendBytes(bytes);
              sent.incrementAndGet();
            }
          });
      assertThat(whereItStops(sent)).isLessThan(count);
      go.countDown();
      eventually("all is heard", () -> heard.size() == count);
      sender.join();
      for (int i = 0; i < count; i++) {
        assertThat(heard.get(i)).isEqualTo(i);
      }
      eventually("no thread is held", () -> test.server().status().virtualThreads() == 0);
    }
  }

  @OverEachWiring
  void aStalledReaderMakesListenersWaitAndThenGetsAll(Wiring wiring) {
    byte[] large = new byte[50_000];
    AtomicInteger sent = new AtomicInteger();
    app.ws(
        "/",
        socket ->
            socket.onMessage(message -> {
              for (int i = 0; i < 200; i++) {
                socket.send(large);
                sent.incrementAndGet();
              }
              socket.send("done");
            }),
        FREE);
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      assertThat(socket.isAccepted()).isTrue();
      socket.stall();
      socket.sendText("go");
      assertThat(whereItStops(sent)).isLessThan(200);
      socket.resume();
      for (int i = 0; i < 200; i++) {
        assertThat(socket.awaitMessage().length()).isEqualTo(large.length);
      }
      socket.awaitText("done");
    }
  }

  @OverEachWiring
  void aHundredIdleSocketsHoldNoThread(Wiring wiring) {
    app.ws("/", socket -> socket.onMessage(socket::send));
    try (var test = wiring.start(app)) {
      List<AutoCloseable> open = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        var socket = test.socket("/");
        socket.sendText("a");
        socket.awaitText("a");
        open.add(socket);
      }
      assertThat(test.server().status().sockets()).isEqualTo(100);
      assertThat(test.server().status().streams()).isZero();
      eventually("no thread is held", () -> test.server().status().virtualThreads() == 0);
      for (var socket : open) {
        close(socket);
      }
      nothingIsLeft(test);
    }
  }

  private static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @OverEachWiring
  void manyMessagesOfOneSocketLetItsTimersHaveTheirTurn(Wiring wiring) {
    CountDownLatch ticked = new CountDownLatch(3);
    app.ws(
        "/",
        socket -> {
          socket.every(Duration.ofMillis(5), ticked::countDown);
          // Each message makes the client send another, so that there is always one.
          socket.onMessage(socket::send);
          for (int i = 0; i < 100; i++) {
            socket.send("" + i);
          }
        },
        FREE);
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      for (int i = 0; i < 3000 || ticked.getCount() > 0; i++) {
        socket.sendText(socket.awaitMessage().text());
      }
      eventually("the timer has run", ticked);
    }
  }
}
