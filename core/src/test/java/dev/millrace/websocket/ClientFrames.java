package dev.millrace.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Bytes of a client, right or wrong. Knows nothing of the parser that reads them. */
final class ClientFrames {
  private static final byte[] KEY = {0x37, (byte) 0xfa, 0x21, 0x3d};

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private byte[] key = KEY;

  /** Masks the frames that follow with another key. */
  ClientFrames key(int newKey) {
    key = ByteBuffer.allocate(4).putInt(newKey).array();
    return this;
  }

  /** A frame with the shortest form of its length. */
  ClientFrames frame(int first, byte[] payload) {
    int length = payload.length;
    int form = length < 126 ? 0 : length < 0x10000 ? 2 : 8;
    return head(first, true, form, length).masked(payload);
  }

  ClientFrames frame(int first, String payload) {
    return frame(first, payload.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The head of a frame as wanted, with the key if it is masked.
   *
   * @param form in how many bytes the length is told: 0, 2 or 8
   */
  ClientFrames head(int first, boolean masked, int form, long length) {
    int bit = masked ? 0x80 : 0;
    out.write(first);
    switch (form) {
      case 0 -> out.write(bit | (int) length);
      case 2 -> {
        out.write(bit | 126);
        out.writeBytes(ByteBuffer.allocate(2).putShort((short) length).array());
      }
      default -> {
        out.write(bit | 127);
        out.writeBytes(ByteBuffer.allocate(8).putLong(length).array());
      }
    }
    if (masked) {
      out.writeBytes(key);
    }
    return this;
  }

  /** A payload as it goes over the wire. */
  ClientFrames masked(byte... payload) {
    for (int i = 0; i < payload.length; i++) {
      out.write(payload[i] ^ key[i % 4]);
    }
    return this;
  }

  ClientFrames raw(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  ClientFrames text(String text) {
    return frame(0x81, text);
  }

  ClientFrames close(int code, String reason) {
    byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
    return frame(
        0x88, ByteBuffer.allocate(2 + utf8.length).putShort((short) code).put(utf8).array());
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}
