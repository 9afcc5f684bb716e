package dev.millrace.cluster;

import dev.millrace.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** A time that stands still until it is moved. */
final class HandTime implements TimeSource {
  private final AtomicLong now = new AtomicLong(1_000_000_000_000L);

  void pass(Duration duration) {
    now.addAndGet(duration.toNanos());
  }

  @Override
  public long nanoTime() {
    return now.get();
  }

  @Override
  public Instant instant() {
    return Instant.EPOCH.plusNanos(now.get());
  }
}
