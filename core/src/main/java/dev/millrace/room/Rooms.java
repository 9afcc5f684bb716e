package dev.millrace.room;

/**
 * All rooms of an application, on one node. Users have it as {@code Millrace.room}. For engines.
 */
public final class Rooms {

  /** No rooms yet. */
  public Rooms() {}

  /** A handle to a room. */
  public Room room(String name) {
    throw new UnsupportedOperationException("to come: " + name);
  }
}
