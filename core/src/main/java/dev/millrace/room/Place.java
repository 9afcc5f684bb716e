package dev.millrace.room;

/** A stream's place in the logs of its rooms, for the engine. Belongs to the loop. */
public sealed interface Place permits Cursor {

  /** What there is may be given from now on, and the client is told where it is. */
  void flow();

  /** Has the stream leave a room. */
  void leave(String room);

  /** The stream has ended: it leaves all rooms. */
  void close();
}
