package dev.millrace.bench;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A room in which half of the members never read: what each of them costs the server, and what the
 * others notice of it. The half that reads is measured alone and then beside the stalled ones.
 */
final class StalledLoad {
  private static final int RECEIVE_BUFFER = 4096;
  private static final long MOST_KERNEL_BYTES = 1L << 30;
  private static final int LOOK_EVERY = 50;

  private final Fanout fanout;
  private final int members;
  private final int rounds;
  private final int fill;
  private final int fillBytes;
  private final double limit;
  private final double tolerance;

  /** What a server holds at one moment, inside and outside of its process. */
  private record Held(ServerState state, long direct, SocketMemory kernel) {
    static Held by(Target target) throws IOException {
      ServerState state = ServerState.settled(target.requireServer());
      int port = target.address().getPort();
      return new Held(state, StatsClient.of(target).direct(), SocketMemory.ofPort(port));
    }

    long heapAndDirect() {
      return state.heap().bytes() + direct;
    }
  }

  StalledLoad(Arguments arguments) {
    fanout = Fanout.of(arguments);
    members = arguments.number("--count", 10_000);
    rounds = arguments.number("--rounds", 3);
    fill = arguments.number("--fill", 1_100);
    fillBytes = arguments.number("--fill-bytes", 4096);
    limit = arguments.number("--limit", 0);
    tolerance = Double.parseDouble(arguments.text("--tolerance", "1.2"));
  }

  void run(List<Target> targets) throws IOException {
    for (Target target : targets) {
      run(target);
      Console.print("");
    }
  }

  private void run(Target target) throws IOException {
    double alone = p99OfReaders(target, "alone");
    List<SocketChannel> stalled = new ArrayList<>();
    try {
      // The room keeps what it keeps, whoever reads: that is not a stalled member's.
      fill(target);
      join(target, stalled);
      Held before = Held.by(target);
      int filled = fill(target);
      Held after = Held.by(target);
      report(target, filled, before, after);
      double beside = p99OfReaders(target, "beside");
      int gone = stalled.size() - SocketMemory.ofPort(target.address().getPort()).connections();
      if (gone > 0) {
        Console.print(
            "%-10s %,d stalled members were CUT by the server meanwhile"
                .formatted(target.name(), gone));
      }
      Console.print(
          "%-10s p99 of those that read: alone %.1f ms, beside %,d that never read %.1f ms, %.2f of"
                  .formatted(target.name(), alone, stalled.size(), beside, beside / alone)
              + " it; goal no change (%.2f): %s"
                  .formatted(tolerance, beside <= alone * tolerance ? "met" : "MISSED"));
    } finally {
      for (SocketChannel channel : stalled) {
        channel.close();
      }
    }
  }

  /** The median of the rounds, in milliseconds. */
  private double p99OfReaders(Target target, String how) throws IOException {
    double[] millis = new double[rounds];
    int readers = members / 2;
    for (int round = 0; round < rounds; round++) {
      try (RoomClients clients = new RoomClients();
          Publisher publisher = new Publisher(target, fanout.bytes())) {
        clients.join(target, RoomClients.Kind.SSE, readers, 0);
        Fanout.Result result = fanout.run(target, clients, publisher);
        millis[round] = result.latencies().microsAt(0.99) / 1e3;
        Console.print(
            "round %2d  %-10s %-7s %s; %.3f CPU s/M"
                .formatted(
                    round + 1,
                    target.name(),
                    how,
                    FanoutLoad.describe(result, readers),
                    result.cpuSecondsPerMillion()));
      }
    }
    return FanoutLoad.median(millis);
  }

  /** Joins, reads the response's head and nothing behind it. */
  private void join(Target target, List<SocketChannel> stalled) throws IOException {
    InputBuffer in = new InputBuffer();
    while (stalled.size() < members - members / 2) {
      SocketChannel channel = SocketChannel.open();
      stalled.add(channel);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
      channel.connect(target.address());
      Http1Client.requestStream(channel, target);
      Http1Client.readHead(channel, in);
    }
  }

  /**
   * Publishes more than the buffers on the way take, and more than the room keeps. A server that
   * lets the kernel keep all of it would take the machine's memory, so that ends it early.
   */
  private int fill(Target target) throws IOException {
    try (Publisher publisher = new Publisher(target, fillBytes)) {
      while (publisher.next() < fill) {
        publisher.publish();
        if (publisher.next() % LOOK_EVERY == 0) {
          long kernel = SocketMemory.ofPort(target.address().getPort()).bytes();
          if (kernel > MOST_KERNEL_BYTES) {
            Console.print(
                "%-10s the kernel holds %,d MiB: STOPPED after %,d of %,d messages"
                    .formatted(target.name(), kernel >> 20, publisher.next(), fill));
            break;
          }
        }
      }
      return publisher.next();
    }
  }

  private void report(Target target, int filled, Held before, Held after) {
    int stalled = members - members / 2;
    double process = (double) (after.heapAndDirect() - before.heapAndDirect()) / stalled;
    String verdict =
        limit == 0
            ? ""
            : ", limit %,.0f B: %s".formatted(limit, process <= limit ? "met" : "MISSED");
    Console.print(
        "%-10s after %,d messages of %,d B that nobody read, a stalled member:"
            .formatted(target.name(), filled, fillBytes));
    Console.print(
        "%-10s %,.0f B of heap and direct memory%s; heap %,+.0f, direct %,+.0f, resident %,+.0f"
            .formatted(
                "",
                process,
                verdict,
                (double) (after.state().heap().bytes() - before.state().heap().bytes()) / stalled,
                (double) (after.direct() - before.direct()) / stalled,
                (double) (after.state().resident() - before.state().resident()) / stalled));
    Console.print(
        "%-10s %,.0f B in the kernel, on the server's side (%,d connections)"
            .formatted(
                "",
                (double) (after.kernel().bytes() - before.kernel().bytes()) / stalled,
                after.kernel().connections()));
  }
}
