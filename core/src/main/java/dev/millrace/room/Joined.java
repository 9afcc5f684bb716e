package dev.millrace.room;

/** A room that a stream has joined. */
final class Joined extends RoomHandle implements Membership {
  private final Port port;

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
    port.turns().execute(() -> ((Cursor) port.place()).leave(name()));
  }
}
