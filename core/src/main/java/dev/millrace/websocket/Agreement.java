package dev.millrace.websocket;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What client and server have agreed on about compression (RFC 7692, section 7.1).
 *
 * @param serverContext whether the server's messages may refer to earlier ones
 * @param clientContext whether the client's may
 * @param serverBits the window of the server's messages as a power of two, 8 to 15
 * @param clientBits the same of the client's
 * @param minBytes messages of the server below are not compressed
 * @param header the value of {@code Sec-WebSocket-Extensions} in the response
 */
public record Agreement(
    boolean serverContext,
    boolean clientContext,
    int serverBits,
    int clientBits,
    int minBytes,
    String header) {

  /**
   * Accepts the first offer that can be held to.
   *
   * @param offers all values of {@code Sec-WebSocket-Extensions} in the request
   * @return {@code null} when there is none, or compression is off
   */
  public static @Nullable Agreement of(List<String> offers, Deflate options) {
    throw new UnsupportedOperationException();
  }
}
