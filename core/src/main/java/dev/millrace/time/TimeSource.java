package dev.millrace.time;

import java.time.Instant;

/**
 * Where a server reads the time. Everything that waits or stamps in Millrace asks one of these, so
 * a test can put a clock of its own in its place.
 *
 * <p>All methods may be called from any thread and never block.
 */
public interface TimeSource {

  /** The machine's clocks. */
  static TimeSource system() {
    return SystemTime.INSTANCE;
  }

  /**
   * A time in nanoseconds that never goes back and has no relation to the calendar. Compare two
   * values by their difference, as with {@link System#nanoTime()}.
   */
  long nanoTime();

  /** The calendar's time. */
  Instant instant();

  /**
   * Registers a listener that is told when the time has jumped instead of passing, which only a
   * test's clock does. Timers that were waiting in real time must look at the clock again then. A
   * source whose time only passes ignores the listener.
   *
   * @param listener called on the thread that moved the clock, which goes on when it returns
   */
  default void onJump(Runnable listener) {}
}
