package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.Deflater;

/** The little of a WebSocket client that the load tools need (RFC 6455 and 7692). */
final class SocketClient {
  /** What payloads are masked with. Not zero, which a server could leave out. */
  static final int MASK = 0x5ad31f8c;

  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PONG = 10;
  static final int FINAL = 0x80;
  static final int COMPRESSED = 0x40;

  private static final int LONGEST_HEAD = 14;

  /** Key and answer of RFC 6455, section 1.3. */
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".toLowerCase(Locale.ROOT);

  private static final List<String> HANDSHAKE =
      List.of(
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: " + KEY);

  /** No memory of earlier messages, so that neither side has to keep any. */
  private static final String OFFER =
      "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover;"
          + " client_no_context_takeover; client_max_window_bits";

  private SocketClient() {}

  /** Connects and shakes hands. */
  static SocketChannel connect(Target target, InputBuffer in, boolean deflate) throws IOException {
    SocketChannel channel = Http1Client.connect(target);
    List<String> fields = new ArrayList<>(HANDSHAKE);
    if (deflate) {
      fields.add(OFFER);
    }
    Http1Client.request(channel, target, fields.toArray(String[]::new));
    Http1Response head = Http1Client.readResponse(channel, in, "101");
    boolean agreed = head.value("sec-websocket-extensions").startsWith("permessage-deflate");
    if (!head.value("sec-websocket-accept").equals(ACCEPT)
        || agreed != deflate
        || in.end() != head.end()) {
      throw new IOException("not the handshake that was expected: " + head.text().strip());
    }
    return channel;
  }

  /**
   * A frame's head, up to and with the mask.
   *
   * @param first the first byte: {@link #FINAL} and the like, and the opcode
   */
  static byte[] head(int first, long length) {
    ByteBuffer head = ByteBuffer.allocate(LONGEST_HEAD).put((byte) first);
    if (length <= 125) {
      head.put((byte) (0x80 | length));
    } else if (length <= 0xffff) {
      head.put((byte) 0xfe).putShort((short) length);
    } else {
      head.put((byte) 0xff).putLong(length);
    }
    byte[] bytes = new byte[head.putInt(MASK).position()];
    head.flip().get(bytes);
    return bytes;
  }

  /** A frame, whole. */
  static ByteBuffer frame(int first, byte[] payload) {
    byte[] head = head(first, payload.length);
    ByteBuffer frame = ByteBuffer.allocate(head.length + payload.length).put(head);
    return frame.put(masked(payload)).flip();
  }

  static byte[] masked(byte[] payload) {
    byte[] masked = new byte[payload.length];
    for (int at = 0; at < masked.length; at++) {
      masked[at] = (byte) (payload[at] ^ (MASK >>> (24 - 8 * (at & 3))));
    }
    return masked;
  }

  /** A message's bytes as permessage-deflate sends them: without the four bytes that end them. */
  static byte[] deflated(byte[] message) {
    try (Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
      deflater.setInput(message);
      byte[] bytes = new byte[message.length + 64];
      int length = deflater.deflate(bytes, 0, bytes.length, Deflater.SYNC_FLUSH) - 4;
      return Arrays.copyOf(bytes, length);
    }
  }

  /** Waits for a message of one frame, of up to 64 KiB, and gives where its payload begins. */
  static int readMessage(SocketChannel channel, InputBuffer in, int first) throws IOException {
    in.clear();
    while (in.end() < 2 || in.end() < payloadAt(in) + payloadLength(in)) {
      in.read(channel);
    }
    int came = in.bytes()[0] & 0xff;
    if (came != first || in.end() != payloadAt(in) + payloadLength(in)) {
      throw new IOException(
          "a message that begins with %x was expected, %x came: %s"
              .formatted(first, came, new String(in.bytes(), 0, in.end(), US_ASCII)));
    }
    return payloadAt(in);
  }

  private static int payloadAt(InputBuffer in) {
    return in.bytes()[1] == 126 ? 4 : 2;
  }

  private static int payloadLength(InputBuffer in) {
    byte[] bytes = in.bytes();
    return bytes[1] == 126 ? ((bytes[2] & 0xff) << 8) | (bytes[3] & 0xff) : bytes[1];
  }

  /** Closes as the protocol wants it: the server, too, sends a close frame, and then ends. */
  static void close(SocketChannel channel, InputBuffer in) throws IOException {
    Http1Client.write(channel, frame(FINAL | CLOSE, new byte[] {0x03, (byte) 0xe8}));
    readMessage(channel, in, FINAL | CLOSE);
    try {
      in.clear();
      in.read(channel);
      throw new IOException("the server has sent something behind its close frame");
    } catch (EOFException e) {
      channel.close();
    }
  }
}
