package dev.millrace.stream;

/**
 * Is told when streams begin and end: the place for metrics and access logs. Called on the stream's
 * virtual threads; what it throws is logged and changes nothing.
 */
public interface StreamObserver {

  /** A stream's handler is about to run. */
  default void opened(LiveStream stream) {}

  /** A stream has ended; called once, after its own cleanups. */
  default void closed(LiveStream stream, CloseReason reason, StreamStats stats) {}
}
