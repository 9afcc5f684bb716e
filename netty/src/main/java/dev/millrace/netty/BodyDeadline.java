package dev.millrace.netty;

import dev.millrace.engine.BodyPipe;
import dev.millrace.time.Timeout;
import dev.millrace.time.TimerWheel;

/**
 * Refuses a request's body that stops coming (RFC 9110, section 15.5.9) while a handler waits for
 * it. A handler that does not read what is there is nobody's fault. Belongs to the loop.
 */
final class BodyDeadline extends Timeout {
  private final BodyPipe body;
  private final TimerWheel timers;
  private final long nanos;

  BodyDeadline(BodyPipe body, TimerWheel timers, long nanos) {
    this.body = body;
    this.timers = timers;
    this.nanos = nanos;
  }

  /** The handler waits from now on, or something has come. */
  void restart() {
    timers.schedule(this, nanos);
  }

  /** The body is whole, or not wanted any more. */
  void cancel() {
    timers.cancel(this);
  }

  @Override
  protected void expired() {
    if (body.waiting() > 0) {
      restart();
    } else {
      body.late();
    }
  }
}
