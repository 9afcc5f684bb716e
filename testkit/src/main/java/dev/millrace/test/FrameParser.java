package dev.millrace.test;

import java.net.ProtocolException;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Cuts the bytes of a server into frames (RFC 6455, section 5.2), as they come. For one thread at a
 * time. What the bits of the first byte mean, and what may follow what, is not looked at here.
 */
final class FrameParser {
  /** Longest frame that a test takes. */
  static final int MOST = 64 << 20;

  private static final int MASKED = 0x80;

  /** The longest head of a frame without a mask. */
  private final byte[] head = new byte[10];

  private int inHead;

  /** How long the head is, as far as can be told: two bytes say it. */
  private int headLength = 2;

  private byte[] payload = {};
  private int inPayload;
  private int length = -1;

  /** Reads on, and gives out each frame that has become whole. */
  void feed(byte[] bytes, int from, int count, Consumer<RawFrame> frames) throws ProtocolException {
    int at = from;
    int end = from + count;
    while (at < end || length == 0) {
      if (length < 0) {
        head[inHead++] = bytes[at++];
        if (inHead == headLength) {
          headRead();
        }
      } else if (inPayload < length) {
        int part = Math.min(end - at, length - inPayload);
        reserve(inPayload + part);
        System.arraycopy(bytes, at, payload, inPayload, part);
        inPayload += part;
        at += part;
      }
      if (length >= 0 && inPayload == length) {
        RawFrame whole = new RawFrame(head[0] & 0xff, Arrays.copyOf(payload, length));
        begin();
        frames.accept(whole);
      }
    }
  }

  /** Whether the last byte was the last of a frame. */
  boolean isBetween() {
    return inHead == 0;
  }

  private void begin() {
    inHead = 0;
    headLength = 2;
    payload = new byte[0];
    inPayload = 0;
    length = -1;
  }

  private void headRead() throws ProtocolException {
    int second = head[1] & 0xff;
    if ((second & MASKED) != 0) {
      throw new ProtocolException("a frame is masked (RFC 6455, section 5.1)");
    }
    if (inHead == 2 && second >= 126) {
      headLength = second == 126 ? 4 : 10;
      return;
    }
    long declared = second;
    if (second >= 126) {
      declared = 0;
      for (int i = 2; i < headLength; i++) {
        declared = declared << 8 | (head[i] & 0xff);
      }
      long least = second == 126 ? 126 : 1 << 16;
      if (declared >= 0 && declared < least) {
        throw new ProtocolException(
            "a length of %d takes %d bytes (RFC 6455, section 5.2: as few as will do)"
                .formatted(declared, headLength - 2));
      }
    }
    if (declared < 0 || declared > MOST) {
      throw new ProtocolException(
          "a frame has %s bytes (a test takes %d at most)"
              .formatted(Long.toUnsignedString(declared), MOST));
    }
    length = (int) declared;
  }

  private void reserve(int size) {
    if (size > payload.length) {
      payload = Arrays.copyOf(payload, Math.min(length, Math.max(size, 2 * payload.length)));
    }
  }
}
