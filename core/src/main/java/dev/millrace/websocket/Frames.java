package dev.millrace.websocket;

import java.nio.charset.StandardCharsets;

/** The frames of a server, which are not masked (RFC 6455, section 5). */
public final class Frames {
  /** Most bytes of a control frame's payload (section 5.5). */
  public static final int MOST_CONTROL = 125;

  /** Most bytes of a close frame's reason: two are for the code. */
  public static final int MOST_REASON = 123;

  // Opcodes (section 11.8)
  static final int CONTINUATION = 0x0;
  static final int TEXT = 0x1;
  static final int BINARY = 0x2;
  static final int CLOSE = 0x8;
  static final int PING = 0x9;
  static final int PONG = 0xa;

  private static final int FIN = 0x80;
  private static final byte[] NOTHING = {};

  private Frames() {}

  /**
   * A close frame, whole.
   *
   * @param code {@link CloseCode#NO_STATUS} for one without code and reason
   * @param reason UTF-8 of at most 123 bytes
   * @throws IllegalArgumentException when the code must not be sent, or the reason is too long
   */
  public static byte[] close(int code, String reason) {
    byte[] utf8 = reason.isEmpty() ? NOTHING : reason.getBytes(StandardCharsets.UTF_8);
    if (code == CloseCode.NO_STATUS && utf8.length == 0) {
      return control(CLOSE, NOTHING);
    }
    if (!CloseCode.isSendable(code)) {
      throw new IllegalArgumentException(
          "close code: %d (expected: 1000 to 1003, 1007 to 1014, 3000 to 4999, or 1005 without a reason)"
              .formatted(code));
    }
    if (utf8.length > MOST_REASON) {
      throw new IllegalArgumentException(
          "close reason: %d bytes (expected: at most %d; Frames.reason cuts it)"
              .formatted(utf8.length, MOST_REASON));
    }
    byte[] payload = new byte[2 + utf8.length];
    payload[0] = (byte) (code >> Byte.SIZE);
    payload[1] = (byte) code;
    System.arraycopy(utf8, 0, payload, 2, utf8.length);
    return control(CLOSE, payload);
  }

  /**
   * A ping frame, whole; the payload has at most 125 bytes.
   *
   * @throws IllegalArgumentException when it has more
   */
  public static byte[] ping(byte[] payload) {
    return control(PING, payload);
  }

  /**
   * A pong frame, whole; the payload has at most 125 bytes.
   *
   * @throws IllegalArgumentException when it has more
   */
  public static byte[] pong(byte[] payload) {
    return control(PONG, payload);
  }

  private static byte[] control(int opcode, byte[] payload) {
    if (payload.length > MOST_CONTROL) {
      throw new IllegalArgumentException(
          "payload of a control frame: %d bytes (expected: at most %d)"
              .formatted(payload.length, MOST_CONTROL));
    }
    byte[] frame = new byte[2 + payload.length];
    frame[0] = (byte) (FIN | opcode);
    frame[1] = (byte) payload.length;
    System.arraycopy(payload, 0, frame, 2, payload.length);
    return frame;
  }

  /** As much of a text as fits into a close frame's reason, not cut inside a character. */
  public static String reason(String text) {
    // A char is a byte or more: this is enough, however long the text is.
    String begin = text.length() > MOST_REASON ? text.substring(0, MOST_REASON + 1) : text;
    byte[] utf8 = begin.getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= MOST_REASON) {
      return text;
    }
    int end = MOST_REASON;
    while ((utf8[end] & 0xc0) == 0x80) {
      end--;
    }
    return new String(utf8, 0, end, StandardCharsets.UTF_8);
  }
}
