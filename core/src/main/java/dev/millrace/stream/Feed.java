package dev.millrace.stream;

import org.jspecify.annotations.Nullable;

/**
 * Where an {@link Outbound} takes bytes from when all that was sent to it has left: the rooms that
 * its stream has joined. What waits here waits in the logs of the rooms; nothing is kept for this
 * stream. Belongs to the event loop.
 */
public interface Feed {

  /** Whether there may be something to give. Changes nothing. */
  boolean hasMore();

  /**
   * How many bytes can be read now: those of some whole events, and those that are left of an event
   * that has begun. They stay until {@link #settle}.
   */
  int available();

  /** Gives bytes, as {@link Outbound#read} does. */
  int read(Outbound.Sink sink, int most);

  /** Keeps nothing of what was available, but the rest of an event that has begun. */
  void settle();

  /** How many bytes are left of an event that has begun: nothing else may leave before them. */
  int rest();

  /** Of the event that has begun, gives only so many bytes more. */
  void cut(int most);

  /**
   * What comes next, to be sent past {@link #read}, which has given whole events.
   *
   * @return {@code null} for nothing
   */
  @Nullable Batch batch();

  /**
   * Notes that the first events of {@link #batch}, which has just been called, have been taken care
   * of. The stream may end with that.
   */
  void given(int events);
}
