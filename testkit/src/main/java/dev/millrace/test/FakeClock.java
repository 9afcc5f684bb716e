package dev.millrace.test;

import dev.millrace.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;

/**
 * A clock that stands still until a test moves it. Give it to a server with {@link
 * dev.millrace.ServerOptions#time}; {@link TestApp#inMemory(dev.millrace.Millrace)} brings one.
 *
 * <pre>{@code
 * app.clock().advance(Duration.ofSeconds(3));
 * assertThat(ticks.awaitEvents(3)).hasSize(3);
 * }</pre>
 *
 * <p><b>In memory</b> time goes from one due timer to the next. Each step waits until the engine
 * and the handlers, timers and cleanups that it has woken are done or wait for something other than
 * time, and the test's sockets have answered what they answer by themselves. So each run of a timer
 * sees the time at which it was due, and none is left out. A task that works on for more than a
 * second of real time is not waited for any longer.
 *
 * <p><b>Over a port</b> time goes in at most 1,000 steps of at least 10 ms, and the engine is told
 * of each; but nothing waits for it, and a timer that was due several times may run once. Advance
 * by one period at a time there, and await what it sends.
 *
 * <p>All methods may be called from any thread; advances take turns. A clock keeps what listens to
 * it: make one for each server.
 */
public final class FakeClock implements TimeSource {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final long MILLI = 1_000_000;
  private static final long LEAST_STEP = 10 * MILLI;
  private static final int MOST_STEPS = 1000;

  /** Who must have done all that is due before the clock moves on: the engine in memory. */
  interface Follower {

    /** Waits until everything that was due has been done. */
    void settle();

    /** The end of the next tick in which something is due; {@link Long#MAX_VALUE} for none. */
    long nextTick();
  }

  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final List<Follower> followers = new CopyOnWriteArrayList<>();
  private final Instant start;
  private final Object turn = new Object();
  private volatile long now;

  /** A clock that stands at 2026-01-01T00:00:00Z. */
  public FakeClock() {
    this(START);
  }

  /** A clock that stands at a time of the caller's. */
  public FakeClock(Instant start) {
    this.start = start;
  }

  /** Nanoseconds since the clock's start. */
  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public Instant instant() {
    return start.plusNanos(now);
  }

  /** Adds a listener for as long as the clock lives; it is told of each step. */
  @Override
  public void onJump(Runnable listener) {
    listeners.add(listener);
  }

  /**
   * Moves the time on. Blocks as the class says.
   *
   * @param time zero or more; zero waits for what is due now
   * @throws IllegalArgumentException when it is negative: this clock never goes back
   */
  public void advance(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time: " + time + " (expected: zero or more)");
    }
    synchronized (turn) {
      long end = Math.addExact(now, time.toNanos());
      long stride = Math.max(LEAST_STEP, (end - now) / MOST_STEPS);
      settle();
      while (now < end) {
        long next = followers.isEmpty() ? now + stride : nextStep();
        now = Math.min(end, next);
        listeners.removeIf(FakeClock::hasStopped);
        settle();
      }
    }
  }

  /** Whether an engine that listened has stopped. */
  private static boolean hasStopped(Runnable listener) {
    try {
      listener.run();
      return false;
    } catch (RejectedExecutionException e) {
      return true;
    }
  }

  private void settle() {
    followers.forEach(Follower::settle);
  }

  /**
   * The next time at which something may be due. Within a tick (some 8 ms) that holds a timer these
   * are its whole milliseconds, so that a timer of whole milliseconds fires exactly.
   */
  private long nextStep() {
    long tickEnd = followers.stream().mapToLong(Follower::nextTick).min().orElse(Long.MAX_VALUE);
    if (tickEnd == Long.MAX_VALUE) {
      return tickEnd;
    }
    long tickStart = tickEnd - MemoryLoop.TICK;
    long whole = (Math.max(now, tickStart) / MILLI + 1) * MILLI;
    return Math.max(now + 1, Math.min(whole, tickEnd));
  }

  void follow(Follower follower) {
    followers.add(follower);
  }

  void unfollow(Follower follower) {
    followers.remove(follower);
  }

  @Override
  public String toString() {
    return "FakeClock[" + instant() + "]";
  }
}
