package dev.millrace.cluster;

import java.time.Duration;

/**
 * How much of a room is kept: the newest messages, as long as all three hold. Immutable.
 *
 * @param count messages at most, 1 to 1,000,000; 1,000
 * @param bytes of their payloads at most, 1 or more; 4 MiB. The newest message is kept in any case
 * @param age how long a message is kept, more than zero, at most 3,650 days; 1 hour
 */
public record Retention(int count, long bytes, Duration age) {

  private static final int MOST = 1_000_000;
  private static final Duration LONGEST = Duration.ofDays(3650);

  /** What holds unless something else is set. */
  public static final Retention DEFAULT = new Retention(1000, 4 * 1024 * 1024, Duration.ofHours(1));

  /**
   * Checks all three.
   *
   * @throws IllegalArgumentException says which is out of its bounds
   */
  public Retention {
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException("count: " + count + " (expected: 1 to 1,000,000)");
    }
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes: " + bytes + " (expected: 1 or more)");
    }
    if (!age.isPositive() || age.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "age: " + age + " (expected: more than zero, at most 3,650 days)");
    }
  }

  /** The same with another number of messages. */
  public Retention count(int most) {
    return new Retention(most, bytes, age);
  }

  /** The same with another number of bytes. */
  public Retention bytes(long most) {
    return new Retention(count, most, age);
  }

  /** The same with another age. */
  public Retention age(Duration most) {
    return new Retention(count, bytes, most);
  }
}
