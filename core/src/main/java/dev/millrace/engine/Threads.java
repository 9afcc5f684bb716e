package dev.millrace.engine;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Starts the virtual threads on which all user code runs, and counts them. */
final class Threads {
  private final AtomicInteger alive;

  Threads(Counters counters) {
    this.alive = counters.threads;
  }

  /**
   * Starts several at once, from one of them: to hand work to the scheduler from outside costs a
   * system call and a change of threads each time, from inside next to nothing.
   */
  void startAll(List<? extends Runnable> work) {
    List<Runnable> batch = List.copyOf(work);
    start(() -> {
      for (Runnable other : batch.subList(1, batch.size())) {
        start(other);
      }
      batch.getFirst().run();
    });
  }

  Thread start(Runnable work) {
    alive.incrementAndGet();
    return Thread.startVirtualThread(() -> {
      try {
        work.run();
      } finally {
        alive.decrementAndGet();
      }
    });
  }
}
