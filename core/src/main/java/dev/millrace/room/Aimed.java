package dev.millrace.room;

import dev.millrace.cluster.Position;
import dev.millrace.stream.Event;

/** A room that a stream sends to without having joined it. */
final class Aimed extends Sender implements Audience {
  private final Rooms rooms;
  private final String name;
  private final Port port;

  Aimed(Rooms rooms, String name, Port port) {
    this.rooms = rooms;
    this.name = name;
    this.port = port;
  }

  @Override
  public Position send(Event event) {
    return rooms.append(name, Payload.of(event, rooms.json()));
  }

  @Override
  public Recipients exceptMe() {
    return RoomHandle.without(rooms, name, port);
  }
}
