package dev.millrace.demo.examples;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What this machine and this process are doing. Read from the JVM once for all who ask within a
 * quarter of a second, however many they are.
 */
final class Machine {
  private static final Duration FRESH = Duration.ofMillis(250);

  /** All figures of one moment. */
  record Figures(Instant time, Cpu cpu, Memory memory, Gc gc, int threads) {}

  /** Shares of all processors, 0 to 1. */
  record Cpu(double process, double system) {}

  /** Bytes. */
  record Memory(long heapUsed, long heapMax, long machineUsed, long machineTotal) {}

  /** Since the start. */
  record Gc(long collections, long millis) {}

  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
  private final List<GarbageCollectorMXBean> collectors =
      ManagementFactory.getGarbageCollectorMXBeans();
  private Figures latest = read(); // the first reading of the processors' load is always zero

  synchronized Figures figures() {
    if (latest.time().plus(FRESH).isBefore(Instant.now())) {
      latest = read();
    }
    return latest;
  }

  Cpu cpu() {
    return figures().cpu();
  }

  private Figures read() {
    var heap = memory.getHeapMemoryUsage();
    long total = system.getTotalMemorySize();
    return new Figures(
        Instant.now(),
        new Cpu(share(system.getProcessCpuLoad()), share(system.getCpuLoad())),
        new Memory(heap.getUsed(), heap.getMax(), total - system.getFreeMemorySize(), total),
        new Gc(
            collectors.stream().mapToLong(GarbageCollectorMXBean::getCollectionCount).sum(),
            collectors.stream().mapToLong(GarbageCollectorMXBean::getCollectionTime).sum()),
        ManagementFactory.getThreadMXBean().getThreadCount());
  }

  /** The JVM says NaN or -1 where it does not know. */
  private static double share(double load) {
    return load >= 0 ? Math.round(load * 1000) / 1000.0 : 0;
  }
}
