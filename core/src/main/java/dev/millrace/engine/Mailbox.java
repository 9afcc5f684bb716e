package dev.millrace.engine;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Runs the timers and cleanups of one stream one at a time and in order, on a virtual thread that
 * exists only while there is work. Bounded by its users: a timer has at most one run waiting.
 */
final class Mailbox {
  private final Threads threads;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>(4);
  private @Nullable Thread running;
  private boolean active;

  Mailbox(Threads threads) {
    this.threads = threads;
  }

  /** Adds work, which must catch what it throws. */
  void submit(Runnable work) {
    synchronized (this) {
      waiting.add(work);
      if (active) {
        return;
      }
      active = true;
    }
    threads.start(this::drain);
  }

  /** Interrupts the work that runs now, unless it is the one that asks. */
  synchronized void interrupt() {
    if (running != null && !running.equals(Thread.currentThread())) {
      running.interrupt();
    }
  }

  private void drain() {
    while (true) {
      Runnable work;
      synchronized (this) {
        running = null;
        // An interrupt was meant for the work before; what follows may be a cleanup.
        var _ = Thread.interrupted();
        work = waiting.poll();
        if (work == null) {
          active = false;
          return;
        }
        running = Thread.currentThread();
      }
      work.run();
    }
  }
}
