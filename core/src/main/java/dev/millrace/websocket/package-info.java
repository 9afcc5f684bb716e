/**
 * The WebSocket protocol (RFC 6455) and its compression (RFC 7692), apart from any connection:
 * frames, close codes, the opening handshake, the agreement on extensions. For engines; an
 * application sees {@link dev.millrace.websocket.CloseCode} and {@link
 * dev.millrace.websocket.Deflate}.
 */
@NullMarked
package dev.millrace.websocket;

import org.jspecify.annotations.NullMarked;
