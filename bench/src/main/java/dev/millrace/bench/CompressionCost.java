package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.http.Coding;
import dev.millrace.http.Compression;
import dev.millrace.stream.Encoders;
import dev.millrace.stream.Outbound;
import dev.millrace.stream.StreamOptions;
import dev.millrace.stream.Wire;
import dev.millrace.time.TimeSource;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What compressed streams cost, without a network: the heap that a silent one holds, and the CPU
 * time and size of events of 200 bytes by the level of gzip and by how many leave together. Run
 * with {@code java -XX:+UseSerialGC -cp 'bench/target/lib/*' dev.millrace.bench.CompressionCost}.
 */
final class CompressionCost {
  private static final int IDLE_STREAMS = 10_000;
  private static final int EVENTS = 50_000;
  private static final int EVENT_BYTES = 200;

  private final Random random = new Random(1);
  private final List<byte[]> events = new ArrayList<>();

  private CompressionCost() {
    for (int i = 0; i < 1000; i++) {
      events.add(event());
    }
  }

  static void main() {
    CompressionCost cost = new CompressionCost();
    Console.print("plain: %,d B of heap a silent stream".formatted(cost.heap(null)));
    Encoders encoders = new Encoders(Compression.DEFAULT);
    Console.print("gzip:  %,d B of heap a silent stream".formatted(cost.heap(encoders)));
    for (int together : new int[] {1, 10, 100}) {
      for (int level : new int[] {1, 4, 6, 9}) {
        cost.time(level, together);
      }
    }
  }

  private byte[] event() {
    String price =
        """
        data: {"type":"price","id":%d,"bid":%d.%02d,"ask":%d.%02d,"volume":%d,\
        "venue":"Frankfurt","time":"2026-11-20T10:%02d:%02d.%03dZ","flags":["open","auction"],"key":"\
        """
            .formatted(
                random.nextInt(1_000_000),
                random.nextInt(1000),
                random.nextInt(100),
                random.nextInt(1000),
                random.nextInt(100),
                random.nextInt(100_000),
                random.nextInt(60),
                random.nextInt(60),
                random.nextInt(1000));
    StringBuilder text = new StringBuilder(price);
    while (text.length() < EVENT_BYTES - 4) {
      text.append(Integer.toHexString(random.nextInt(16)));
    }
    return text.append("\"}\n\n").toString().getBytes(US_ASCII);
  }

  private static Outbound outbound(@Nullable Encoders encoders) {
    return new Outbound(
        Wire.RAW,
        StreamOptions.DEFAULT,
        TimeSource.system(),
        encoders == null ? null : encoders.begin(Coding.GZIP));
  }

  /** Puts events in and takes out what comes of them. */
  private long send(Outbound outbound, int first, int count) {
    try {
      for (int i = first; i < first + count; i++) {
        byte[] event = events.get(i % events.size());
        outbound.write(event, 0, event.length);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while sending", e);
    }
    long taken = 0;
    while (outbound.available() > 0) {
      taken += outbound.read((bytes, from, length) -> {}, Integer.MAX_VALUE);
    }
    return taken;
  }

  private long heap(@Nullable Encoders encoders) {
    Outbound[] silent = new Outbound[IDLE_STREAMS];
    long before = used();
    for (int i = 0; i < silent.length; i++) {
      silent[i] = outbound(encoders);
      send(silent[i], i, 5);
    }
    long after = used();
    // Still needed, so that none is collected before the heap is measured.
    return (after - before) / silent.length + (silent[0].isFinished() ? 1 : 0);
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      runtime.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** The time of this thread alone: the machine may have other work. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private void time(int level, int together) {
    Encoders encoders = new Encoders(Compression.DEFAULT.level(level));
    double best = Double.MAX_VALUE;
    long size = 0;
    for (int round = 0; round < 5; round++) {
      Outbound outbound = outbound(encoders);
      size = 0;
      long start = cpuNanos();
      for (int i = 0; i < EVENTS; i += together) {
        size += send(outbound, i, together);
      }
      best = Math.min(best, (cpuNanos() - start) / 1e6);
    }
    double megabytes = EVENTS * EVENT_BYTES / 1e6;
    Console.print(
        "level %d, %3d together: %5.1f ms/MB, %4.1f us an event, %4.1f %% of the size"
            .formatted(
                level, together, best / megabytes, best * 1000 / EVENTS, size / megabytes / 1e4));
  }
}
