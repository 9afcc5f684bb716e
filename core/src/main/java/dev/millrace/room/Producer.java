package dev.millrace.room;

/** Writes to a room for everyone in it. */
@FunctionalInterface
public interface Producer {

  /**
   * Sends messages until all have been sent. On a virtual thread, which is interrupted when nobody
   * has listened for {@link ProducerOptions#idle()}, and when the server stops; may block.
   *
   * @param room where to send; after this has returned sending throws
   * @throws Exception the members are told of an error, with the words of an {@link
   *     dev.millrace.http.HttpException} below 500, and their streams end
   */
  void produce(Recipients room) throws Exception;
}
