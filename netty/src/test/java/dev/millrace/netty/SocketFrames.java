package dev.millrace.netty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes a client's WebSocket frames, and reads a server's (RFC 6455, section 5.2). */
final class SocketFrames {
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;

  static final String HANDSHAKE_FIELDS =
      String.join(
          "\r\n",
          "Host: localhost",
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "");

  @SuppressWarnings("ArrayRecordComponent") // nobody compares frames
  record Frame(int opcode, byte[] payload) {
    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    /** The code of a close frame. */
    int code() {
      return ByteBuffer.wrap(payload).getShort();
    }
  }

  /** Where bytes come from. */
  @FunctionalInterface
  interface Source {
    byte[] exactly(int length) throws IOException;
  }

  private SocketFrames() {}

  static String handshake(String path) {
    return "GET " + path + " HTTP/1.1\r\n" + HANDSHAKE_FIELDS + "\r\n";
  }

  static byte[] text(String text) {
    return frame(TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] close(int code) {
    return frame(CLOSE, ByteBuffer.allocate(2).putShort((short) code).array());
  }

  /** A whole frame, masked with zeros. */
  static byte[] frame(int opcode, byte[] payload) {
    ByteBuffer out = ByteBuffer.allocate(14 + payload.length);
    out.put((byte) (0x80 | opcode));
    if (payload.length < 126) {
      out.put((byte) (0x80 | payload.length));
    } else if (payload.length < 65_536) {
      out.put((byte) (0x80 | 126)).putShort((short) payload.length);
    } else {
      out.put((byte) (0x80 | 127)).putLong(payload.length);
    }
    out.putInt(0).put(payload).flip();
    byte[] frame = new byte[out.remaining()];
    out.get(frame);
    return frame;
  }

  /** Reads a frame of the server's. */
  static Frame read(Source in) throws IOException {
    byte[] head = in.exactly(2);
    int length = head[1] & 0x7f;
    if (length == 126) {
      length = ByteBuffer.wrap(in.exactly(2)).getShort() & 0xffff;
    } else if (length == 127) {
      length = (int) ByteBuffer.wrap(in.exactly(8)).getLong();
    }
    return new Frame(head[0] & 0x0f, in.exactly(length));
  }

  /** Puts pieces behind each other, so that they can leave in one packet. */
  static byte[] glued(byte[]... pieces) {
    int length = 0;
    for (byte[] piece : pieces) {
      length += piece.length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] piece : pieces) {
      all.put(piece);
    }
    return all.array();
  }
}
