package dev.millrace.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Repeats one measurement in turns against several servers and compares the first with the others.
 *
 * <p>A shared machine is slower in one minute than in the next. Turns put the servers side by side
 * in time, so the ratio is taken within each round, and the median of the rounds is what counts.
 */
final class Rounds {
  private final List<Target> targets;
  private final Measurement measurement;
  private final Unit unit;
  private final Map<Target, List<Round>> done = new LinkedHashMap<>();

  /** One server's part of one round. The CPU time is 0 when its process is not known. */
  private record Round(Measurement.Result result, double cpuSeconds) {
    double perSecond() {
      return result.operations() / result.seconds();
    }

    double cpuSecondsFor(double operations) {
      return cpuSeconds * operations / result.operations();
    }

    double busyPercent() {
      return 100 * cpuSeconds / result.seconds();
    }
  }

  Rounds(List<Target> targets, Measurement measurement) {
    this.targets = targets;
    this.measurement = measurement;
    this.unit = measurement.unit();
    targets.forEach(target -> done.put(target, new ArrayList<>()));
  }

  void run(int warmups, int rounds) throws IOException {
    for (int round = 1; round <= warmups + rounds; round++) {
      for (Target target : targets) {
        Round part = measure(target);
        boolean counts = round > warmups;
        if (counts) {
          roundsOf(target).add(part);
        }
        Console.print(
            "%-7s %2d  %-10s %,12.0f %s"
                .formatted(
                    counts ? "round" : "warm-up",
                    counts ? round - warmups : round,
                    target.name(),
                    part.perSecond(),
                    unit.rate()));
      }
    }
  }

  private Round measure(Target target) throws IOException {
    ServerProcess server = target.server();
    double before = server == null ? 0 : server.cpuSeconds();
    Measurement.Result result = measurement.measure(target);
    double after = server == null ? 0 : server.cpuSeconds();
    return new Round(result, after - before);
  }

  /** Prints medians, and the ratios of the first server to each of the others beside their goal. */
  void printTable(Map<String, Double> goals) {
    Console.print("");
    Console.print(
        "%-10s %13s %12s %12s %9s %6s  %s"
            .formatted(
                "server",
                "median " + unit.rate(),
                "min",
                "max",
                unit.cost(),
                "busy",
                "first : this"));
    for (Target target : targets) {
      double[] perSecond = sorted(target, Round::perSecond);
      Console.print(
          "%-10s %,13.0f %,12.0f %,12.0f %9.3f %5.0f%%  %s"
              .formatted(
                  target.name(),
                  median(perSecond),
                  perSecond[0],
                  perSecond[perSecond.length - 1],
                  median(sorted(target, round -> round.cpuSecondsFor(unit.costOf()))),
                  median(sorted(target, Round::busyPercent)),
                  verdict(target, goals)));
    }
    for (Map.Entry<String, Double> goal : goals.entrySet()) {
      printPair(goal.getKey(), goal.getValue());
    }
    Console.print("");
  }

  /** A goal of two others than the first, named {@code ONE:OTHER}. */
  private void printPair(String names, double goal) {
    int colon = names.indexOf(':');
    if (colon >= 0) {
      Target one = named(names.substring(0, colon));
      Target other = named(names.substring(colon + 1));
      Console.print("%s %s".formatted(names, verdict(one, other, goal)));
    }
  }

  private Target named(String name) {
    return targets.stream()
        .filter(target -> target.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no target \"%s\"".formatted(name)));
  }

  private String verdict(Target target, Map<String, Double> goals) {
    Target first = targets.getFirst();
    return target.equals(first) ? "" : verdict(first, target, goals.get(target.name()));
  }

  private String verdict(Target one, Target other, @Nullable Double goal) {
    double speed = medianRatio(one, other, Round::perSecond);
    // Less is better here, so the ratio is turned round: both are above 1 where the first is
    // better.
    double cpu = 1 / medianRatio(one, other, round -> round.cpuSecondsFor(1));
    String ratios = "%.2f a second, %.2f a CPU second".formatted(speed, cpu);
    return goal == null
        ? ratios
        : "%s, goal %.2f: %s".formatted(ratios, goal, speed >= goal ? "met" : "MISSED");
  }

  private double medianRatio(Target one, Target other, ToDoubleFunction<Round> value) {
    List<Round> ours = roundsOf(one);
    List<Round> theirs = roundsOf(other);
    double[] ratios = new double[ours.size()];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] = value.applyAsDouble(ours.get(round)) / value.applyAsDouble(theirs.get(round));
    }
    Arrays.sort(ratios);
    return median(ratios);
  }

  private double[] sorted(Target target, ToDoubleFunction<Round> value) {
    return roundsOf(target).stream().mapToDouble(value).sorted().toArray();
  }

  private List<Round> roundsOf(Target target) {
    return done.getOrDefault(target, List.of());
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
