package dev.millrace.websocket;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a message as its bytes come. Grows with them, not with what is announced, and by
 * doubling, so that the cost is linear however small the pieces are. Holds nothing between
 * messages.
 */
final class MessageBuffer {
  private static final byte[] NOTHING = {};
  private static final int LEAST = 256;

  private final int most;

  private byte @Nullable [] bytes;
  private int size;

  /** How long the message is with the frame that is being read. */
  private int expected;

  private int utf8 = Utf8.START;

  MessageBuffer(int most) {
    this.most = most;
  }

  /**
   * A frame of the message begins.
   *
   * @throws FrameException 1009 when the message is too long with it
   */
  void expect(long length) throws FrameException {
    // Not a sum: the length may be close to 2^63.
    if (length > most - size) {
      throw new FrameException(
          CloseCode.TOO_BIG, "a message of more than " + most + " bytes (the limit)");
    }
    expected = size + (int) length;
  }

  /**
   * Adds bytes of the frame.
   *
   * @param position how many of the frame there are already
   * @param last whether the frame is the message's last
   * @param text whether they have to be UTF-8
   * @throws FrameException 1007 when they have to be and cannot
   */
  void append(ByteBuffer from, int count, int key, long position, boolean last, boolean text)
      throws FrameException {
    if (count > 0) {
      byte[] all = room(count, last);
      int start = size;
      size += count;
      from.get(all, start, count);
      Masks.apply(key, position, all, start, size);
      if (text) {
        utf8 = Utf8.read(utf8, all, start, size);
      }
    }
    // Compressed text leaves it at START: it is looked at when it has been inflated.
    if (utf8 == Utf8.BAD || (last && utf8 != Utf8.START && size == expected)) {
      throw new FrameException(CloseCode.INVALID_PAYLOAD, "text that is not UTF-8");
    }
  }

  private byte[] room(int count, boolean last) {
    byte[] old = bytes;
    int needed = size + count;
    if (old != null && needed <= old.length) {
      return old;
    }
    long doubled = old == null ? LEAST : 2L * old.length;
    // Where the end is known the array becomes exactly as long as the message, and is handed out.
    int capacity = Math.clamp(doubled, needed, last ? expected : most);
    byte[] larger = old == null ? new byte[capacity] : Arrays.copyOf(old, capacity);
    bytes = larger;
    return larger;
  }

  /** The message, which is whole; the next begins. */
  byte[] take() {
    byte[] all = bytes;
    byte[] whole = all == null ? NOTHING : all.length == size ? all : Arrays.copyOf(all, size);
    clear();
    return whole;
  }

  void clear() {
    bytes = null;
    size = 0;
    expected = 0;
    utf8 = Utf8.START;
  }
}
