package dev.millrace.room;

/** A room that a stream sends to without having joined it. */
final class Aimed extends Sender implements Audience {
  private final Port port;

  Aimed(Rooms rooms, String name, Port port) {
    super(rooms, name);
    this.port = port;
  }

  @Override
  public Recipients exceptMe() {
    return without(port);
  }
}
