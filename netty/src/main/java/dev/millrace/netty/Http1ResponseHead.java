package dev.millrace.netty;

import dev.millrace.http.Headers;
import dev.millrace.http.Statuses;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** Writes the heads of HTTP/1.1 responses (RFC 9112, section 4). */
final class Http1ResponseHead {
  private Http1ResponseHead() {}

  /** The status line and the fields that are not the transport's business. */
  static void write(ByteBuf out, int status, Headers headers) {
    statusLine(out, status);
    headers.forEach((name, value) -> {
      if (!isOurs(name)) {
        field(out, name, value);
      }
    });
  }

  /** The whole head that opens a WebSocket (RFC 6455, section 4.2.2). */
  static void switching(ByteBuf out, Headers headers) {
    statusLine(out, 101);
    field(out, "Upgrade", "websocket");
    field(out, "Connection", "Upgrade");
    headers.forEach((name, value) -> {
      // RFC 9110, section 8.6: there is no content that could have a length.
      if (!isOurs(name)
          && !name.equalsIgnoreCase("Upgrade")
          && !name.equalsIgnoreCase("Content-Length")) {
        field(out, name, value);
      }
    });
    end(out);
  }

  private static void statusLine(ByteBuf out, int status) {
    ByteBufUtil.writeAscii(out, "HTTP/1.1 ");
    ByteBufUtil.writeAscii(out, Integer.toString(status));
    out.writeByte(' ');
    ByteBufUtil.writeAscii(out, Statuses.reason(status));
  }

  /**
   * The connection's options.
   *
   * @param persistence what to say of the connection's life; empty for nothing
   * @param headers of the response: an {@code Upgrade} is an option too (RFC 9110, section 7.8)
   */
  static void connection(ByteBuf out, String persistence, Headers headers) {
    boolean upgrade = headers.contains("Upgrade");
    if (upgrade || !persistence.isEmpty()) {
      String both = persistence.isEmpty() ? "Upgrade" : persistence + ", Upgrade";
      field(out, "Connection", upgrade ? both : persistence);
    }
  }

  static void field(ByteBuf out, String name, String value) {
    ByteBufUtil.writeAscii(out, "\r\n");
    ByteBufUtil.writeAscii(out, name);
    ByteBufUtil.writeAscii(out, ": ");
    out.writeCharSequence(value, StandardCharsets.ISO_8859_1);
  }

  static void end(ByteBuf out) {
    ByteBufUtil.writeAscii(out, "\r\n\r\n");
  }

  /** Framing is the connection's business, whatever a handler has set. */
  private static boolean isOurs(String name) {
    return name.equalsIgnoreCase("Connection")
        || name.equalsIgnoreCase("Transfer-Encoding")
        || name.equalsIgnoreCase("Keep-Alive")
        || name.equalsIgnoreCase("Date");
  }
}
