package dev.millrace.bench;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Whether a long response gathers in the server's heap: how much more is live while it is sent than
 * before it. Apart from the rounds, because each look is a full collection.
 */
final class HeapDuring {
  private static final int LOOKS = 12;

  private final Measurement measurement;
  private final double limitMebibytes;

  HeapDuring(Measurement measurement, Arguments arguments) {
    this.measurement = measurement;
    this.limitMebibytes = arguments.number("--heap-limit", 0);
  }

  void run(Iterable<Target> targets) throws IOException {
    for (Target target : targets) {
      if (target.server() != null && target.server().isJvm()) {
        run(target, target.server());
      }
    }
    Console.print("");
  }

  private void run(Target target, ServerProcess server) throws IOException {
    ServerState before = ServerState.settled(server);
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<Void> load = CompletableFuture.runAsync(() -> repeat(target, enough));
    long most = 0;
    for (int look = 0; look < LOOKS; look++) {
      most = Math.max(most, server.liveHeap().bytes());
    }
    enough.set(true);
    try {
      load.join();
    } catch (CompletionException e) {
      throw new IOException("the load failed while the heap was looked at", e.getCause());
    }
    ServerState after = ServerState.settled(server);
    double growth = (double) (most - before.heap().bytes()) / (1 << 20);
    String verdict =
        limitMebibytes == 0
            ? ""
            : ", limit %.0f MiB: %s"
                .formatted(limitMebibytes, growth <= limitMebibytes ? "met" : "MISSED");
    Console.print(
        "%-10s live heap %,d KiB before, at most %,d KiB during (%d looks), %,d KiB after"
            .formatted(
                target.name(),
                before.heap().bytes() / 1024,
                most / 1024,
                LOOKS,
                after.heap().bytes() / 1024));
    Console.print(
        "%-10s growth %.2f MiB%s; resident %+,d KiB"
            .formatted("", growth, verdict, (after.resident() - before.resident()) / 1024));
  }

  private void repeat(Target target, AtomicBoolean enough) {
    try {
      while (!enough.get()) {
        var _ = measurement.measure(target);
      }
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }
}
