package dev.millrace.stream;

/** A timer of a stream, as {@link LiveStream#every} and {@link LiveStream#after} make them. */
public interface Timer {

  /**
   * Stops the timer; a run that has begun goes on to its end. Does nothing when it has stopped
   * already. A stream whose handler has returned and that has nothing else attached closes with its
   * last timer. From any thread; does not block.
   */
  void cancel();
}
