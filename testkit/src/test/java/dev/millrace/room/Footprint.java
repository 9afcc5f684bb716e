package dev.millrace.room;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/**
 * What the process holds.
 *
 * @param heap that is in use after a collection
 * @param direct what Netty's allocator holds outside of it, pooled or in use, or what the JDK
 *     counts if that is more
 */
record Footprint(long heap, long direct) {
  private static final int COLLECTIONS = 3;

  static Footprint now() {
    long heap = Long.MAX_VALUE;
    // What a collection leaves can be a little more than what is in use.
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      heap = Math.min(heap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    long netty =
        ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
    long counted =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return new Footprint(heap, Math.max(netty, counted));
  }

  /** What has come since. */
  Footprint since(Footprint before) {
    return new Footprint(heap - before.heap, direct - before.direct);
  }
}
