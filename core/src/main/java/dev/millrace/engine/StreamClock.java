package dev.millrace.engine;

import dev.millrace.time.Timeout;

/**
 * All that a stream does by the clock itself, in one entry of the wheel: send the head after 100
 * ms, and send heartbeats. It looks again when the next of these can be due; sending moves nothing.
 */
final class StreamClock extends Timeout {
  private static final long HEAD_NANOS = 100_000_000;

  private final StreamSession session;
  private final long heartbeatNanos;
  private boolean stopped;

  StreamClock(StreamSession session, long heartbeatNanos) {
    this.session = session;
    this.heartbeatNanos = heartbeatNanos;
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

  @Override
  protected void expired() {
    session.open();
    if (heartbeatNanos == 0) {
      return;
    }
    long silent = session.time().nanoTime() - session.outbound().lastRead();
    if (silent >= heartbeatNanos) {
      // Does nothing where bytes wait already.
      session.heartbeat();
      silent = 0;
    }
    again(heartbeatNanos - silent);
  }

  private void again(long delayNanos) {
    session.loop().timers().schedule(this, delayNanos);
  }
}
