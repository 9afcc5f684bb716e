package dev.millrace.netty;

import dev.millrace.http.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** How a client knows where a response's body ends (RFC 9112, section 6.3). */
enum Http1Framing {
  /** By a Content-Length. */
  LENGTH,
  /** By its last chunk (section 7.1). */
  CHUNKED,
  /** By the end of the connection. */
  NONE;

  /** What a chunk costs at most, besides what is in it. */
  static final int CHUNK = 16;

  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  static Http1Framing of(Headers headers, boolean http10) {
    return headers.contains("Content-Length") ? LENGTH : http10 ? NONE : CHUNKED;
  }

  /** Before some bytes of the body. */
  void begin(ByteBuf out, int length) {
    if (this == CHUNKED) {
      ByteBufUtil.writeAscii(out, Integer.toHexString(length));
      out.writeShort('\r' << 8 | '\n');
    }
  }

  /** Behind them. */
  void end(ByteBuf out) {
    if (this == CHUNKED) {
      out.writeShort('\r' << 8 | '\n');
    }
  }

  /** Behind all of the body. */
  ByteBuf last() {
    return this == CHUNKED ? Unpooled.wrappedBuffer(LAST_CHUNK) : Unpooled.EMPTY_BUFFER;
  }
}
