package dev.millrace.stream;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;

/**
 * Deflaters without anybody's data, for raw deflate at one level. One holds about 260 KiB outside
 * the heap; at most {@code most} are kept, and what comes back beyond that is let go. Thread-safe,
 * and never waits.
 */
final class DeflaterPool {
  private final int level;
  private final BlockingQueue<Deflater> idle;
  private final AtomicInteger borrowed = new AtomicInteger();

  DeflaterPool(int level, int most) {
    this.level = level;
    this.idle = new ArrayBlockingQueue<>(most);
  }

  /** A deflater that knows nothing, to be given back. */
  Deflater borrow() {
    borrowed.incrementAndGet();
    Deflater pooled = idle.poll();
    return pooled == null ? new Deflater(level, true) : pooled;
  }

  void giveBack(Deflater deflater) {
    // Also lets go of the arrays that it was given.
    deflater.reset();
    if (!idle.offer(deflater)) {
      deflater.end();
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
