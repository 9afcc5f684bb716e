package dev.millrace.room;

import dev.millrace.cluster.Position;
import dev.millrace.stream.Event;
import org.jspecify.annotations.Nullable;

/**
 * Whom a message can be sent to. Sending appends it to the room's log and returns; it does not wait
 * for readers, but in rooms that {@linkplain SlowReaders#waitFor wait for them}. Messages of one
 * thread are in its order, and all members get them in the same one.
 *
 * <p>From any thread. Behind a cluster's backplane it blocks until the message is stored.
 */
public interface Recipients {

  /**
   * Sends data.
   *
   * @param data text is text; a {@code byte[]} or a binary {@link dev.millrace.stream.Message} is
   *     bytes (a binary message on a WebSocket, base64 elsewhere); anything else is written as
   *     JSON; an {@link Event} is sent as one
   * @return where the message is in the order of all messages
   * @throws IllegalArgumentException when the data cannot be written, or are longer than {@link
   *     RoomOptions#maxPayload()}; nothing is sent then
   */
  Position send(@Nullable Object data);

  /** Sends data under a name; otherwise as {@link #send(Object)}. */
  Position send(String name, @Nullable Object data);

  /**
   * Sends an event; otherwise as {@link #send(Object)}. Its key is for rooms that {@linkplain
   * SlowReaders#conflateByKey conflate}.
   *
   * @throws IllegalArgumentException when it has an id, because messages of rooms have positions
   *     instead, or a retry time
   */
  Position send(Event event);
}
