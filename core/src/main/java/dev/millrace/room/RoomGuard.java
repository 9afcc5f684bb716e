package dev.millrace.room;

import dev.millrace.http.Request;

/** Says who may join a room. Asked at each join, also of clients that resume. */
@FunctionalInterface
public interface RoomGuard {

  /** Lets everybody join. */
  RoomGuard ANYBODY = (request, room) -> true;

  /**
   * Whether the client may join. On the thread that joins; may block.
   *
   * @return {@code false} for 403, which {@code join} throws
   * @throws Exception another answer: an {@link dev.millrace.http.HttpException} for a status
   */
  boolean admits(Request request, String room) throws Exception;
}
