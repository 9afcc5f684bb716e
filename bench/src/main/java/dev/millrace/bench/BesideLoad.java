package dev.millrace.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one greedy client costs the others on its loop: how long a {@code /hello} takes on another
 * connection while an endless response is downloaded as fast as it comes, and while none is.
 */
final class BesideLoad {
  private static final int PIECE = 1 << 20;

  private final int count;
  private final int rounds;
  private final String coding;
  private final boolean h2;
  private final InputBuffer in = new InputBuffer();

  BesideLoad(Arguments arguments) {
    count = arguments.number("--count", 5_000);
    rounds = arguments.number("--rounds", 3);
    coding = arguments.text("--coding", "gzip");
    h2 = arguments.text("--protocol", "h1").equals("h2");
  }

  void run(List<Target> targets) throws IOException {
    for (int round = 0; round <= rounds; round++) {
      for (Target target : targets) {
        Target hello = new Target(target.name(), target.server(), helloOf(target));
        String name = round == 0 ? "warm-up" : "round " + round;
        print(name, target, "alone", hello(hello));
        print(name, target, "beside", beside(target, hello));
      }
    }
  }

  private static URI helloOf(Target target) {
    return target.uri().resolve("/hello");
  }

  private static void print(String round, Target target, String how, long[] nanos) {
    Console.print(
        "%-8s %-10s %-7s p50 %,7d us, p99 %,7d us, p99.9 %,7d us, worst %,7d us"
            .formatted(
                round,
                target.name(),
                how,
                at(nanos, 0.5),
                at(nanos, 0.99),
                at(nanos, 0.999),
                nanos[nanos.length - 1] / 1000));
  }

  private static long at(long[] sorted, double share) {
    return sorted[(int) (sorted.length * share)] / 1000;
  }

  private long[] beside(Target target, Target hello) throws IOException {
    return h2 ? besideHttp2(target, hello) : besideHttp1(target, hello);
  }

  /** The download is {@code curl}'s. */
  private long[] besideHttp2(Target target, Target hello) throws IOException {
    Process curl =
        new ProcessBuilder(
                "curl",
                "-s",
                "--http2-prior-knowledge",
                "-o",
                "/dev/null",
                "-H",
                "Accept-Encoding: " + coding,
                target.uri().toString())
            .inheritIO()
            .start();
    try {
      return hello(hello);
    } finally {
      curl.destroy();
    }
  }

  private long[] besideHttp1(Target target, Target hello) throws IOException {
    AtomicBoolean enough = new AtomicBoolean();
    AtomicLong bytes = new AtomicLong();
    CompletableFuture<Void> download =
        CompletableFuture.runAsync(() -> download(target, enough, bytes));
    try {
      long start = System.nanoTime();
      long[] nanos = hello(hello);
      double seconds = (System.nanoTime() - start) / 1e9;
      Console.print(
          "         %-10s downloads %,.1f MiB/s"
              .formatted(target.name(), bytes.get() / seconds / (1 << 20)));
      return nanos;
    } finally {
      enough.set(true);
      download.join();
    }
  }

  private void download(Target target, AtomicBoolean enough, AtomicLong bytes) {
    try {
      while (!enough.get()) {
        downloadOnce(target, enough, bytes);
      }
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private void downloadOnce(Target target, AtomicBoolean enough, AtomicLong bytes)
      throws IOException {
    try (DroppingSocket socket = DroppingSocket.connect(target.address().getPort())) {
      Http1Response head =
          socket.ask(Http1Client.requestBytes(target, "Accept-Encoding: " + coding));
      long left = head.isChunked() ? Long.MAX_VALUE : head.length();
      while (left > 0 && !enough.get()) {
        long dropped = socket.drop(Math.min(left, PIECE));
        left -= dropped;
        bytes.addAndGet(dropped);
      }
    }
  }

  /** Asks one time after the other over one connection; the times sorted. */
  private long[] hello(Target hello) throws IOException {
    long[] nanos = new long[count];
    try (SocketChannel channel = Http1Client.connect(hello)) {
      for (int i = 0; i < count; i++) {
        long start = System.nanoTime();
        Http1Client.request(channel, hello);
        Http1Response head = Http1Client.readResponse(channel, in);
        while (in.end() < head.end() + head.length()) {
          in.read(channel);
        }
        nanos[i] = System.nanoTime() - start;
      }
    }
    Arrays.sort(nanos);
    return nanos;
  }
}
