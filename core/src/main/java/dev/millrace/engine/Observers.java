package dev.millrace.engine;

import dev.millrace.stream.CloseReason;
import dev.millrace.stream.LiveStream;
import dev.millrace.stream.StreamObserver;
import dev.millrace.stream.StreamStats;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All observers as one that never throws. */
final class Observers {
  private static final Logger log = LoggerFactory.getLogger(Observers.class);

  private final List<StreamObserver> observers;

  Observers(List<StreamObserver> observers) {
    this.observers = List.copyOf(observers);
  }

  boolean isEmpty() {
    return observers.isEmpty();
  }

  void opened(LiveStream stream) {
    for (StreamObserver observer : observers) {
      try {
        observer.opened(stream);
      } catch (Throwable t) {
        log.error("an observer failed; the stream goes on", t);
      }
    }
  }

  void closed(LiveStream stream, CloseReason reason, StreamStats stats) {
    for (StreamObserver observer : observers) {
      try {
        observer.closed(stream, reason, stats);
      } catch (Throwable t) {
        log.error("an observer failed; the others are still told", t);
      }
    }
  }
}
