package dev.millrace.room;

/** A room, as a stream sends to it: whether it has joined or not. */
public interface Audience extends Recipients {

  /**
   * The same without the stream that sends. It is told its new position, but not the message; a
   * client that was cut just before may see its own message when it resumes.
   */
  Recipients exceptMe();
}
