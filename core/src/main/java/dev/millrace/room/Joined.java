package dev.millrace.room;

import java.util.concurrent.atomic.AtomicBoolean;

/** A room that a stream has joined. */
final class Joined extends RoomHandle implements Membership {
  private final Port port;
  private final AtomicBoolean left = new AtomicBoolean();

  Joined(Rooms rooms, String name, Port port) {
    super(rooms, name);
    this.port = port;
  }

  @Override
  public Recipients exceptMe() {
    return without(rooms(), name(), port);
  }

  @Override
  public void leave() {
    // Not twice: the stream may have joined the room anew.
    if (!left.getAndSet(true)) {
      port.turns().execute(() -> ((Cursor) port.place()).leave(name()));
    }
  }
}
