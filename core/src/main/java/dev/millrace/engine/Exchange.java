package dev.millrace.engine;

import dev.millrace.http.Headers;
import dev.millrace.stream.Outbound;

/**
 * One request and its response on some protocol, as the core sees it. A transport implements it.
 *
 * <p>A transport
 *
 * <ol>
 *   <li>MUST accept these calls from any thread and return without blocking;
 *   <li>MUST accept exactly one of {@link #respond} and {@link #stream}, once; after the client has
 *       gone they are ignored;
 *   <li>MUST send the head of a stream at once, together with what its body holds by then;
 *   <li>MUST take bytes from a stream's body on the loop, only while the socket (and the protocol's
 *       flow control) has room for them, and look again after {@link #wake};
 *   <li>MUST end the response when the body {@link Outbound#isFinished()};
 *   <li>MUST call exactly one of {@link ExchangeListener#finished} and {@link
 *       ExchangeListener#gone}, once, on the loop, unless {@link #abort} came first; it MUST notice
 *       a client that leaves even while nothing is being sent to it;
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

  /** Sends a head, and then what the body gives until it ends. */
  void stream(int status, Headers headers, Outbound body);

  /** The body has bytes again or has ended. Cheap when it has been said already. */
  void wake();

  /** Cuts the response so that the client sees that it is not whole. */
  void abort();
}
