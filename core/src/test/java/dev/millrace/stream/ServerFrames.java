package dev.millrace.stream;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A server's frames, read and written the simple way: all bytes are there (RFC 6455, section 5).
 */
final class ServerFrames {

  /** One frame, and where it begins. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Frame(int at, boolean fin, boolean compressed, int opcode, byte[] payload) {

    boolean isControl() {
      return opcode >= 8;
    }
  }

  /** What the frames of one message are together; of a control frame, its payload. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Whole(int opcode, boolean compressed, byte[] payload, int frames) {}

  private ServerFrames() {}

  /** All frames; fails when the last one is not whole, or one is not as short as it can be. */
  static List<Frame> read(byte[] bytes) {
    List<Frame> frames = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      int first = bytes[at] & 0xff;
      check((first & 0x30) == 0, "reserved bits at " + at);
      int length = bytes[at + 1];
      check(length >= 0, "a masked frame at " + at);
      int header = length < 126 ? 2 : length == 126 ? 4 : 10;
      if (header > 2) {
        long longer = 0;
        for (int i = 2; i < header; i++) {
          longer = (longer << 8) | (bytes[at + i] & 0xff);
        }
        check(longer >= (header == 4 ? 126 : 65_536), "a length that is too long at " + at);
        length = Math.toIntExact(longer);
      }
      int from = at + header;
      check(from + length <= bytes.length, "a frame that is cut at " + at);
      byte[] payload = Arrays.copyOfRange(bytes, from, from + length);
      Frame frame = new Frame(at, (first & 0x80) != 0, (first & 0x40) != 0, first & 15, payload);
      check(!frame.isControl() || (frame.fin && length < 126), "a control frame at " + at);
      frames.add(frame);
      at = from + length;
    }
    return frames;
  }

  /** Messages and control frames, the latter where they stand; fails where they do not fit. */
  static List<Whole> messages(List<Frame> frames) {
    List<Whole> messages = new ArrayList<>();
    Frame first = null;
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    int count = 0;
    for (Frame frame : frames) {
      if (frame.isControl()) {
        messages.add(new Whole(frame.opcode, frame.compressed, frame.payload, 1));
        continue;
      }
      check((frame.opcode == 0) == (first != null), "a frame out of order: " + frame);
      check(first == null || !frame.compressed, "RSV1 on a continuation");
      first = first == null ? frame : first;
      payload.writeBytes(frame.payload);
      count++;
      if (frame.fin) {
        messages.add(new Whole(first.opcode, first.compressed, payload.toByteArray(), count));
        first = null;
        payload.reset();
        count = 0;
      }
    }
    check(first == null, "a message that is cut");
    return messages;
  }

  /** One frame, whole. */
  static byte[] frame(int first, byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(first);
    int bytes = payload.length < 126 ? 0 : payload.length < 65_536 ? 2 : 8;
    out.write(bytes == 0 ? payload.length : bytes == 2 ? 126 : 127);
    for (int i = bytes - 1; i >= 0; i--) {
      out.write((int) ((long) payload.length >>> (8 * i)));
    }
    out.writeBytes(payload);
    return out.toByteArray();
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
