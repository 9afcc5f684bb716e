package dev.millrace.test;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.http.Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * The frames of HTTP/2 (RFC 9113, section 4) that a client of one stream needs. Reading is for one
 * thread, writing for any.
 */
final class Http2Wire {
  static final int DATA = 0x0;
  static final int HEADERS = 0x1;
  static final int RST_STREAM = 0x3;
  static final int SETTINGS = 0x4;
  static final int PING = 0x6;
  static final int GOAWAY = 0x7;
  static final int WINDOW_UPDATE = 0x8;
  static final int CONTINUATION = 0x9;

  static final int ACK = 0x1;
  static final int END_STREAM = 0x1;
  static final int END_HEADERS = 0x4;
  static final int PADDED = 0x8;
  static final int PRIORITY = 0x20;

  /** What both sides take unless they say more (section 4.2). */
  static final int MOST = 16 * 1024;

  /** The only stream of the connection. */
  static final int STREAM = 1;

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final DataInputStream in;
  private final OutputStream out;

  /** One frame. */
  @SuppressWarnings("ArrayRecordComponent") // read once and compared by nobody
  record Frame(int type, int flags, int stream, byte[] payload) {
    boolean has(int flag) {
      return (flags & flag) != 0;
    }

    int number() {
      return number(0);
    }

    int number(int at) {
      return ByteBuffer.wrap(payload).getInt(at);
    }

    /** The payload without padding and, of HEADERS, without priority (section 6.2). */
    byte[] unpadded() throws ProtocolException {
      int from = has(PADDED) ? 1 : 0;
      int to = payload.length - (from == 0 ? 0 : payload[0] & 0xff);
      from += type == HEADERS && has(PRIORITY) ? 5 : 0;
      if (to < from) {
        throw new ProtocolException("a frame has more padding than bytes");
      }
      return java.util.Arrays.copyOfRange(payload, from, to);
    }
  }

  Http2Wire(DataInputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  /** Reads the next frame. */
  Frame read() throws IOException {
    int length;
    try {
      length = in.readUnsignedByte() << 16;
    } catch (EOFException e) {
      throw new EOFException("the server closed the connection");
    }
    length |= in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt() & Integer.MAX_VALUE;
    if (length > MOST) {
      throw new ProtocolException("a frame of " + length + " bytes (expected: " + MOST + ")");
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    return new Frame(type, flags, stream, payload);
  }

  /** Begins the connection: no push, and as much to be sent as unless said otherwise. */
  void begin() throws IOException {
    synchronized (out) {
      out.write(PREFACE.getBytes(US_ASCII));
      frame(SETTINGS, 0, 0, ByteBuffer.allocate(6).putShort((short) 2).putInt(0).array());
    }
  }

  void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
    frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
    synchronized (out) {
      out.write(frame.array());
      out.flush();
    }
  }

  void number(int type, int stream, int number) throws IOException {
    frame(type, 0, stream, ByteBuffer.allocate(4).putInt(number).array());
  }

  /** Sends an extended CONNECT (RFC 8441, section 4). */
  void connect(String authority, Client.Wanted wanted) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    field(block, ":method", "CONNECT");
    field(block, ":protocol", "websocket");
    field(block, ":scheme", "https");
    field(block, ":path", wanted.target());
    Headers headers = wanted.headers();
    field(block, ":authority", headers.first("Host").orElse(authority));
    headers.forEach((name, value) -> {
      if (!name.equalsIgnoreCase("Host")) {
        field(block, name.toLowerCase(Locale.ROOT), value);
      }
    });
    byte[] all = block.toByteArray();
    synchronized (out) {
      for (int from = 0; from < all.length; from += MOST) {
        int to = Math.min(all.length, from + MOST);
        frame(
            from == 0 ? HEADERS : CONTINUATION,
            to == all.length ? END_HEADERS : 0,
            STREAM,
            java.util.Arrays.copyOfRange(all, from, to));
      }
    }
  }

  /** A literal that is not put into tables, in plain bytes (RFC 7541, section 6.2.2). */
  private static void field(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    string(block, name.getBytes(ISO_8859_1));
    string(block, value.getBytes(ISO_8859_1));
  }

  private static void string(ByteArrayOutputStream block, byte[] bytes) {
    int length = bytes.length;
    if (length < 127) {
      block.write(length);
    } else {
      block.write(127);
      for (length -= 127; length >= 128; length >>>= 7) {
        block.write((length & 127) | 128);
      }
      block.write(length);
    }
    block.writeBytes(bytes);
  }
}
