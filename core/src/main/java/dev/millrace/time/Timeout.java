package dev.millrace.time;

import org.jspecify.annotations.Nullable;

/**
 * Something that is due at a time on a {@link TimerWheel}. It is a link of the wheel's own lists,
 * so that scheduling, moving and cancelling allocate nothing.
 *
 * <p>A timeout belongs to one wheel at a time and is touched only by the thread that owns that
 * wheel.
 */
public abstract class Timeout {
  @Nullable Timeout previous;
  @Nullable Timeout next;
  long deadline;
  int slot;
  boolean scheduled;

  /** For subclasses. */
  protected Timeout() {}

  /**
   * The time has come. Runs on the wheel's thread, must not block, and may schedule itself again.
   */
  protected abstract void expired();

  /** Whether it waits on a wheel. */
  public final boolean isScheduled() {
    return scheduled;
  }
}
