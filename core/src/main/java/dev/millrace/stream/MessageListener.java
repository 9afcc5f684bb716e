package dev.millrace.stream;

/**
 * Hears what comes from a client.
 *
 * @param <T> what is heard
 */
@FunctionalInterface
public interface MessageListener<T> {

  /**
   * Something has come. May block: what comes next waits, of this socket alone.
   *
   * @throws dev.millrace.http.HttpException with a status of 400 to 499: the message was at fault;
   *     its sender is told so, and the socket stays open
   * @throws Exception anything else closes the socket with 1011
   */
  void heard(T what) throws Exception;
}
