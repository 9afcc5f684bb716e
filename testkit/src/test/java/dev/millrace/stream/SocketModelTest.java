package dev.millrace.stream;

import static dev.millrace.stream.SocketEnds.FREE;
import static dev.millrace.stream.SocketEnds.nothingIsLeft;
import static dev.millrace.test.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestMessage;
import dev.millrace.test.TestSocket;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sockets that do anything at random, against a simple truth: each message is heard once, in order,
 * and none is missing before the client's close; what is echoed comes back in order; each socket
 * ends once.
 */
class SocketModelTest {
  private static final int SOCKETS = 40;
  private static final int STEPS = 60;

  /** What the server saw of one socket. */
  private static final class Seen {
    private final List<Integer> heard = new ArrayList<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();
    private volatile boolean overlapped;

    void one(Runnable what) {
      overlapped |= inside.incrementAndGet() != 1;
      what.run();
      inside.decrementAndGet();
    }
  }

  private final Map<String, Seen> all = new ConcurrentHashMap<>();

  private Millrace app() {
    Millrace app = Millrace.create();
    SocketOptions options = FREE.inbox(8, 4096).highWaterMark(4096);
    app.ws("/listens/{id}", this::listen, options);
    app.ws("/pulls/{id}", this::pull, options);
    return app;
  }

  private Seen seen(LiveSocket socket) {
    return all.computeIfAbsent(socket.request().path("id"), id -> new Seen());
  }

  private void listen(LiveSocket socket) {
    Seen seen = seen(socket);
    socket.every(Duration.ofMillis(3), () -> seen.one(Thread::onSpinWait));
    socket.onClose(() -> seen.one(seen.ends::incrementAndGet));
    socket.onMessage(message -> {
      seen.one(() -> seen.heard.add(number(message)));
      socket.send(message);
    });
  }

  private void pull(LiveSocket socket) {
    Seen seen = seen(socket);
    socket.onClose(seen.ends::incrementAndGet);
    for (var message : socket.messages()) {
      seen.one(() -> seen.heard.add(number(message)));
      socket.send(message);
    }
  }

  private static int number(Message message) {
    return Integer.parseInt(message.text().substring(0, 6).strip());
  }

  /** How a client behaved. */
  private record Played(int sent, boolean closed) {}

  private static Played play(TestSocket socket, Random random) {
    int sent = 0;
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(12)) {
        case 0 -> {
          socket.stall();
          int turns = random.nextInt(20_000);
          // By somebody else: a server that cannot send reads no more, and then sending waits.
          Thread.startVirtualThread(() -> {
            for (int turn = 0; turn < turns; turn++) {
              Thread.onSpinWait();
            }
            socket.resume();
          });
        }
        case 1 -> socket.ping(new byte[random.nextInt(126)]);
        case 2 -> {
          if (random.nextInt(20) == 0) {
            socket.reset();
            return new Played(sent, false);
          }
        }
        default -> {
          int length = random.nextInt(random.nextInt(10) == 0 ? 20_000 : 200);
          socket.sendText("%6d%s".formatted(sent++, "x".repeat(length)));
        }
      }
    }
    socket.close(1000, "");
    return new Played(sent, true);
  }

  @OverEachWiring
  void everyMessageIsHeardOnceInOrderUpToTheClose(Wiring wiring) throws Exception {
    long seed = 20_261_121;
    List<Thread> clients = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    CountDownLatch start = new CountDownLatch(1);
    try (var test = wiring.start(app())) {
      for (int i = 0; i < SOCKETS; i++) {
        String path = (i % 2 == 0 ? "/listens/" : "/pulls/") + i;
        String id = "" + i;
        Random random = new Random(seed + i);
        clients.add(
            Thread.ofVirtual()
                .start(() -> {
                  try (var socket = test.socket(path)) {
                    start.await();
                    check(id, socket, play(socket, random));
                  } catch (Throwable t) {
                    synchronized (failures) {
                      failures.add(new AssertionError("seed " + seed + ", " + path, t));
                    }
                  }
                }));
      }
      start.countDown();
      for (Thread client : clients) {
        assertThat(client.join(Duration.ofSeconds(40))).isTrue();
      }
      if (!failures.isEmpty()) {
        throw new AssertionError(failures.size() + " failures", failures.getFirst());
      }
      nothingIsLeft(test);
    }
  }

  private void check(String id, TestSocket socket, Played played) {
    if (played.closed) {
      for (int i = 0; i < played.sent; i++) {
        TestMessage echo = socket.awaitMessage(Duration.ofSeconds(15));
        assertThat(echo.text()).startsWith("%6d".formatted(i));
      }
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
    }
    eventually("it has ended", () -> all.containsKey(id) && all.get(id).ends.get() == 1);
    Seen seen = all.get(id);
    eventually("nobody is inside", () -> seen.inside.get() == 0);
    assertThat(seen.overlapped).isFalse();
    List<Integer> heard = List.copyOf(seen.heard);
    for (int i = 0; i < heard.size(); i++) {
      assertThat(heard.get(i)).isEqualTo(i);
    }
    assertThat(heard.size()).isBetween(played.closed ? played.sent : 0, played.sent);
  }
}
