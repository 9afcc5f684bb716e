package dev.millrace.cluster;

import dev.millrace.time.TimeSource;
import java.time.Duration;
import java.time.Instant;

/** A time that stands still until it is moved. */
final class HandTime implements TimeSource {
  private volatile long now = 1_000_000_000_000L;

  void pass(Duration duration) {
    now += duration.toNanos();
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public Instant instant() {
    return Instant.EPOCH.plusNanos(now);
  }
}
