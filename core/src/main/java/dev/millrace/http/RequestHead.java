package dev.millrace.http;

import java.net.SocketAddress;

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
 */
public record RequestHead(
    String method,
    String target,
    String scheme,
    String authority,
    String protocol,
    Headers headers,
    SocketAddress remote) {}
