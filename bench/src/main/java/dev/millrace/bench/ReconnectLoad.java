package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Clients that come back all at once, each with a position that lies many messages back: how long
 * until all have them, whether each has all of them in order, and what the server needs meanwhile.
 */
final class ReconnectLoad {
  private static final Pattern ID = Pattern.compile("id: *(\\S+)");
  private static final int LONGEST_HEAD = 4096;
  private static final long PATIENCE_NANOS = 20_000_000_000L;
  private static final double MEBIBYTE = 1 << 20;

  private final int count;
  private final int messages;
  private final int bytes;
  private final int rounds;
  private final int warmups;
  private final InputBuffer in = new InputBuffer();

  /** How one round went. */
  private record Round(double seconds, double cpuSeconds, boolean complete, String counted) {}

  ReconnectLoad(Arguments arguments) {
    count = arguments.number("--count", 10_000);
    messages = arguments.number("--messages", 1_000);
    bytes = arguments.number("--bytes", 100);
    rounds = arguments.number("--rounds", 3);
    warmups = arguments.number("--warmups", 1);
  }

  void run(List<Target> targets) throws IOException {
    for (Target target : targets) {
      run(target, target.requireServer());
      Console.print("");
    }
  }

  private void run(Target target, ServerProcess server) throws IOException {
    boolean complete = true;
    double[] seconds = new double[rounds];
    for (int round = 1 - warmups; round <= rounds; round++) {
      Round result = measure(target, server);
      complete &= result.complete;
      if (round > 0) {
        seconds[round - 1] = result.seconds;
      }
      Console.print(
          "%-8s %-10s %,d clients, %,d messages of %d B each: %.2f s, %.3f CPU s/M; %s"
              .formatted(
                  round > 0 ? "round " + round : "warm-up",
                  target.name(),
                  count,
                  messages,
                  bytes,
                  result.seconds,
                  result.cpuSeconds * 1e6 / count / messages,
                  result.counted));
    }
    Console.print(
        "%-10s median %.2f s; all complete, in order: %s"
            .formatted(target.name(), FanoutLoad.median(seconds), complete ? "met" : "MISSED"));
    memory(target, server);
  }

  /** One more round, which the looks at the heap make longer. */
  private void memory(Target target, ServerProcess server) throws IOException {
    ServerState before = ServerState.settled(server);
    StatsClient statsBefore = StatsClient.watched(target);
    server.resetPeak();
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<Long> look = CompletableFuture.supplyAsync(() -> mostHeap(server, enough));
    Round round;
    try {
      round = measure(target, server);
    } finally {
      enough.set(true);
    }
    Console.print(
        "%-10s while that happens once more (%.2f s): live heap %+.1f MiB at most, direct memory"
                .formatted(
                    target.name(), round.seconds, (look.join() - before.heap().bytes()) / MEBIBYTE)
            + " %+.1f MiB from %.1f, resident %+.1f MiB from %.1f"
                .formatted(
                    (StatsClient.of(target).peak() - statsBefore.direct()) / MEBIBYTE,
                    statsBefore.direct() / MEBIBYTE,
                    (server.peakResidentBytes() - before.resident()) / MEBIBYTE,
                    before.resident() / MEBIBYTE));
  }

  private static long mostHeap(ServerProcess server, AtomicBoolean enough) {
    long most = 0;
    while (!enough.get()) {
      most = Math.max(most, server.liveHeap().bytes());
    }
    return most;
  }

  private Round measure(Target target, ServerProcess server) throws IOException {
    String position = position(target);
    try (Publisher publisher = new Publisher(target, bytes);
        RoomClients clients = new RoomClients()) {
      for (int i = 0; i < messages; i++) {
        publisher.publish();
      }
      for (int i = 0; i < count; i++) {
        clients.add(RoomClient.waiting(target, clients.tally()));
      }
      double cpu = server.cpuSeconds();
      long start = System.nanoTime();
      byte[] request =
          Http1Client.requestBytes(
              target, "Accept: text/event-stream", "Last-Event-ID: " + position);
      for (RoomClient client : clients.all()) {
        Http1Client.write(client.channel(), ByteBuffer.wrap(request));
      }
      double took = (read(clients) - start) / 1e9;
      RoomTally tally = clients.tally();
      long missing = tally.missing() + clients.unseen(messages);
      boolean complete = missing == 0 && tally.doubled() == 0 && tally.others() == 0;
      String counted =
          complete
              ? "nothing missing"
              : "MISSING %,d of %,d (%,d clients incomplete), doubled %,d, other data %,d"
                  .formatted(
                      missing,
                      (long) count * messages,
                      clients.behind(messages),
                      tally.doubled(),
                      tally.others());
      return new Round(took, server.cpuSeconds() - cpu, complete, counted);
    }
  }

  /** Reads until everybody has everything or nothing comes, and gives when the last has come. */
  private long read(RoomClients clients) throws IOException {
    long last = System.nanoTime();
    long wanted = (long) count * messages;
    while (clients.tally().received() < wanted && System.nanoTime() - last < PATIENCE_NANOS) {
      if (clients.read()) {
        last = System.nanoTime();
      }
    }
    return last;
  }

  /** Where the room is now, as a new member is told. */
  private String position(Target target) throws IOException {
    try (SocketChannel channel = Http1Client.connect(target)) {
      Http1Client.requestStream(channel, target);
      int end = Http1Client.readHead(channel, in);
      while (in.end() < end + LONGEST_HEAD) {
        String body = new String(in.bytes(), end, in.end() - end, US_ASCII);
        Matcher id = ID.matcher(body);
        if (id.find() && id.end() < body.length()) {
          return id.group(1);
        }
        in.read(channel);
      }
      throw new IOException("no id: at the beginning of a stream of " + target.uri());
    }
  }
}
