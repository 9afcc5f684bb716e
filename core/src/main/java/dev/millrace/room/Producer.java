package dev.millrace.room;

/** Writes to a room for everyone in it. */
@FunctionalInterface
public interface Producer {

  /**
   * Sends messages until all have been sent. On a virtual thread, which is interrupted when nobody
   * has listened for {@link ProducerOptions#idle()}, by {@link Production#stop}, and when the
   * server stops; may block.
   *
   * @param room where to send, from any thread. After this has returned, or its thread has been
   *     interrupted for one of these reasons, sending throws an {@link IllegalStateException}
   * @throws Exception the members are told of an error, with the words of an {@link
   *     dev.millrace.http.HttpException} below 500, and their streams end. Not when it has been
   *     stopped: then whatever is thrown is taken for the way in which it ends
   */
  void produce(Recipients room) throws Exception;
}
