package dev.millrace.cluster;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener of one room. Whatever it throws is logged, and hurts neither others nor a sender.
 */
final class MemorySubscription implements Link.Subscription {
  private static final Logger log = LoggerFactory.getLogger(MemorySubscription.class);

  final MemoryLink link;
  final MemoryRoom room;
  private final Link.Listener listener;
  private volatile boolean ended;

  MemorySubscription(MemoryLink link, MemoryRoom room, Link.Listener listener) {
    this.link = link;
    this.room = room;
    this.listener = listener;
  }

  void history(History history) {
    if (!ended) {
      try {
        listener.history(history);
      } catch (Throwable e) {
        failed("history", e);
      }
    }
  }

  void entry(Stored stored) {
    if (!ended) {
      try {
        listener.entry(stored);
      } catch (Throwable e) {
        failed("entry", e);
      }
    }
  }

  /** Not under the lock. */
  void delivered() {
    if (!ended) {
      try {
        listener.delivered();
      } catch (Throwable e) {
        failed("delivered", e);
      }
    }
  }

  void present(String node, String member, byte @Nullable [] attributes) {
    if (!ended) {
      try {
        listener.present(node, member, attributes);
      } catch (Throwable e) {
        failed("present", e);
      }
    }
  }

  private void failed(String call, Throwable e) {
    log.error("room \"{}\": {} of its listener failed; it is called further", room.name, call, e);
  }

  /** Calls the listener no more. */
  void end() {
    ended = true;
  }

  @Override
  public void close() {
    if (!ended) {
      end();
      link.unsubscribe(this);
    }
  }
}
