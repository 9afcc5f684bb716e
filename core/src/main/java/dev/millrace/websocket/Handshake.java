package dev.millrace.websocket;

import dev.millrace.http.HttpException;
import dev.millrace.http.Request;
import java.util.List;

/**
 * The opening handshake (RFC 6455, section 4.2; on HTTP/2 RFC 8441): what a request for a WebSocket
 * must have, and what answers it.
 */
public final class Handshake {
  /** The subprotocol of clients that want to be told of a refusal by a close code. */
  public static final String MILLRACE = "millrace.v1";

  private Handshake() {}

  /**
   * Checks a request for a WebSocket.
   *
   * @throws HttpException 426 when it asks for none, or for another version; 400 when something of
   *     it is missing or wrong
   */
  public static void check(Request request) {
    throw new UnsupportedOperationException();
  }

  /** The value of {@code Sec-WebSocket-Accept} for a key (section 4.2.2). */
  public static String accept(String key) {
    throw new UnsupportedOperationException();
  }

  /**
   * The subprotocols that a client offers, the preferred one first.
   *
   * @throws HttpException 400 when one is no token or stands twice
   */
  public static List<String> offered(Request request) {
    throw new UnsupportedOperationException();
  }
}
