package dev.millrace.room;

import java.time.Duration;

/**
 * How a room tells who is in it. A member that joins is first given an event {@code members} with
 * all who are present, and then events {@code presence} with who has joined and left, some
 * together. Immutable.
 *
 * @param batch how often changes are told at most, zero or more; 250 ms
 * @param grace how long a member counts as present after her last stream has ended, for reconnects;
 *     zero or more; 5 s
 * @param threshold with more members than this only their number is told; 1 or more; 100
 */
public record PresenceOptions(Duration batch, Duration grace, int threshold) {

  /** What holds unless something else is set. */
  public static final PresenceOptions DEFAULT =
      new PresenceOptions(Duration.ofMillis(250), Duration.ofSeconds(5), 100);

  /** Checks all three. */
  public PresenceOptions {
    if (batch.isNegative() || grace.isNegative()) {
      throw new IllegalArgumentException(
          "batch: %s, grace: %s (expected: zero or more)".formatted(batch, grace));
    }
    if (threshold < 1) {
      throw new IllegalArgumentException("threshold: " + threshold + " (expected: 1 or more)");
    }
  }

  /** The same with another time between two events. */
  public PresenceOptions batch(Duration time) {
    return new PresenceOptions(time, grace, threshold);
  }

  /** The same with another time for reconnects. */
  public PresenceOptions grace(Duration time) {
    return new PresenceOptions(batch, time, threshold);
  }

  /** The same with another threshold. */
  public PresenceOptions threshold(int members) {
    return new PresenceOptions(batch, grace, members);
  }
}
