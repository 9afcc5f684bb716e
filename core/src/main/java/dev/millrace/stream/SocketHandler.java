package dev.millrace.stream;

/**
 * Serves a WebSocket.
 *
 * <pre>{@code
 * app.ws("/echo", socket -> {
 *   for (var message : socket.messages()) {
 *     socket.send(message);
 *   }
 * });
 * }</pre>
 */
@FunctionalInterface
public interface SocketHandler {

  /**
   * Serves a socket: pulls its messages, or registers who is to hear them and returns. Runs on a
   * virtual thread of its own and may block; that thread is interrupted when the socket ends.
   *
   * @throws dev.millrace.http.HttpException before anything was sent, registered or pulled: the
   *     handshake is refused with the status; later, with a status below 500, it closes the socket
   *     with 1008 and its text
   * @throws Exception anything else closes the socket with 1011 and a fixed text
   */
  void handle(LiveSocket socket) throws Exception;
}
