package dev.millrace.engine;

import dev.millrace.time.Timeout;

/**
 * All that a stream does by the clock itself, in one entry of the wheel: send the head after 100
 * ms, send heartbeats, notice a reader that takes nothing. It looks again when the next of these
 * can be due; sending moves nothing.
 */
final class StreamClock extends Timeout {
  private static final long HEAD_NANOS = 100_000_000;
  private static final long LOOK_NANOS = 15_000_000_000L;

  private final StreamSession session;
  private final long heartbeatNanos;
  private long stuckSince;
  private long readWhenStuck;
  private boolean stuck;
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
    long now = session.time().nanoTime();
    long stallNanos = session.stallNanos();
    var outbound = session.outbound();
    long lastRead = outbound.lastRead();
    if (outbound.available() > 0) {
      if (!stuck || readWhenStuck != lastRead) {
        stuck = true;
        stuckSince = now;
        readWhenStuck = lastRead;
      } else if (now - stuckSince >= stallNanos) {
        session.stalled();
        return;
      }
      again(Math.min(stallNanos, LOOK_NANOS));
      return;
    }
    stuck = false;
    if (heartbeatNanos == 0) {
      again(Math.min(stallNanos, LOOK_NANOS));
      return;
    }
    long silent = now - lastRead;
    if (silent >= heartbeatNanos) {
      session.heartbeat();
      silent = 0;
    }
    again(Math.min(heartbeatNanos - silent, Math.min(stallNanos, LOOK_NANOS)));
  }

  private void again(long delayNanos) {
    session.loop().timers().schedule(this, delayNanos);
  }
}
