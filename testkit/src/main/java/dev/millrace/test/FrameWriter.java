package dev.millrace.test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** Makes the frames of a client (RFC 6455, section 5.2), right ones and wrong ones. */
final class FrameWriter {
  private static final int MASKED = 0x80;
  private static final RandomGenerator RANDOM = new java.security.SecureRandom();

  private FrameWriter() {}

  /** A frame, whole. */
  static byte[] frame(int first, boolean masked, byte[] payload) {
    byte[] head = header(first, masked, payload.length);
    byte[] frame = new byte[head.length + payload.length];
    System.arraycopy(head, 0, frame, 0, head.length);
    int start = head.length;
    for (int i = 0; i < payload.length; i++) {
      frame[start + i] = masked ? (byte) (payload[i] ^ frame[start - 4 + (i & 3)]) : payload[i];
    }
    return frame;
  }

  /**
   * What stands before a frame's payload; where it is masked, with the key at its end.
   *
   * @param length any number; as an unsigned one where it is negative
   */
  static byte[] header(int first, boolean masked, long length) {
    boolean wide = length < 0 || length > 0xffff;
    int extended = wide ? 8 : length < 126 ? 0 : 2;
    ByteBuffer head = ByteBuffer.allocate(2 + extended + (masked ? 4 : 0));
    int mask = masked ? MASKED : 0;
    head.put((byte) first);
    if (wide) {
      head.put((byte) (mask | 127)).putLong(length);
    } else if (extended == 2) {
      head.put((byte) (mask | 126)).putShort((short) length);
    } else {
      head.put((byte) (mask | length));
    }
    if (masked) {
      head.putInt(RANDOM.nextInt());
    }
    return head.array();
  }

  /**
   * A close frame, whole.
   *
   * @param code 1005 for one without code and reason
   */
  static byte[] close(int code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    byte[] payload = new byte[code == 1005 ? 0 : 2 + text.length];
    if (code != 1005) {
      ByteBuffer.wrap(payload).putShort((short) code).put(text);
    }
    return frame(RawFrame.FIN | RawFrame.CLOSE, true, payload);
  }
}
