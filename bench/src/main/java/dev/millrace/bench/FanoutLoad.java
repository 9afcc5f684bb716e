package dev.millrace.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * One room with many members: what a delivery costs the server, how long it takes, and whether any
 * is missing. Servers take turns, each round with new members.
 */
final class FanoutLoad {
  private final Fanout fanout;
  private final RoomClients.Kind kind;
  private final int members;
  private final int perConnection;
  private final int rounds;
  private final Map<String, Double> goals;
  private final double limit;
  private final Map<Target, List<Fanout.Result>> done = new LinkedHashMap<>();

  FanoutLoad(Arguments arguments) {
    fanout = Fanout.of(arguments);
    kind =
        arguments.text("--kind", "stream").equals("socket")
            ? RoomClients.Kind.SOCKET
            : RoomClients.Kind.SSE;
    members = arguments.number("--count", 10_000);
    perConnection = arguments.number("--streams", 0);
    rounds = arguments.number("--rounds", 3);
    goals = arguments.numbersByName("--goal");
    limit = Double.parseDouble(arguments.text("--limit", "0"));
  }

  void run(List<Target> targets) throws IOException {
    for (int round = 1; round <= rounds; round++) {
      for (Target target : targets) {
        Fanout.Result result = measure(target);
        done.computeIfAbsent(target, one -> new ArrayList<>()).add(result);
        Console.print(
            "round %2d  %-10s %s".formatted(round, target.name(), describe(result, members)));
      }
    }
    printTable(targets);
  }

  private Fanout.Result measure(Target target) throws IOException {
    try (RoomClients clients = new RoomClients();
        Publisher publisher = new Publisher(target, fanout.bytes())) {
      clients.join(target, kind, members, perConnection);
      return fanout.run(target, clients, publisher);
    }
  }

  /** One line. */
  static String describe(Fanout.Result result, int members) {
    String complete =
        result.isComplete()
            ? "nothing missing"
            : "MISSING %,d, doubled %,d, other data %,d"
                .formatted(result.missing(), result.doubled(), result.others());
    return "%,d messages to %,d members in %.1f s, %s; %s"
        .formatted(
            result.published(), members, result.seconds(), complete, result.latencies().describe());
  }

  private void printTable(List<Target> targets) {
    Console.print("");
    Console.print(
        "%-10s %12s %9s %8s %8s %8s %8s %6s %10s  %s"
            .formatted(
                "server",
                "deliveries",
                "missing",
                "p50 ms",
                "p99 ms",
                "worst",
                "CPU s/M",
                "busy",
                "alloc. B",
                "first : this"));
    for (Target target : targets) {
      Console.print(
          "%-10s %,12.0f %,9.0f %8.1f %8.1f %8.1f %8.3f %5.0f%% %10.1f  %s"
              .formatted(
                  target.name(),
                  sum(target, Fanout.Result::due),
                  sum(target, result -> result.missing() + result.doubled() + result.others()),
                  median(target, result -> millis(result, 0.5)),
                  median(target, result -> millis(result, 0.99)),
                  median(target, result -> result.latencies().worstMicros() / 1e3),
                  median(target, Fanout.Result::cpuSecondsPerMillion),
                  median(target, result -> 100 * result.cpuSeconds() / result.seconds()),
                  median(target, Fanout.Result::allocatedPerDelivery),
                  ratios(targets.getFirst(), target)));
    }
    verdict(targets.getFirst());
  }

  private void verdict(Target first) {
    double missing = sum(first, result -> result.missing() + result.doubled() + result.others());
    Console.print(
        "%s, missing or doubled: %,.0f: %s"
            .formatted(first.name(), missing, missing == 0 ? "met" : "MISSED"));
    if (limit > 0) {
      double cost = median(first, Fanout.Result::cpuSecondsPerMillion);
      Console.print(
          "%s, CPU s/M: %.3f, limit %.3f: %s"
              .formatted(first.name(), cost, limit, cost <= limit ? "met" : "MISSED"));
    }
    Console.print("");
  }

  private String ratios(Target first, Target other) {
    if (first.equals(other)) {
      return "";
    }
    double cpu = ratio(first, other, Fanout.Result::cpuSecondsPerMillion);
    double p99 = ratio(first, other, result -> millis(result, 0.99));
    Double goal = goals.get(other.name());
    String verdict =
        goal == null ? "" : ", goal %.2f: %s".formatted(goal, cpu <= goal ? "met" : "MISSED");
    return "%.2f of its CPU%s; %.2f of its p99".formatted(cpu, verdict, p99);
  }

  private double ratio(Target first, Target other, ToDoubleFunction<Fanout.Result> value) {
    List<Fanout.Result> ours = resultsOf(first);
    List<Fanout.Result> theirs = resultsOf(other);
    double[] ratios = new double[theirs.size()];
    Arrays.setAll(
        ratios,
        round -> value.applyAsDouble(ours.get(round)) / value.applyAsDouble(theirs.get(round)));
    return median(ratios);
  }

  private static double millis(Fanout.Result result, double share) {
    return result.latencies().microsAt(share) / 1e3;
  }

  private double sum(Target target, ToDoubleFunction<Fanout.Result> value) {
    return resultsOf(target).stream().mapToDouble(value).sum();
  }

  private double median(Target target, ToDoubleFunction<Fanout.Result> value) {
    return median(resultsOf(target).stream().mapToDouble(value).toArray());
  }

  static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  private List<Fanout.Result> resultsOf(Target target) {
    return done.getOrDefault(target, List.of());
  }
}
