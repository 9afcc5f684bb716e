package dev.millrace.room;

import dev.millrace.cluster.Position;
import dev.millrace.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Makes senders wait for the slowest reader of a room, for {@link SlowReaders#waitFor}.
 *
 * <p>Where a reader is, only its loop knows. So a sender that finds the log full asks the loops for
 * the lowest place of all, and if that is in its way waits until some reader has been given
 * something, and asks again. Readers only go forward, so an answer holds until the log has got
 * there: that is once for each time that the log is filled.
 */
final class Pacing {
  private final LiveRoom room;

  /** No reader was below this when it was asked for. */
  private volatile long slowest;

  private volatile int waiting;

  /** How often readers have been given something. Guarded by the monitor. */
  private long moves;

  /** Held while a sender waits and appends: what it has waited for, another one must not take. */
  private final Object turn = new Object();

  Pacing(LiveRoom room) {
    this.room = room;
  }

  /** A reader has come, from anywhere in the log. On its loop. */
  void joined() {
    slowest = 0;
  }

  /** A reader has been given something. On its loop. */
  void moved() {
    if (waiting > 0) {
      synchronized (this) {
        moves++;
        notifyAll();
      }
    }
  }

  /**
   * Appends, when the log does not overtake a reader with that, or the time is over and those who
   * are in the way have been disconnected.
   *
   * @param length of what is appended
   */
  Position append(Duration most, int length, TimeSource time, Supplier<Position> append) {
    synchronized (turn) {
      await(most, length, time);
      return append.get();
    }
  }

  private void await(Duration most, int length, TimeSource time) {
    if (!isInTheWay(length)) {
      return;
    }
    room.tally().waited();
    long deadline = time.nanoTime() + most.toNanos();
    begin();
    try {
      while (isInTheWay(length)) {
        long before = moves();
        measure();
        if (isInTheWay(length) && !awaitMove(before, deadline - time.nanoTime())) {
          disconnect(room.ring().goesFor(length));
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the sender waited for readers", e);
    } finally {
      end();
    }
  }

  private synchronized void begin() {
    waiting++;
  }

  private synchronized void end() {
    waiting--;
  }

  private synchronized long moves() {
    return moves;
  }

  /** Waits for a reader to move; {@code false} when the time is over. */
  private synchronized boolean awaitMove(long before, long nanos) throws InterruptedException {
    if (nanos <= 0) {
      return false;
    }
    if (moves == before) {
      TimeUnit.NANOSECONDS.timedWait(this, nanos);
    }
    return true;
  }

  private boolean isInTheWay(int length) {
    long last = room.ring().goesFor(length);
    return last > 0 && slowest <= last;
  }

  /** Asks all loops where their slowest reader is. */
  private void measure() throws InterruptedException {
    Section[] sections = room.sections();
    CountDownLatch answers = new CountDownLatch(sections.length);
    long[] places = new long[sections.length];
    for (int i = 0; i < sections.length; i++) {
      int at = i;
      Section section = sections[i];
      section.lane.turns.execute(() -> {
        places[at] = section.slowest();
        answers.countDown();
      });
    }
    // A loop that has stopped does not answer: then its readers have gone.
    if (answers.await(1, TimeUnit.SECONDS)) {
      long lowest = Long.MAX_VALUE;
      for (long place : places) {
        lowest = Math.min(lowest, place);
      }
      slowest = lowest;
    }
  }

  /** Ends the patience with those who are in the way. */
  private void disconnect(long last) {
    for (Section section : room.sections()) {
      section.lane.turns.execute(() -> section.disconnect(last));
    }
  }
}
