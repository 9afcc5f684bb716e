package dev.millrace.engine;

import java.util.concurrent.atomic.AtomicInteger;

/** Starts the virtual threads on which all user code runs, and counts them. */
final class Threads {
  private final AtomicInteger alive;

  Threads(Counters counters) {
    this.alive = counters.threads;
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
