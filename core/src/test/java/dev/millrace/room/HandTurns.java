package dev.millrace.room;

import dev.millrace.stream.Turns;
import dev.millrace.time.TimeSource;
import dev.millrace.time.TimerWheel;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A loop that turns when the test says so, and whose time the test moves. */
final class HandTurns implements Turns, TimeSource {
  private static final long STEP = Duration.ofMillis(5).toNanos();
  private static final int MOST_STEPS = 5000;

  /** What it has still to do. */
  final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /** How often something was left for when it has looked at its sockets. */
  int yields;

  private volatile long now = 1_000_000_000_000L;
  private final TimerWheel timers = new TimerWheel(this, nanos -> {});
  private volatile @Nullable Thread turning;

  @Override
  public TimerWheel timers() {
    if (!inLoop()) {
      throw new AssertionError("the timers are the loop's");
    }
    return timers;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void nextTurn(Runnable task) {
    yields++;
    tasks.add(task);
  }

  @Override
  public boolean inLoop() {
    return Thread.currentThread().equals(turning);
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public Instant instant() {
    return Instant.EPOCH.plusNanos(now);
  }

  /** Milliseconds since the beginning. */
  long millis() {
    return now / 1_000_000 - 1_000_000;
  }

  /** How many timers wait. */
  int waiting() {
    return timers.size();
  }

  /** Runs what has been left here, and what that leaves. */
  void turn() {
    while (!tasks.isEmpty()) {
      step();
    }
  }

  /** Runs one of the things that have been left here. */
  void step() {
    turning = Thread.currentThread();
    tasks.remove().run();
    turning = null;
  }

  /** Lets time pass, a little at a time. */
  void pass(Duration time) {
    long end = now + time.toNanos();
    long step = Math.max(STEP, time.toNanos() / MOST_STEPS);
    turn();
    while (now < end) {
      now = Math.min(end, now + step);
      turning = Thread.currentThread();
      timers.advance();
      turn();
    }
  }
}
