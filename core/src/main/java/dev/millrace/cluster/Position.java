package dev.millrace.cluster;

import java.util.Optional;

/**
 * A place in the one order of all messages of an application, whatever their rooms: behind the
 * message that has it. Written {@code epoch.sequence}, which is what clients are given as the id of
 * an event and send back to go on from there. Immutable.
 *
 * @param epoch names the order; another one begins when what was kept is lost. 1 to 32 letters,
 *     digits, {@code -} or {@code _} of ASCII
 * @param sequence the number of the message, from 1; 0 is before all of them
 */
public record Position(String epoch, long sequence) implements Comparable<Position> {
  private static final int MOST_EPOCH = 32;

  /** As many as {@link Long#MAX_VALUE} has. */
  private static final int MOST_DIGITS = 19;

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException when they are not as above; says which
   */
  public Position {
    if (!isEpoch(epoch)) {
      throw new IllegalArgumentException(
          "epoch of %d characters (expected: 1 to 32 letters, digits, - or _)"
              .formatted(epoch.length()));
    }
    if (sequence < 0) {
      throw new IllegalArgumentException("sequence: " + sequence + " (expected: zero or more)");
    }
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @return empty for anything else; never throws, because clients send it
   */
  public static Optional<Position> parse(String text) {
    int dot = text.length() > MOST_EPOCH + 1 + MOST_DIGITS ? -1 : text.indexOf('.');
    if (dot < 0 || !isEpoch(text.substring(0, dot))) {
      return Optional.empty();
    }
    String digits = text.substring(dot + 1);
    boolean canonical =
        !digits.isEmpty()
            && digits.chars().allMatch(c -> c >= '0' && c <= '9')
            && (digits.length() == 1 || digits.charAt(0) != '0');
    if (!canonical) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Position(text.substring(0, dot), Long.parseLong(digits)));
    } catch (NumberFormatException e) {
      // Above the largest number.
      return Optional.empty();
    }
  }

  /** Without a stream: each message that is appended has one checked. */
  private static boolean isEpoch(String epoch) {
    if (epoch.isEmpty() || epoch.length() > MOST_EPOCH) {
      return false;
    }
    for (int i = 0; i < epoch.length(); i++) {
      char c = epoch.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_';
      if (!allowed) {
        return false;
      }
    }
    return true;
  }

  /** The same epoch at another message. */
  public Position at(long newSequence) {
    return new Position(epoch, newSequence);
  }

  /**
   * Which of two positions of one epoch is earlier.
   *
   * @throws IllegalArgumentException when the epochs differ: then nobody knows
   */
  @Override
  public int compareTo(Position other) {
    if (!epoch.equals(other.epoch)) {
      throw new IllegalArgumentException(
          "positions %s and %s of two epochs (expected: of one)".formatted(this, other));
    }
    return Long.compare(sequence, other.sequence);
  }

  @Override
  public String toString() {
    return epoch + '.' + sequence;
  }
}
