package dev.millrace.room;

/** A stream in a room. It ends with the stream. */
public interface Membership extends Room, Audience, AutoCloseable {

  /**
   * Leaves: when this returns, nothing more of this room is begun to be given. Waits for the
   * connection's loop, a moment. Does nothing when that has been done. A stream whose handler has
   * returned and that has nothing else attached ends.
   */
  void leave();

  /** Leaves. */
  @Override
  default void close() {
    leave();
  }
}
