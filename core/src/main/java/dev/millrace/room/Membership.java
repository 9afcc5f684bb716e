package dev.millrace.room;

/** A stream in a room. It ends with the stream. */
public interface Membership extends Room, Audience, AutoCloseable {

  /**
   * Leaves. What is being given at that moment may still come, nothing else. Does nothing when that
   * has been done. A stream whose handler has returned and that has nothing else attached ends.
   */
  void leave();

  /** Leaves. */
  @Override
  default void close() {
    leave();
  }
}
