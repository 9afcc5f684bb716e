package dev.millrace.bench;

import java.io.IOException;

/**
 * Takes the chunked coding (RFC 9112, section 7.1) off a body that comes in pieces, cut anywhere.
 */
final class ChunkedBody {
  /** What the chunks hold, in pieces cut anywhere. */
  @FunctionalInterface
  interface Content {
    void accept(byte[] bytes, int from, int to) throws IOException;
  }

  private enum State {
    SIZE,
    SIZE_EXTENSION,
    DATA,
    DATA_END,
    TRAILER_START,
    TRAILER,
    DONE
  }

  private final Content content;
  private State state = State.SIZE;
  private int left;

  ChunkedBody(Content content) {
    this.content = content;
  }

  /** Whether the terminating chunk was read, with the blank line that ends it. */
  boolean isDone() {
    return state == State.DONE;
  }

  void accept(byte[] bytes, int from, int to) throws IOException {
    int at = from;
    while (at < to) {
      if (state == State.DATA) {
        int end = Math.min(to, at + left);
        content.accept(bytes, at, end);
        left -= end - at;
        at = end;
        if (left == 0) {
          state = State.DATA_END;
        }
      } else {
        state = next(bytes[at++]);
      }
    }
  }

  private State next(byte b) throws IOException {
    return switch (state) {
      case SIZE, SIZE_EXTENSION -> size(b);
      case DATA_END -> b == '\n' ? State.SIZE : State.DATA_END;
      case TRAILER_START -> trailerStart(b);
      case TRAILER -> b == '\n' ? State.TRAILER_START : State.TRAILER;
      case DATA, DONE -> throw new IOException("bytes after the terminating chunk");
    };
  }

  private State size(byte b) throws IOException {
    if (b == '\n') {
      return left == 0 ? State.TRAILER_START : State.DATA;
    }
    if (b == '\r' || b == ';' || state == State.SIZE_EXTENSION) {
      return State.SIZE_EXTENSION;
    }
    int digit = Character.digit(b, 16);
    if (digit < 0) {
      throw new IOException("chunk size: byte 0x%02x".formatted(b));
    }
    left = left * 16 + digit;
    return State.SIZE;
  }

  private static State trailerStart(byte b) {
    return switch (b) {
      case '\n' -> State.DONE;
      case '\r' -> State.TRAILER_START;
      default -> State.TRAILER;
    };
  }
}
