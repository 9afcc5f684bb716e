package dev.millrace.netty;

import dev.millrace.time.Timeout;
import java.util.ArrayList;
import java.util.List;

/**
 * Resets the streams of an HTTP/2 connection whose client leaves a window shut for too long while
 * bytes wait for it. Looks only while there are such streams. Belongs to the loop.
 */
final class WindowStall extends Timeout {
  private static final int LOOKS = 4;

  private final Http2Connection connection;
  private final long allowedNanos;

  WindowStall(Http2Connection connection, long allowedNanos) {
    this.connection = connection;
    this.allowedNanos = allowedNanos;
  }

  /** Notes that a stream cannot send what it has. */
  void watch(Http2Exchange exchange) {
    exchange.blocked(now());
    if (!isScheduled()) {
      again();
    }
  }

  @Override
  protected void expired() {
    long now = now();
    boolean[] blocked = {false};
    List<Http2Exchange> stalled = new ArrayList<>();
    connection.forEachExchange(exchange -> {
      long since = exchange.blockedSince();
      if (since != 0 && now - since >= allowedNanos) {
        stalled.add(exchange);
      }
      blocked[0] |= since != 0;
    });
    stalled.forEach(Http2Exchange::stalled);
    if (blocked[0]) {
      again();
    }
  }

  private long now() {
    return connection.loop().time().nanoTime();
  }

  private void again() {
    connection.loop().timers().schedule(this, allowedNanos / LOOKS);
  }
}
