package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Millrace;
import dev.millrace.cluster.Position;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestRequest;
import dev.millrace.test.TestSocket;
import dev.millrace.test.TestStream;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Connections that are cut anywhere, while messages are sent to several rooms: over all of its
 * connections a client that comes back with its last id receives what was sent, once and in order.
 * Another seed is set by {@code -Dmillrace.seed=}.
 */
class RoomFaultTest {
  private static final String[] ROOMS = {"a", "b", "c"};
  private static final int EACH = 400;
  private static final Pattern SSE = Pattern.compile("id: (\\S+)\n(?:data: (\\S*)\n)?\n");
  private static final Pattern LINE =
      Pattern.compile("\\{\"id\":\"([^\"]+)\"(?:,\"data\":\"([^\"]*)\")?}\n");
  private static final Duration LONG = Duration.ofSeconds(30);

  private final long seed = Long.getLong("millrace.seed", new Random().nextLong());
  private final Map<Long, String> sent = new ConcurrentSkipListMap<>();
  private final Semaphore steps = new Semaphore(0);
  private final Millrace app = Millrace.create();

  /** Somebody who is cut again and again. */
  private abstract class Reader {
    private final List<String> received = new ArrayList<>();
    private long last = -1;
    private int cuts;
    @Nullable String lastId;

    void run(Random random) {
      while (received.size() < ROOMS.length * EACH) {
        connectAndCut(1 + random.nextInt(random.nextBoolean() ? 300 : 8_000));
        cuts++;
        steps.release(20);
      }
      assertThat(received)
          .as("seed %d, %s, %d cuts", seed, this, cuts)
          .containsExactlyElementsOf(sent.values());
    }

    abstract void connectAndCut(int bytes);

    TestRequest request(TestApp test, String path) {
      return test.request("GET", lastId == null ? path : path + "?lastEventId=" + lastId);
    }

    boolean isDone(int more) {
      return received.size() + more >= ROOMS.length * EACH;
    }

    int read(String text, Pattern event) {
      Matcher each = event.matcher(text);
      int count = 0;
      int end = 0;
      while (each.find()) {
        assertThat(each.start()).as("seed %d: %s", seed, text).isEqualTo(end);
        end = each.end();
        lastId = each.group(1);
        long at = Position.parse(lastId).orElseThrow().sequence();
        if (each.group(2) != null) {
          assertThat(at).as("seed %d, %s", seed, this).isGreaterThan(last);
          received.add(each.group(2));
          count++;
        }
        last = Math.max(last, at);
      }
      return count;
    }
  }

  private final class StreamReader extends Reader {
    private final TestApp test;
    private final boolean lines;

    StreamReader(TestApp test, boolean lines) {
      this.test = test;
      this.lines = lines;
    }

    @Override
    void connectAndCut(int bytes) {
      Pattern event = lines ? LINE : SSE;
      TestRequest request = request(test, "/stream");
      try (TestStream stream =
          (lines ? request.accept("application/x-ndjson") : request).stream()) {
        comes(() ->
            stream.received() >= bytes
                || isDone(
                    (int)
                        event
                            .matcher(stream.text())
                            .results()
                            .filter(each -> each.group(2) != null)
                            .count()));
        stream.reset();
        String text = stream.text();
        read(text, event);
      }
    }

    @Override
    public String toString() {
      return lines ? "lines" : "events";
    }
  }

  private final class SocketReader extends Reader {
    private final TestApp test;

    SocketReader(TestApp test) {
      this.test = test;
    }

    @Override
    void connectAndCut(int bytes) {
      try (TestSocket socket = request(test, "/socket").socket()) {
        for (int left = bytes; left > 0 && !isDone(0); ) {
          String text = socket.awaitMessage(LONG).text() + '\n';
          left -= text.length();
          read(text, LINE);
        }
        socket.reset();
      }
    }

    @Override
    public String toString() {
      return "socket";
    }
  }

  private static void comes(BooleanSupplier condition) {
    await()
        .pollInterval(Duration.ofMillis(1))
        .pollDelay(Duration.ZERO)
        .atMost(LONG)
        .until(condition::getAsBoolean);
  }

  @OverEachWiring
  void whoComesBackHasEverythingOnce(Wiring wiring) throws Exception {
    app.rooms("*", RoomOptions.DEFAULT.keep(10_000));
    app.stream(
        "/stream",
        out -> {
          for (String room : ROOMS) {
            out.join(room);
          }
        });
    app.ws(
        "/socket",
        socket -> {
          for (String room : ROOMS) {
            socket.join(room);
          }
        });
    try (TestApp test = wiring.start(app)) {
      Position begin = app.room("a").position();
      Random random = new Random(seed);
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        Reader reader = i % 3 == 2 ? new SocketReader(test) : new StreamReader(test, i % 3 == 1);
        reader.lastId = begin.toString();
        Random own = new Random(random.nextLong());
        all.add(runs(() -> reader.run(own)));
      }
      for (String room : ROOMS) {
        Random own = new Random(random.nextLong());
        all.add(runs(() -> publish(room, own)));
      }
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
      LongSupplier members = () -> app.room("a").size() + app.room("b").size();
      comes(() -> members.getAsLong() == 0);
    }
  }

  private static CompletableFuture<Void> runs(Runnable what) {
    return CompletableFuture.runAsync(what, Thread::startVirtualThread);
  }

  /** Not all at once: some when a client has been cut. */
  private void publish(String room, Random random) {
    try {
      for (int i = 0; i < EACH; i++) {
        if (random.nextInt(10) == 0) {
          boolean _ = steps.tryAcquire(5, TimeUnit.MILLISECONDS);
        }
        int length = random.nextInt(50) == 0 ? 5000 : random.nextInt(100);
        String text = room + '.' + i + '.' + "x".repeat(length);
        sent.put(app.room(room).send(text).sequence(), text);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
