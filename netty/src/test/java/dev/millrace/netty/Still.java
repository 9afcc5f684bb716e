package dev.millrace.netty;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.awaitility.Awaitility;

/** Finds out how far something comes before it has to wait. */
final class Still {
  private static final Duration FOR = Duration.ofMillis(400);

  private Still() {}

  /** Waits until a number has not changed for a while; that number. */
  static long await(LongSupplier number) {
    AtomicLong last = new AtomicLong(Long.MIN_VALUE);
    Awaitility.await("a number that stands still")
        .pollInterval(Duration.ofMillis(20))
        .during(FOR)
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          long now = number.getAsLong();
          return last.getAndSet(now) == now;
        });
    return last.get();
  }
}
