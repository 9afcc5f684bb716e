package dev.millrace.engine;

import dev.millrace.stream.Task;
import dev.millrace.stream.Timer;
import dev.millrace.time.Timeout;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A timer of a stream: waits on the loop's wheel, runs in the stream's mailbox. While a run waits
 * or works, the runs that fall due are left out, so they never overlap or pile up.
 */
final class StreamTimer extends Timeout implements Timer, AutoCloseable {
  private final StreamSession session;
  private final Loop loop;
  private final Task task;
  private final long periodNanos;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicBoolean cancelled = new AtomicBoolean();

  /** By the beat of the first run: a wheel that fires late does not move the runs that follow. */
  private long due;

  /**
   * Not running yet.
   *
   * @param periodNanos zero for a timer that runs once
   */
  StreamTimer(StreamSession session, Loop loop, Task task, long periodNanos) {
    this.session = session;
    this.loop = loop;
    this.task = task;
    this.periodNanos = periodNanos;
  }

  void start(long delayNanos) {
    session.counters().timers.incrementAndGet();
    due = session.time().nanoTime() + delayNanos;
    loop.execute(() -> {
      if (!cancelled.get()) {
        loop.timers().schedule(this, due - session.time().nanoTime());
      }
    });
  }

  @Override
  protected void expired() {
    if (cancelled.get()) {
      return;
    }
    if (periodNanos > 0) {
      long now = session.time().nanoTime();
      due += periodNanos * (1 + Math.max(0, now - due) / periodNanos);
      loop.timers().schedule(this, due - now);
    }
    if (busy.compareAndSet(false, true)) {
      session.begin(this::run);
    }
  }

  private void run() {
    try {
      if (!cancelled.get()) {
        task.run();
      }
    } catch (Throwable t) {
      session.failed(t);
    } finally {
      busy.set(false);
      if (periodNanos == 0) {
        cancel();
      }
    }
  }

  @Override
  public void cancel() {
    if (cancelled.compareAndSet(false, true)) {
      session.counters().timers.decrementAndGet();
      loop.execute(() -> loop.timers().cancel(this));
      session.detached(this);
    }
  }

  @Override
  public void close() {
    cancel();
  }
}
