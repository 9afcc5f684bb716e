package dev.millrace.room;

import dev.millrace.cluster.Position;
import dev.millrace.stream.Event;
import org.jspecify.annotations.Nullable;

/** Sends to a room: to all of it, or to all but one stream. */
class Sender implements Recipients {
  final Rooms rooms;
  final String name;

  /** The stream that is left out, as {@link Cursor#origin} calls it. */
  private final @Nullable String leftOut;

  Sender(Rooms rooms, String name) {
    this(rooms, name, null);
  }

  private Sender(Rooms rooms, String name, @Nullable String leftOut) {
    this.rooms = rooms;
    this.name = name;
    this.leftOut = leftOut;
  }

  /** The same without a stream. */
  final Recipients without(Port port) {
    return new Sender(rooms, name, ((Cursor) port.place()).origin());
  }

  @Override
  public final Position send(Event event) {
    Payload payload = Payload.of(event, rooms.json());
    return rooms.append(name, leftOut == null ? payload : payload.without(leftOut));
  }

  @Override
  public final Position send(@Nullable Object data) {
    return send(data instanceof Event event ? event : Event.of(data));
  }

  @Override
  public final Position send(String name, @Nullable Object data) {
    return send(Event.of(data).name(name));
  }
}
