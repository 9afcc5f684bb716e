package dev.millrace.websocket;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Inflater;

/**
 * Inflaters without anybody's data, for raw deflate. One holds about 40 KiB outside the heap; at
 * most {@code most} are kept, and what comes back beyond that is let go. Thread-safe, and never
 * waits.
 */
final class InflaterPool {
  /** For all connections: as many are in use as messages are being inflated at a time. */
  static final InflaterPool SHARED = new InflaterPool(16);

  private final BlockingQueue<Inflater> idle;
  private final AtomicInteger borrowed = new AtomicInteger();

  InflaterPool(int most) {
    this.idle = new ArrayBlockingQueue<>(most);
  }

  /** An inflater that knows nothing, to be given back. */
  Inflater borrow() {
    borrowed.incrementAndGet();
    Inflater pooled = idle.poll();
    return pooled == null ? new Inflater(true) : pooled;
  }

  void giveBack(Inflater inflater) {
    // Also lets go of the arrays that it was given.
    inflater.reset();
    if (!idle.offer(inflater)) {
      inflater.end();
    }
    borrowed.decrementAndGet();
  }

  int borrowed() {
    return borrowed.get();
  }

  int kept() {
    return idle.size();
  }
}
