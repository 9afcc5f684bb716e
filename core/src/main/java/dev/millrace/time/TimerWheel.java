package dev.millrace.time;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one event loop: heartbeats, deadlines and the users' own.
 *
 * <p>A server with a hundred thousand streams has as many timers, nearly all of which are moved
 * before they fire. So the wheel is a ring of {@value #SLOTS} lists, one per tick of about 8.4 ms.
 * A timeout hangs in the list of its tick, whichever round that is; scheduling and cancelling are a
 * few pointer writes. Each round of about 8.6 s looks at each timeout once.
 *
 * <p>An idle wheel costs nothing: it asks its {@link Alarm} to be woken at the next tick that has
 * anything in it, and not at all when it is empty.
 *
 * <p>Not thread-safe: every method belongs to the loop that owns the wheel. Timeouts fire up to one
 * tick late and never early.
 */
public final class TimerWheel {
  private static final int SLOTS = 1024;
  private static final int TICK_SHIFT = 23;
  private static final long TICK = 1L << TICK_SHIFT;

  /** How a wheel asks to be woken. */
  @FunctionalInterface
  public interface Alarm {

    /**
     * Calls {@link TimerWheel#advance()} on the wheel's thread after the given time, and not when
     * it was asked to before. An alarm that goes off too often is harmless, but each time that it
     * does it is set anew.
     *
     * @param nanos from now
     */
    void set(long nanos);
  }

  private final @Nullable Timeout[] slots = new @Nullable Timeout[SLOTS];
  private final TimeSource time;
  private final Alarm alarm;

  /** All ticks before this one have been looked at. */
  private long tick;

  /** The next timeout that {@link #fire} will look at. */
  private @Nullable Timeout cursor;

  private int size;
  private boolean alarmSet;
  private long alarmTick;

  /**
   * An empty wheel.
   *
   * @param time what the deadlines are measured by
   * @param alarm wakes the owner
   */
  public TimerWheel(TimeSource time, Alarm alarm) {
    this.time = time;
    this.alarm = alarm;
    this.tick = time.nanoTime() >> TICK_SHIFT;
  }

  /**
   * Makes a timeout due after a delay, moving it if it was waiting already.
   *
   * @param delayNanos zero or less means at the next tick
   */
  public void schedule(Timeout timeout, long delayNanos) {
    if (timeout.scheduled) {
      unlink(timeout);
    }
    timeout.deadline = time.nanoTime() + Math.max(0, delayNanos);
    link(timeout);
    wakeAt(dueTick(timeout.deadline));
  }

  /** Makes sure that a timeout does not fire. Does nothing when it is not waiting. */
  public void cancel(Timeout timeout) {
    if (timeout.scheduled) {
      unlink(timeout);
    }
  }

  /** How many timeouts wait. */
  public int size() {
    return size;
  }

  /** Fires everything that is due. */
  public void advance() {
    alarmSet = false;
    long now = time.nanoTime();
    long last = now >> TICK_SHIFT;
    // After a long sleep every list is visited once, not once per tick that was slept through.
    long first = Math.max(tick, last - SLOTS + 1);
    tick = last;
    for (long at = first; at <= last; at++) {
      fire((int) at & (SLOTS - 1), now);
    }
    // Of the tick that is running, what is due already: a test's clock may stand in its middle.
    fire((int) (last + 1) & (SLOTS - 1), now);
    if (size > 0) {
      wakeAt(nextOccupiedTick());
    }
  }

  /** Firing may schedule and cancel: {@link #unlink} moves the cursor on when its timeout goes. */
  private void fire(int slot, long now) {
    cursor = slots[slot];
    while (cursor != null) {
      Timeout timeout = cursor;
      cursor = timeout.next;
      if (timeout.deadline - now <= 0) {
        unlink(timeout);
        timeout.expired();
      }
    }
  }

  private void link(Timeout timeout) {
    int slot = (int) dueTick(timeout.deadline) & (SLOTS - 1);
    Timeout head = slots[slot];
    timeout.slot = slot;
    timeout.previous = null;
    timeout.next = head;
    if (head != null) {
      head.previous = timeout;
    }
    slots[slot] = timeout;
    timeout.scheduled = true;
    size++;
  }

  @SuppressWarnings(
      "ReferenceEquality") // a timeout is a link of lists: its identity is what counts
  private void unlink(Timeout timeout) {
    Timeout before = timeout.previous;
    Timeout after = timeout.next;
    if (timeout == cursor) {
      cursor = after;
    }
    if (before == null) {
      slots[timeout.slot] = after;
    } else {
      before.next = after;
    }
    if (after != null) {
      after.previous = before;
    }
    timeout.previous = null;
    timeout.next = null;
    timeout.scheduled = false;
    size--;
  }

  /** The first tick at whose beginning the deadline has passed: late by a tick, never early. */
  private long dueTick(long deadline) {
    return Math.max((deadline + TICK - 1) >> TICK_SHIFT, tick + 1);
  }

  private void wakeAt(long atTick) {
    if (!alarmSet || atTick < alarmTick) {
      alarmSet = true;
      alarmTick = atTick;
      alarm.set(Math.max(0, (atTick << TICK_SHIFT) - time.nanoTime()));
    }
  }

  private long nextOccupiedTick() {
    for (long at = tick + 1; at <= tick + SLOTS; at++) {
      if (slots[(int) at & (SLOTS - 1)] != null) {
        return at;
      }
    }
    return tick + SLOTS;
  }

  @Override
  public String toString() {
    long occupied = Arrays.stream(slots).filter(slot -> slot != null).count();
    return "TimerWheel[" + size + " timeouts in " + occupied + " slots]";
  }
}
