package dev.millrace.engine;

import dev.millrace.time.TimeSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How far the handlers have got with what clients of {@code millrace.v1} number. Such a client
 * sends anew what was not acknowledged before its connection broke, and only the server knows what
 * of that had arrived.
 *
 * <p>A client is heard one message at a time, whatever the number of its connections: what comes on
 * the next one may come while the last is still being heard.
 *
 * <p>The clients that have been silent longest are forgotten first. Their messages are not lost by
 * that: one that comes again is heard again.
 */
final class Outboxes {
  /** About 10 MiB. */
  static final int MOST = 65_536;

  /** For a listener that does not come back. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

  private final Map<String, Outbox> clients = new LinkedHashMap<>(16, 0.75f, true);
  private final Counters counters;

  /** One client. Its monitor guards it. */
  private static final class Outbox {
    private long last;
    private boolean heard;
  }

  Outboxes(Counters counters) {
    this.counters = counters;
  }

  /**
   * Notes that a message is about to be heard, to be followed by {@link #ended}.
   *
   * @param waits for an earlier one of the client that is being heard; not on the loop
   * @return {@code false} when it has been heard: then nothing is to follow
   */
  boolean begins(Numbered message, boolean waits) {
    Outbox outbox = of(message.client());
    synchronized (outbox) {
      if (waits) {
        await(outbox);
      }
      if (message.number() <= outbox.last) {
        return false;
      }
      outbox.last = message.number();
      outbox.heard = true;
      return true;
    }
  }

  private static void await(Outbox outbox) {
    TimeSource time = TimeSource.system();
    long deadline = time.nanoTime() + PATIENCE;
    try {
      for (long left = PATIENCE; outbox.heard && left > 0; left = deadline - time.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(outbox, left);
      }
    } catch (InterruptedException e) {
      // The socket has ended, and nobody is to hear this any more.
      Thread.currentThread().interrupt();
    }
  }

  /** The message has been heard, however that went. */
  void ended(Numbered message) {
    Outbox outbox = of(message.client());
    synchronized (outbox) {
      outbox.heard = false;
      outbox.notifyAll();
    }
  }

  private synchronized Outbox of(String client) {
    Outbox outbox = clients.get(client);
    if (outbox == null) {
      outbox = new Outbox();
      clients.put(client, outbox);
      if (clients.size() > MOST) {
        clients.remove(clients.keySet().iterator().next());
        counters.count(Limit.OUTBOXES);
      }
    }
    return outbox;
  }
}
