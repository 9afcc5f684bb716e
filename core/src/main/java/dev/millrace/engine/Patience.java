package dev.millrace.engine;

import dev.millrace.time.Timeout;
import java.time.Duration;

/** How long somebody waits for a message: by the loop's clock, which a test may move. */
final class Patience extends Timeout {
  private final Loop loop;
  private final Inbox inbox;
  private volatile boolean over;

  Patience(Loop loop, Inbox inbox) {
    this.loop = loop;
    this.inbox = inbox;
  }

  void begin(Duration time) {
    loop.execute(() -> loop.timers().schedule(this, time.toNanos()));
  }

  void end() {
    loop.execute(() -> loop.timers().cancel(this));
  }

  boolean isOver() {
    return over;
  }

  @Override
  protected void expired() {
    over = true;
    inbox.wakeAll();
  }
}
