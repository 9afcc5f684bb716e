package dev.millrace.bench;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the live heap that an open, silent stream holds in the server.
 *
 * <p>The heap is compared before and after opening, both times after full collections. A round of
 * opening and closing comes first, so that classes, pools and tables which stay are no part of it.
 */
final class IdleLoad {
  private static final int WARM_UP_STREAMS = 1_000;

  private final int count;
  private final int perConnection;
  private final double limit;
  private final Map<String, Double> limitsAbove;
  private final Map<String, String> codings;
  private final boolean sockets;
  private final int classesShown;

  IdleLoad(Arguments arguments) {
    count = arguments.number("--count", 10_000);
    perConnection = arguments.number("--streams", 0);
    limit = arguments.number("--limit", 0);
    limitsAbove = arguments.numbersByName("--limit-above");
    codings = arguments.textsByName("--coding");
    sockets = arguments.text("--kind", "stream").equals("socket");
    classesShown = arguments.number("--classes", 12);
  }

  void run(List<Target> targets) throws IOException {
    Map<String, Double> bytes = new HashMap<>();
    for (Target target : targets) {
      bytes.put(target.name(), bytesPerStream(target));
    }
    String first = targets.getFirst().name();
    double ours = bytes.getOrDefault(first, 0.0);
    if (limit > 0) {
      judge("%s, a stream".formatted(first), ours, limit);
    }
    for (Target other : targets.subList(1, targets.size())) {
      double more = ours - bytes.getOrDefault(other.name(), 0.0);
      double limitAbove = limitsAbove.getOrDefault(other.name(), Double.NaN);
      judge("%s above %s".formatted(first, other.name()), more, limitAbove);
    }
    Console.print("");
  }

  private static void judge(String what, double bytes, double limit) {
    String verdict =
        Double.isNaN(limit)
            ? ""
            : ", limit %,.0f B: %s".formatted(limit, bytes <= limit ? "met" : "MISSED");
    Console.print("%s: %,.0f B%s".formatted(what, bytes, verdict));
  }

  private double bytesPerStream(Target target) throws IOException {
    ServerProcess server = target.requireServer();
    String coding = codings.get(target.name());
    IdleStreams.open(target, Math.min(count, WARM_UP_STREAMS), perConnection, coding, sockets)
        .cut(IdleStreams.Cut.FIN);
    ServerState before = ServerState.settled(server);
    IdleStreams streams = IdleStreams.open(target, count, perConnection, coding, sockets);
    ServerState open = ServerState.settled(server);
    streams.requireOpen();
    streams.cut(IdleStreams.Cut.FIN);
    return report(target, before, open);
  }

  private double report(Target target, ServerState before, ServerState open) {
    double heap = (double) (open.heap().bytes() - before.heap().bytes()) / count;
    double resident = (double) (open.resident() - before.resident()) / count;
    Console.print(
        "%s, %,d streams, %s"
            .formatted(
                target.name(),
                count,
                perConnection == 0
                    ? "one on each HTTP/1.1 connection"
                    : "%d on each HTTP/2 connection".formatted(perConnection)));
    Console.print("  before  %s".formatted(before.describe()));
    Console.print("  open    %s".formatted(open.describe()));
    Console.print("  a stream: %,.0f B of live heap, %,.0f B resident".formatted(heap, resident));
    open.heap()
        .growthSince(before.heap())
        .limit(classesShown)
        .filter(growth -> growth.getValue().bytes() >= count)
        .forEach(growth ->
            Console.print(
                "  %,7.1f B  %5.2f x %s"
                    .formatted(
                        (double) growth.getValue().bytes() / count,
                        (double) growth.getValue().instances() / count,
                        growth.getKey())));
    Console.print("");
    return heap;
  }
}
