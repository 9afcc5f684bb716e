package dev.millrace.bench;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * What a server says of itself at {@code /stats}, because nobody else can see it: a line each of a
 * name and a number. Both servers have it.
 */
final class ServerStats {
  private static final long LOOK_EVERY_NANOS = 10_000_000;

  private static volatile long peak;
  private static volatile boolean watching;

  private ServerStats() {}

  /** Bytes that all threads have allocated in the heap so far, and direct memory in use. */
  static String text() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long direct = direct();
    return "allocated %d%ndirect %d%npeak %d%n"
        .formatted(threads.getTotalThreadAllocatedBytes(), direct, Math.max(peak, direct));
  }

  /** The same, and the peak begins again. From the first call on a thread looks every 10 ms. */
  static synchronized String watched() {
    peak = direct();
    if (!watching) {
      watching = true;
      Thread.ofPlatform().daemon().name("direct memory").start(ServerStats::watch);
    }
    return text();
  }

  private static void watch() {
    while (true) {
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
      peak = Math.max(peak, direct());
    }
  }

  /** What Netty's allocator holds, pooled or in use, or what the JDK counts if that is more. */
  private static long direct() {
    long netty =
        ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
    long counted =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return Math.max(netty, counted);
  }
}
