package dev.millrace.room;

import static dev.millrace.test.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.cluster.Position;
import dev.millrace.room.Reader.Kind;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestEvent;
import dev.millrace.test.Wiring;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;

/** Clients go and come back while others send: the seam between old and new has no hole. */
class SeamTest {
  private static final int THREADS = 3;
  private static final int EACH = 300;

  private final Millrace app = Millrace.create();

  /** What has been sent to the rooms that are read, by sequence. */
  private final Map<Long, String> log = new ConcurrentSkipListMap<>();

  @OverEachWiring
  void nothingIsLostOrDoubledWhileThreadsPublish(Wiring wiring) throws InterruptedException {
    long seed = System.nanoTime();
    app.rooms("*", RoomOptions.DEFAULT.keep(100_000));
    app.stream(
        "/both",
        out -> {
          out.join("a");
          out.join("b");
        });
    try (var test = wiring.start(app)) {
      Position start = app.room("a").position();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      List<Thread> all = new ArrayList<>();
      List<Long> last = new ArrayList<>();
      for (Kind kind : Kind.values()) {
        Random random = new Random(seed + kind.name().hashCode());
        all.add(
            Thread.startVirtualThread(() -> {
              try {
                List<TestEvent> read = readAll(test, kind, start, random);
                assertThat(read.stream().map(TestEvent::data).toList())
                    .isEqualTo(List.copyOf(log.values()));
                synchronized (last) {
                  last.add((long) read.size());
                }
              } catch (Throwable e) {
                failure.compareAndSet(null, new AssertionError("seed " + seed + ", " + kind, e));
              }
            }));
      }
      for (int i = 0; i < THREADS; i++) {
        String name = "thread " + i + " message ";
        Random random = new Random(seed + 100 + i);
        all.add(Thread.ofPlatform().start(() -> publish(name, random)));
      }
      for (Thread each : all) {
        each.join();
      }
      if (failure.get() != null) {
        throw new AssertionError(failure.get().getMessage(), failure.get().getCause());
      }
      assertThat(last).hasSize(Kind.values().length).containsOnly((long) THREADS * EACH);
      eventually("everybody has gone", () -> app.room("a").size() + app.room("b").size() == 0);
    }
  }

  private void publish(String name, Random random) {
    for (int i = 0; i < EACH; i++) {
      String room = random.nextBoolean() ? "a" : "b";
      log.put(app.room(room).send(name + i).sequence(), name + i);
      if (random.nextInt(10) == 0) {
        app.room("nobody reads this").send("x");
      }
      if (random.nextInt(20) == 0) {
        Thread.onSpinWait();
      }
    }
  }

  /** Reads until all is there, and leaves every few events. */
  private static List<TestEvent> readAll(TestApp test, Kind kind, Position start, Random random) {
    List<TestEvent> read = new ArrayList<>();
    String at = start.toString();
    while (read.size() < THREADS * EACH) {
      int most = 1 + random.nextInt(100);
      try (Reader reader = kind.open(test, "/both", at)) {
        assertThat(reader.position()).isEqualTo(at);
        for (int i = 0; i < most && read.size() < THREADS * EACH; i++) {
          TestEvent event = reader.next();
          read.add(event);
          at = event.id();
        }
        if (random.nextBoolean() && kind != Kind.SOCKET) {
          reader.stream().reset();
        }
      }
    }
    return read;
  }
}
