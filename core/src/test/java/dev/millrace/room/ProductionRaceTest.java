package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.room.Production.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many threads produce, join, leave, start and stop at once. Needs no port. */
class ProductionRaceTest {
  private static final int THREADS = 6;
  private static final int ROOMS = 400;
  private static final int OPERATIONS = 4000;
  private static final Duration IDLE = Duration.ofMillis(100);

  private final HandTurns home = new HandTurns();
  private final Productions productions = new Productions(() -> home);

  private static final class Scene extends ProductionTest.Log {
    final AtomicInteger runs = new AtomicInteger();
    final AtomicInteger now = new AtomicInteger();
    final AtomicBoolean overlapped = new AtomicBoolean();

    void run(Recipients out, Random random) throws InterruptedException {
      runs.incrementAndGet();
      overlapped.compareAndSet(false, now.incrementAndGet() > 1);
      try {
        switch (random.nextInt(4)) {
          case 0 -> out.send("a");
          case 1 -> throw new dev.millrace.http.HttpException(400, "no");
          case 2 -> new CountDownLatch(1).await();
          default -> {
            for (int i = 0; i < 50; i++) {
              out.send(i);
              Thread.onSpinWait();
            }
          }
        }
      } finally {
        now.decrementAndGet();
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void eachRunsOnceAtMostAndEndsOnce(long seed) throws Exception {
    List<Scene> scenes = new ArrayList<>();
    for (int i = 0; i < ROOMS; i++) {
      Scene scene = new Scene();
      // The hand of this clock flies: an hour is over in a second.
      scene.age = Duration.ofDays(365);
      scenes.add(scene);
    }
    AtomicBoolean over = new AtomicBoolean();
    Thread loop =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get()) {
                home.pass(Duration.ofMillis(5));
              }
            });
    List<CompletableFuture<Void>> workers = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Random random = new Random(seed * THREADS + i);
      workers.add(
          CompletableFuture.runAsync(() -> work(scenes, random), Thread::startVirtualThread));
    }
    CompletableFuture.allOf(workers.toArray(CompletableFuture[]::new)).get(40, TimeUnit.SECONDS);
    for (int i = 0; i < ROOMS; i++) {
      Scene scene = scenes.get(i);
      Production production = produce(i, scene, new Random(seed));
      production.start();
      // Nobody is there, so each that waits to be interrupted is.
      Ending ending = production.ended().toCompletableFuture().get(20, TimeUnit.SECONDS);
      assertThat(scene.runs).hasValueLessThanOrEqualTo(1);
      assertThat(ending != Ending.STOPPED && scene.runs.get() == 0).isFalse();
      assertThat(scene.overlapped).isFalse();
      assertThat(scene.texts.stream().filter(text -> text.startsWith("END"))).hasSize(1);
      assertThat(scene.texts.getLast()).startsWith("END");
    }
    over.set(true);
    loop.join();
    home.pass(Duration.ofDays(366));
    assertThat(home.waiting()).isZero();
  }

  private Production produce(int index, Scene scene, Random random) {
    long seed = random.nextLong();
    return productions.produce(
        "r" + index,
        scene,
        out -> scene.run(out, new Random(seed)),
        ProducerOptions.DEFAULT.idle(IDLE));
  }

  private void work(List<Scene> scenes, Random random) {
    List<Integer> joined = new ArrayList<>();
    for (int i = 0; i < OPERATIONS; i++) {
      // All threads go through the rooms together, so that they meet.
      int index = Math.min(ROOMS - 1, i * ROOMS / OPERATIONS + random.nextInt(3));
      Scene scene = scenes.get(index);
      switch (random.nextInt(8)) {
        case 0, 1 -> produce(index, scene, random);
        case 2, 3, 4 -> {
          scene.listeners.incrementAndGet();
          productions.joined("r" + index);
          joined.add(index);
        }
        case 5 -> produce(index, scene, random).start();
        case 6 -> {
          if (random.nextInt(4) == 0) {
            produce(index, scene, random).stop();
          }
        }
        default -> {
          if (joined.size() > 3) {
            leave(scenes, joined.removeFirst());
          }
        }
      }
    }
    joined.forEach(index -> leave(scenes, index));
  }

  private void leave(List<Scene> scenes, int index) {
    scenes.get(index).listeners.decrementAndGet();
    productions.left("r" + index);
  }
}
