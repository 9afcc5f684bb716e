package dev.millrace.engine;

import dev.millrace.time.Timeout;

/**
 * All that a stream does by the clock itself, in one entry of the wheel: send the head after 100
 * ms, and then whatever its session says. It looks again when the next of these can be due; sending
 * moves nothing.
 */
final class StreamClock extends Timeout {
  private static final long HEAD_NANOS = 100_000_000;

  private final StreamSession session;
  private boolean stopped;

  StreamClock(StreamSession session) {
    this.session = session;
  }

  void start() {
    session
        .loop()
        .execute(() -> {
          if (!stopped) {
            again(HEAD_NANOS);
          }
        });
  }

  /** On the loop. */
  void stop() {
    stopped = true;
    session.loop().timers().cancel(this);
  }

  /** Looks again after a time, which is sooner than it would have. On the loop. */
  void lookAfter(long delayNanos) {
    if (!stopped) {
      again(delayNanos);
    }
  }

  @Override
  protected void expired() {
    long next = session.tick();
    if (next > 0 && !stopped) {
      again(next);
    }
  }

  private void again(long delayNanos) {
    session.loop().timers().schedule(this, delayNanos);
  }
}
