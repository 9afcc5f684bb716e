package dev.millrace.test;

import static dev.millrace.test.Eventually.eventually;

import dev.millrace.engine.Counters;
import dev.millrace.time.Timeout;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MemoryLoopTest {

  /** A loop that woke by itself could be between two alarms when the clock asks what is due. */
  @Test
  void waitsForTheFakeClockAloneHoweverSoonItsNextTimerIs() {
    FakeClock clock = new FakeClock();
    MemoryLoop loop = new MemoryLoop(clock, new Counters());
    AtomicReference<Thread> thread = new AtomicReference<>();
    loop.start();
    try {
      loop.execute(() -> {
        thread.set(Thread.currentThread());
        loop.timers()
            .schedule(
                new Timeout() {
                  @Override
                  protected void expired() {}
                },
                Duration.ofHours(1).toNanos());
      });
      loop.passThrough();
      eventually("it waits", () -> thread.get().getState() == Thread.State.WAITING);
    } finally {
      loop.stop();
    }
  }
}
