package dev.millrace.stream;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the frames that pass, in pieces of any size, and so knows where one ends. Of a payload
 * it looks at nothing.
 */
final class FrameWalk implements Outbound.Sink {

  private enum At {
    /** In a payload; or between two frames, when nothing of it is left. */
    PAYLOAD,
    /** The first byte of a header has passed. */
    LENGTH,
    /** The length is in the bytes to come. */
    LONG_LENGTH
  }

  private Outbound.@Nullable Sink target;
  private At at = At.PAYLOAD;

  /** How many bytes of a long length are missing. */
  private int missing;

  /** Of the payload; of a long length, what has passed. */
  private long left;

  private boolean closed;

  /** Where the bytes go on to. */
  void to(Outbound.@Nullable Sink next) {
    target = next;
  }

  @Override
  public void write(byte[] bytes, int from, int length) {
    Objects.requireNonNull(target).write(bytes, from, length);
    int end = from + length;
    int next = from;
    while (next < end) {
      if (at == At.PAYLOAD && left > 0) {
        int passed = (int) Math.min(left, end - next);
        left -= passed;
        next += passed;
      } else {
        header(bytes[next++]);
      }
    }
  }

  private void header(byte octet) {
    switch (at) {
      case PAYLOAD -> {
        closed |= (octet & SocketFormat.OPCODE) == SocketFormat.CLOSE;
        at = At.LENGTH;
      }
      case LENGTH -> length(octet & 0x7f);
      case LONG_LENGTH -> {
        left = (left << 8) | (octet & 0xff);
        missing--;
        if (missing == 0) {
          at = At.PAYLOAD;
        }
      }
    }
  }

  private void length(int length) {
    if (length < 126) {
      left = length;
      at = At.PAYLOAD;
    } else {
      missing = length == 126 ? 2 : 8;
      at = At.LONG_LENGTH;
    }
  }

  boolean isInHeader() {
    return at != At.PAYLOAD;
  }

  /** How many bytes are known to belong to the frame that has begun; 0 between two frames. */
  long toGo() {
    return switch (at) {
      case PAYLOAD -> left;
      case LENGTH -> 1;
      case LONG_LENGTH -> missing;
    };
  }

  /** Whether a close frame has begun. */
  boolean hasClosed() {
    return closed;
  }
}
