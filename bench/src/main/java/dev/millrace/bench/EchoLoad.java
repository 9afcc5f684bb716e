package dev.millrace.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/** Echoes over WebSockets: how many a second, and how long each takes. */
final class EchoLoad implements Measurement {
  private final int connections;
  private final int inFlight;
  private final int bytes;
  private final double seconds;
  private final int warmups;
  private final InputBuffer in = new InputBuffer();
  private final Map<Target, Integer> rounds = new LinkedHashMap<>();
  private final Map<Target, Latencies> latencies = new LinkedHashMap<>();
  private long ownNanos;
  private long echoes;

  EchoLoad(Arguments arguments) {
    connections = arguments.number("--connections", 100);
    inFlight = arguments.number("--in-flight", 1);
    bytes = arguments.number("--bytes", 64);
    seconds = arguments.number("--seconds", 5);
    warmups = arguments.number("--warmups", 2);
    if (bytes % Long.BYTES != 0 || bytes < Long.BYTES || bytes > 120) {
      throw new IllegalArgumentException(
          "--bytes %d (expected: a multiple of 8, up to 120)".formatted(bytes));
    }
  }

  @Override
  public Result measure(Target target) throws IOException {
    boolean counts = rounds.merge(target, 1, Integer::sum) > warmups;
    Latencies times =
        counts ? latencies.computeIfAbsent(target, one -> new Latencies()) : new Latencies();
    EchoSockets sockets = new EchoSockets(bytes, inFlight, times);
    sockets.connect(target, connections, in);
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    Result result = sockets.run(seconds);
    if (counts) {
      ownNanos += ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
      echoes += result.operations();
    }
    sockets.close(in);
    return result;
  }

  /** How long echoes took, and what they cost this side, which should be less than a server. */
  void printMore() {
    latencies.forEach(
        (target, times) -> Console.print("%-10s %s".formatted(target.name(), times.describe())));
    Console.print("%-10s %.3f CPU s/M".formatted("the load", ownNanos / 1e3 / echoes));
    Console.print("");
  }
}
