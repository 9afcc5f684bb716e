package dev.millrace.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far the handlers have got with what clients of {@code millrace.v1} number. Such a client
 * sends anew what was not acknowledged before its connection broke, and only the server knows what
 * of that had arrived.
 *
 * <p>The clients that have been silent longest are forgotten first. Their messages are not lost by
 * that: one that comes again is heard again.
 */
final class Outboxes {
  /** About 10 MiB. */
  static final int MOST = 65_536;

  private final Map<String, Long> heard = new LinkedHashMap<>(16, 0.75f, true);
  private final Counters counters;

  Outboxes(Counters counters) {
    this.counters = counters;
  }

  /** Notes that a message is about to be heard; {@code false} when it has been. */
  synchronized boolean isNew(Numbered message) {
    Long last = heard.get(message.client());
    if (last != null && message.number() <= last) {
      return false;
    }
    heard.put(message.client(), message.number());
    if (heard.size() > MOST) {
      heard.remove(heard.keySet().iterator().next());
      counters.count(Limit.OUTBOXES);
    }
    return true;
  }
}
