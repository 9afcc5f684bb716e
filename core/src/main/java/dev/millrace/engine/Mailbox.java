package dev.millrace.engine;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Runs the timers and cleanups of one stream one at a time and in order, on a virtual thread that
 * exists only while there is work. Bounded by its users: a timer has at most one run waiting.
 */
final class Mailbox implements Runnable {
  private final Threads threads;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>(4);
  private @Nullable Thread running;
  private boolean active;

  Mailbox(Threads threads) {
    this.threads = threads;
  }

  /** Adds work, which must catch what it throws. */
  void submit(Runnable work) {
    if (add(work)) {
      threads.start(this);
    }
  }

  /** As {@link #submit}, on the loop, which begins all that it has to begin at one time. */
  void submit(Runnable work, Loop loop, Dispatcher dispatcher) {
    if (add(work)) {
      loop.begin(dispatcher, this);
    }
  }

  /** Whether somebody has to begin to work. */
  private synchronized boolean add(Runnable work) {
    waiting.add(work);
    boolean first = !active;
    active = true;
    return first;
  }

  /** Interrupts the work that runs now, unless it is the one that asks. */
  synchronized void interrupt() {
    if (running != null && !running.equals(Thread.currentThread())) {
      running.interrupt();
    }
  }

  /** Works off what waits. For the thread that was started. */
  @Override
  public void run() {
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
