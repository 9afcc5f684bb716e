package dev.millrace.http;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request as a transport has read and checked it.
 *
 * @param method as sent; a token (RFC 9110, section 9.1)
 * @param target path and query in origin form (RFC 9112, section 3.2.1), still encoded; {@code *}
 *     for OPTIONS of the server as a whole
 * @param scheme {@code http} or {@code https}
 * @param authority host and port as sent; empty only for HTTP/1.0
 * @param protocol {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}
 * @param headers the fields, without pseudo-headers
 * @param remote the peer's address
 * @param upgrade {@code websocket} when the client asks for that: by GET and {@code Upgrade} on
 *     HTTP/1.1, on HTTP/2 by an extended CONNECT (RFC 8441), whose method is GET here
 */
public record RequestHead(
    String method,
    String target,
    String scheme,
    String authority,
    String protocol,
    Headers headers,
    SocketAddress remote,
    @Nullable String upgrade) {

  /** The head of a request that asks for no other protocol. */
  public RequestHead(
      String method,
      String target,
      String scheme,
      String authority,
      String protocol,
      Headers headers,
      SocketAddress remote) {
    this(method, target, scheme, authority, protocol, headers, remote, null);
  }
}
