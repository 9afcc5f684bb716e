package dev.millrace.security;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A token bucket for each key, in a table of limited size.
 *
 * <p>Levels are whole numbers, so nothing is lost to rounding: a token has {@code cost} parts, and
 * {@code rate} parts are added in a nanosecond, where {@code rate / cost} is permits by time in
 * lowest terms. A bucket is an immutable value that a taker replaces if it is still there; a
 * refusal writes nothing.
 *
 * <p>A full bucket says what an absent one says. So the table is swept of full ones whenever it has
 * doubled, and only where it would be over its limit do others go: an eighth of it, the fullest
 * first, as these forget the least.
 */
final class TokenBuckets {
  private static final int FEW = 1024;
  private static final long MOST_PARTS = 1L << 62;

  private record Bucket(long level, long at) {}

  private final ConcurrentHashMap<String, Bucket> buckets = new ConcurrentHashMap<>();

  /** Guards sweeps: one at a time. Nothing else is taken while it is held. */
  private final ReentrantLock sweeping = new ReentrantLock();

  private final long rate;
  private final long cost;
  private final long capacity;
  private final long fillNanos;
  private final int most;
  private volatile int sweepAt;

  /**
   * Empty.
   *
   * @param burst how many tokens a bucket holds
   * @param most keys; a few more for a moment while requests run side by side
   */
  TokenBuckets(int permits, Duration per, int burst, int most) {
    BigInteger time = nanos(per);
    BigInteger common = time.gcd(BigInteger.valueOf(permits));
    BigInteger exactCost = time.divide(common);
    BigInteger parts = exactCost.multiply(BigInteger.valueOf(burst));
    if (parts.bitLength() > 62) {
      throw new IllegalArgumentException(
          "burst: %d with %d permits per %s (expected: at most %d)"
              .formatted(burst, permits, per, MOST_PARTS / exactCost.longValueExact()));
    }
    this.rate = permits / common.intValueExact();
    this.cost = exactCost.longValueExact();
    this.capacity = parts.longValueExact();
    this.fillNanos = Math.ceilDiv(capacity, rate);
    this.most = most;
    this.sweepAt = Math.min(most, FEW);
  }

  /**
   * Takes a token.
   *
   * @return 0 when there was one, otherwise the nanoseconds until there is
   */
  long take(String key, long now) {
    while (true) {
      Bucket old = buckets.get(key);
      long level = old == null ? capacity : level(old, now);
      if (level < cost) {
        return Math.ceilDiv(cost - level, rate);
      }
      if (old == null) {
        makeRoom(now);
        if (buckets.putIfAbsent(key, new Bucket(level - cost, now)) == null) {
          return 0;
        }
      } else if (buckets.replace(key, old, new Bucket(level - cost, later(old.at, now)))) {
        return 0;
      }
    }
  }

  int size() {
    return buckets.size();
  }

  private long level(Bucket bucket, long now) {
    long elapsed = Math.max(0, now - bucket.at);
    return elapsed >= fillNanos ? capacity : Math.min(capacity, bucket.level + elapsed * rate);
  }

  /** Threads may come with their readings of the clock in another order than they took them. */
  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  private void makeRoom(long now) {
    if (buckets.mappingCount() < sweepAt) {
      return;
    }
    sweeping.lock();
    try {
      if (buckets.mappingCount() >= sweepAt) {
        sweep(now);
      }
    } finally {
      sweeping.unlock();
    }
  }

  private void sweep(long now) {
    buckets.values().removeIf(bucket -> level(bucket, now) == capacity);
    int target = most - Math.max(1, most / 8);
    if (buckets.size() > target) {
      evict(buckets.size() - target, now);
    }
    sweepAt = (int) Math.min(most, Math.max(FEW, 2 * buckets.mappingCount()));
  }

  private void evict(int count, long now) {
    long[] levels = buckets.values().stream().mapToLong(bucket -> level(bucket, now)).toArray();
    Arrays.sort(levels);
    long fullest = levels[Math.max(0, levels.length - count)];
    int left = count;
    for (var entry : buckets.entrySet()) {
      if (left > 0
          && level(entry.getValue(), now) >= fullest
          && buckets.remove(entry.getKey(), entry.getValue())) {
        left--;
      }
    }
  }

  private static BigInteger nanos(Duration time) {
    return BigInteger.valueOf(time.getSeconds())
        .multiply(BigInteger.valueOf(1_000_000_000))
        .add(BigInteger.valueOf(time.getNano()));
  }
}
