package dev.millrace.stream;

import org.jspecify.annotations.Nullable;

/**
 * How one wire writes what streams are made of. Without state: what is written is the same for
 * every reader, so that it can be shared.
 */
interface WireFormat {

  /** Whether text is sent as it is, or as a JSON string. */
  boolean keepsText();

  /** What stands before the first event. */
  default void begin(StreamOptions options, ByteBuilder out) {}

  /** What stands between two events. */
  default void separate(ByteBuilder out) {}

  /**
   * One event.
   *
   * @param event its data is as {@link Wire#encode} made it
   */
  void event(Event event, ByteBuilder out);

  /**
   * Refuses an event that cannot be written, outside all locks.
   *
   * @throws IllegalArgumentException says what does not fit
   */
  default void check(Event event) {}

  /** A comment, where the wire has such a thing. */
  default void comment(String text, ByteBuilder out) {}

  /** Something that keeps the connection alive and that readers skip; nothing if there is none. */
  default void heartbeat(@Nullable String eventName, ByteBuilder out) {}

  /** Tells the client where it is in the order of all messages of rooms. */
  default void position(String id, ByteBuilder out) {}

  /** Tells the client when to come back, where the wire can. */
  default void retry(long millis, ByteBuilder out) {}

  /** What stands after the last event. */
  default void end(ByteBuilder out) {}
}
