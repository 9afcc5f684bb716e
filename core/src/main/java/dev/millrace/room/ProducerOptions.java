package dev.millrace.room;

import java.time.Duration;

/**
 * How long a producer may go on. Immutable.
 *
 * @param idle how long it goes on while nobody listens on this node, from its start on; more than
 *     zero; 30 s
 */
public record ProducerOptions(Duration idle) {

  /** What holds unless something else is set. */
  public static final ProducerOptions DEFAULT = new ProducerOptions(Duration.ofSeconds(30));

  /**
   * Checks the time.
   *
   * @throws IllegalArgumentException when it is not more than zero
   */
  public ProducerOptions {
    if (!idle.isPositive()) {
      throw new IllegalArgumentException("idle: " + idle + " (expected: more than zero)");
    }
  }

  /** The same with another time. */
  public ProducerOptions idle(Duration time) {
    return new ProducerOptions(time);
  }
}
