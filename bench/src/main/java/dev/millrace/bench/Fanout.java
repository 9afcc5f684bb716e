package dev.millrace.bench;

import java.io.IOException;

/**
 * Messages published at a steady rate to members that are there, and what has become of them.
 *
 * @param bytes of a message
 * @param perSecond messages
 * @param warmupSeconds what is published before, and not counted
 * @param seconds what is counted
 */
record Fanout(int bytes, double perSecond, double warmupSeconds, double seconds) {
  private static final double NANOS = 1e9;

  /** What has come last may have been this long ago, before what is missing is given up. */
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  /** A server that is too slow is published to at its own pace, but not for ever. */
  private static final int TIMES_AS_LONG = 4;

  private static final long AT_LEAST_NANOS = 60_000_000_000L;

  /**
   * What has come of it.
   *
   * @param published messages
   * @param due deliveries, one of each message to each member
   * @param missing deliveries that were due and did not come in their turn
   * @param doubled deliveries that came twice, or behind a later one
   * @param others data that nobody has published, as a gap is
   * @param latencies from before a message was published to after it was read
   * @param seconds from the first publish to the last delivery
   * @param cpuSeconds of the server during that time; 0 when its process is not known
   * @param allocated bytes in the server's heap during that time
   */
  record Result(
      int published,
      long due,
      long missing,
      long doubled,
      long others,
      Latencies latencies,
      double seconds,
      double cpuSeconds,
      long allocated) {

    boolean isComplete() {
      return missing == 0 && doubled == 0 && others == 0;
    }

    double cpuSecondsPerMillion() {
      return cpuSeconds * 1e6 / due;
    }

    double allocatedPerDelivery() {
      return (double) allocated / due;
    }
  }

  static Fanout of(Arguments arguments) {
    return new Fanout(
        arguments.number("--bytes", 100),
        arguments.number("--rate", 10),
        arguments.number("--warmup-seconds", 10),
        arguments.number("--seconds", 20));
  }

  /** Waits until all have joined, warms up, and measures. */
  Result run(Target target, RoomClients clients, Publisher publisher) throws IOException {
    clients.awaitJoined(publisher);
    if (warmupSeconds > 0) {
      var _ = deliver(clients, publisher, (int) (warmupSeconds * perSecond));
      clients.tally().reset();
    }
    ServerProcess server = target.server();
    StatsClient statsBefore = StatsClient.of(target);
    double cpuBefore = server == null ? 0 : server.cpuSeconds();
    int first = publisher.next();
    double took = deliver(clients, publisher, (int) (seconds * perSecond));
    double cpuAfter = server == null ? 0 : server.cpuSeconds();
    StatsClient statsAfter = StatsClient.of(target);
    RoomTally tally = clients.tally();
    int published = publisher.next() - first;
    return new Result(
        published,
        (long) published * clients.members(),
        tally.missing() + clients.unseen(publisher.next()),
        tally.doubled(),
        tally.others(),
        tally.latencies(),
        took,
        cpuAfter - cpuBefore,
        statsAfter.allocated() - statsBefore.allocated());
  }

  /** Publishes so many, reads until all have come or nothing comes, and gives the seconds. */
  private double deliver(RoomClients clients, Publisher publisher, int count) throws IOException {
    long wanted = clients.tally().received() + (long) count * clients.members();
    long start = System.nanoTime();
    long deadline = start + (long) (TIMES_AS_LONG * count / perSecond * NANOS) + AT_LEAST_NANOS;
    Publisher.Run run = publisher.start(count, perSecond);
    long last = start;
    while (!run.isOver() || clients.tally().received() < wanted) {
      if (clients.read()) {
        last = System.nanoTime();
      } else if (run.isOver() && System.nanoTime() - last > PATIENCE_NANOS) {
        break;
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "%,d of %,d deliveries after %.0f s; publishing should take %.0f s"
                .formatted(
                    clients.tally().received(),
                    wanted,
                    (System.nanoTime() - start) / NANOS,
                    count / perSecond));
      }
    }
    return (last - start) / NANOS;
  }
}
