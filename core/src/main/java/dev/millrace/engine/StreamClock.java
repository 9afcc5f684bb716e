package dev.millrace.engine;

import dev.millrace.time.TimeSource;
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
  private final Loop loop;
  private final TimeSource time;
  private final long heartbeatNanos;
  private final long stallNanos;
  private long stuckSince;
  private long readWhenStuck;
  private boolean stuck;
  private boolean stopped;

  StreamClock(
      StreamSession session, Loop loop, TimeSource time, long heartbeatNanos, long stallNanos) {
    this.session = session;
    this.loop = loop;
    this.time = time;
    this.heartbeatNanos = heartbeatNanos;
    this.stallNanos = stallNanos;
  }

  void start() {
    loop.execute(() -> {
      if (!stopped) {
        loop.timers().schedule(this, HEAD_NANOS);
      }
    });
  }

  /** On the loop. */
  void stop() {
    stopped = true;
    loop.timers().cancel(this);
  }

  @Override
  protected void expired() {
    session.open();
    long now = time.nanoTime();
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
      loop.timers().schedule(this, Math.min(stallNanos, LOOK_NANOS));
      return;
    }
    stuck = false;
    if (heartbeatNanos == 0) {
      loop.timers().schedule(this, Math.min(stallNanos, LOOK_NANOS));
      return;
    }
    long silent = now - lastRead;
    if (silent >= heartbeatNanos) {
      session.heartbeat();
      silent = 0;
    }
    loop.timers().schedule(this, Math.min(heartbeatNanos - silent, LOOK_NANOS));
  }
}
