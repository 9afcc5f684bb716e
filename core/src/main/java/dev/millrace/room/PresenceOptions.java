package dev.millrace.room;

import java.time.Duration;

/**
 * How a room tells who is in it. A stream that joins is first given an event {@code members}, which
 * says all who were present when it was last told, and then events {@code presence} with who has
 * joined and left since, some together:
 *
 * <pre>{@code
 * event: members
 * data: {"members":[{"id":"ann","attributes":{"name":"Ann"}}],"size":1}
 *
 * event: presence
 * data: {"joined":[{"id":"bob","attributes":{}}],"left":["ann"],"size":1}
 * }</pre>
 *
 * <p>So a member finds herself in either of the two. Whoever {@code joined} and was there already
 * has other attributes now. A reader that has missed something is given {@code members} again,
 * which replaces all that it knew.
 *
 * <p>Above the threshold both say the number alone, <code>{"size":101}</code>. When the threshold
 * is crossed, up or down, everybody is given {@code members}: without a list, or with one again.
 *
 * <p>A room knows 100,000 members by their ids. Streams on this node of further ones are counted
 * each as one, without grace, and those on other nodes are not. Immutable.
 *
 * @param batch how often changes are told at most: what happens within this time after a change is
 *     told with it, and who has come and gone again is not told at all; zero to 1 minute; 250 ms
 * @param grace how long a member counts as present after her last stream has ended, for reconnects;
 *     zero to 1 day; 5 s. Also when the node ends that her stream was on
 * @param threshold with more members than this only their number is told; 1 to 10,000; 100
 */
public record PresenceOptions(Duration batch, Duration grace, int threshold) {

  /** What holds unless something else is set. */
  public static final PresenceOptions DEFAULT =
      new PresenceOptions(Duration.ofMillis(250), Duration.ofSeconds(5), 100);

  private static final int MOST_LISTED = 10_000;

  /**
   * Checks all three.
   *
   * @throws IllegalArgumentException says which is out of its bounds
   */
  public PresenceOptions {
    check("batch", batch, Duration.ofMinutes(1));
    check("grace", grace, Duration.ofDays(1));
    if (threshold < 1 || threshold > MOST_LISTED) {
      throw new IllegalArgumentException(
          "threshold: %d (expected: 1 to %d)".formatted(threshold, MOST_LISTED));
    }
  }

  private static void check(String what, Duration time, Duration most) {
    if (time.isNegative() || time.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "%s: %s (expected: zero to %s)".formatted(what, time, most));
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
