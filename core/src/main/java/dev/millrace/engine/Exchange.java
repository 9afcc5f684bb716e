package dev.millrace.engine;

import dev.millrace.http.Headers;
import dev.millrace.stream.Outbound;
import java.nio.channels.FileChannel;

/**
 * One request and its response on some protocol, as the core sees it. A transport implements it.
 *
 * <p>A transport
 *
 * <ol>
 *   <li>MUST accept these calls from any thread and return without blocking;
 *   <li>MUST accept exactly one of {@link #respond}, {@link #stream}, {@link #transfer} and {@link
 *       #upgrade}, once; after the client has gone they are ignored;
 *   <li>MUST send the head of a stream at once, together with what its body holds by then;
 *   <li>MUST take bytes from a stream's body on the loop, only while the socket (and the protocol's
 *       flow control) has room for them, and look again after {@link #wake};
 *   <li>MUST end the response when the body {@link Outbound#isFinished()};
 *   <li>MUST call exactly one of {@link ExchangeListener#finished} and {@link
 *       ExchangeListener#gone}, once, on the loop, unless {@link #abort} came first; it MUST notice
 *       a client that leaves even while nothing is being sent to it;
 *   <li>MUST cut a response of which the client has taken no byte for {@link
 *       dev.millrace.http.Limits#stallTime()} although some waited, and say so;
 *   <li>MUST add what the protocol needs and nothing else: Date, framing, connection headers.
 * </ol>
 */
public interface Exchange {

  /** The loop that owns the connection. */
  Loop loop();

  /**
   * Sends a whole response.
   *
   * @param headers with {@code Content-Length} where the status allows one
   * @param body empty for HEAD
   */
  void respond(int status, Headers headers, byte[] body);

  /**
   * Sends a head, and then what the body gives until it ends.
   *
   * @param headers where they have a {@code Content-Length}, the body gives just as many bytes
   */
  void stream(int status, Headers headers, Outbound body);

  /**
   * Sends a head, and then a region of a file that goes from the system's cache to the socket
   * without passing through the program.
   *
   * @param headers with the {@code Content-Length}
   * @param file the transport's to close when this returns {@code true}
   * @return {@code false} when the transport cannot, and nothing has been done
   */
  default boolean transfer(int status, Headers headers, FileChannel file, long from, long length) {
    return false;
  }

  /**
   * Opens a WebSocket: sends the head of the handshake's response (101, on HTTP/2 200), then what
   * the body gives until it ends, which ends the connection or the HTTP/2 stream. What the client
   * sends from then on, and has sent already, goes to the input.
   *
   * @param headers without {@code Upgrade} and {@code Connection}, which are the transport's
   * @param body whole frames
   */
  void upgrade(Headers headers, Outbound body, SocketInput input);

  /** Reads on after {@link SocketInput#receive} has wanted no more. */
  void readMore();

  /** The body has bytes again or has ended. Cheap when it has been said already. */
  void wake();

  /** Takes what the body has now, as {@link #wake} has done sooner or later. On the loop. */
  default void look() {
    wake();
  }

  /** Cuts the response so that the client sees that it is not whole. */
  void abort();

  /**
   * Reads what {@link #look} will need, so that the processor has it near. On the loop.
   *
   * @return anything
   */
  default int fetch() {
    return 0;
  }
}
