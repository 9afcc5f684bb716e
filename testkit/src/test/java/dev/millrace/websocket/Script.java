package dev.millrace.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.test.RawFrame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.Deflater;

/**
 * What a client sends, frame after frame, right or wrong, and which messages and pongs a server
 * that echoes them owes it for that.
 */
final class Script {
  static final int FIN = RawFrame.FIN;
  static final int RSV1 = RawFrame.RSV1;
  static final int CONTINUATION = RawFrame.CONTINUATION;
  static final int TEXT = RawFrame.TEXT;
  static final int BINARY = RawFrame.BINARY;
  static final int CLOSE = RawFrame.CLOSE;
  static final int PING = RawFrame.PING;
  static final int PONG = RawFrame.PONG;

  /** A message that has to come back. */
  record Echo(boolean text, ByteBuffer content) {}

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<Echo> echoes = new ArrayList<>();
  private final List<byte[]> pongs = new ArrayList<>();
  private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private int key = 0x37fa213d;
  private int chop = Integer.MAX_VALUE;
  private boolean context;

  byte[] bytes() {
    return bytes.toByteArray();
  }

  List<Echo> echoes() {
    return echoes;
  }

  List<byte[]> pongs() {
    return pongs;
  }

  int chop() {
    return chop;
  }

  void end() {
    deflater.end();
  }

  // --- how ---

  /** On the wire in pieces of so many bytes. */
  Script chopped(int size) {
    chop = size;
    return this;
  }

  /** Compressed messages refer to earlier ones. */
  Script withContext() {
    context = true;
    return this;
  }

  // --- whole messages, echoed ---

  Script text(String text) {
    return message(TEXT, text.getBytes(UTF_8));
  }

  Script binary(byte[] content) {
    return message(BINARY, content);
  }

  Script message(int opcode, byte[] content) {
    return frame(FIN | opcode, content).owed(opcode, content);
  }

  /** In frames of so many bytes. */
  Script inFrames(int opcode, byte[] content, int size) {
    return frames(opcode, content, size).owed(opcode, content);
  }

  Script deflated(int opcode, byte[] content) {
    return frame(FIN | RSV1 | opcode, deflate(content)).owed(opcode, content);
  }

  Script deflatedInFrames(int opcode, byte[] content, int size) {
    return frames(RSV1 | opcode, deflate(content), size).owed(opcode, content);
  }

  Script owed(int opcode, byte[] content) {
    echoes.add(new Echo(opcode == TEXT, ByteBuffer.wrap(content)));
    return this;
  }

  byte[] deflate(byte[] content) {
    if (!context) {
      deflater.reset();
    }
    deflater.setInput(content);
    byte[] out = new byte[content.length + content.length / 1000 + 64];
    int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
    // Without the empty block (RFC 7692, section 7.2.1).
    return length < 4 ? new byte[1] : Arrays.copyOf(out, length - 4);
  }

  // --- frames ---

  private Script frames(int first, byte[] content, int size) {
    int begin = first;
    int at = 0;
    do {
      int to = Math.min(content.length, at + size);
      frame((to == content.length ? FIN : 0) | begin, Arrays.copyOfRange(content, at, to));
      begin = CONTINUATION;
      at = to;
    } while (at < content.length);
    return this;
  }

  Script ping(byte[] payload) {
    pongs.add(payload);
    return frame(FIN | PING, payload);
  }

  Script ping(String payload) {
    return ping(payload.getBytes(UTF_8));
  }

  Script close(int code, String reason) {
    byte[] text = reason.getBytes(UTF_8);
    return frame(
        FIN | CLOSE, ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array());
  }

  Script close() {
    return close(1000, "");
  }

  Script frame(int first, String payload) {
    return frame(first, payload.getBytes(UTF_8));
  }

  Script frame(int first, byte[] payload) {
    return header(first, payload.length).masked(payload);
  }

  /** With a length in the shortest form; no payload. */
  Script header(int first, long length) {
    if (length < 126) {
      return raw(first, 0x80 | (int) length);
    }
    return length <= 0xffff
        ? raw(first, 0x80 | 126, (int) length >> 8, (int) length)
        : raw(first, 0x80 | 127).raw(ByteBuffer.allocate(8).putLong(length).array());
  }

  /** A key, and a payload behind it. */
  Script masked(byte[] payload) {
    key = key * 0x19660d + 0x3c6ef35f;
    byte[] mask = ByteBuffer.allocate(4).putInt(key).array();
    raw(mask);
    byte[] covered = payload.clone();
    for (int i = 0; i < covered.length; i++) {
      covered[i] ^= mask[i & 3];
    }
    return raw(covered);
  }

  Script raw(int... octets) {
    for (int octet : octets) {
      bytes.write(octet);
    }
    return this;
  }

  Script raw(byte[] octets) {
    bytes.writeBytes(octets);
    return this;
  }

  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }
}
