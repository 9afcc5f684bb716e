package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.Arrays;

/**
 * What a message of the rooms' measurements says: its number in eight hexadecimal digits, when it
 * was published in sixteen, and padding.
 */
final class RoomMessage {
  /** How many digits there are. */
  static final int DIGITS = 24;

  private static final int NUMBER_DIGITS = 8;

  private RoomMessage() {}

  static byte[] bytes(int number, long nanos, int length) {
    byte[] bytes = new byte[Math.max(length, DIGITS)];
    Arrays.fill(bytes, (byte) 'x');
    byte[] digits = "%08x%016x".formatted(number, nanos).getBytes(US_ASCII);
    System.arraycopy(digits, 0, bytes, 0, DIGITS);
    return bytes;
  }

  /** Reads the digits of one message after the other, cut anywhere. */
  abstract static class Reader {
    private static final int NEW = -1;

    private final RoomTally tally;
    private int next = NEW;
    private int digits;
    private int number;
    private long nanos;

    Reader(RoomTally tally) {
      this.tally = tally;
    }

    /** Bytes from the server, cut anywhere. */
    abstract void accept(byte[] bytes, int from, int to) throws IOException;

    /** It must see every message from this number on; otherwise from the first that comes. */
    final void expect(int first) {
      next = first;
    }

    /** The number behind that of its newest message, or -1. */
    final int next() {
      return next;
    }

    /** A message begins. */
    final void begin() {
      digits = 0;
      number = 0;
      nanos = 0;
    }

    /** Takes a byte of a message, and gives whether more of them are digits. */
    final boolean digit(byte b) {
      int value = b <= '9' ? b - '0' : b - 'a' + 10;
      if (value < 0 || value > 15) {
        digits = -1;
        return false;
      }
      if (digits < NUMBER_DIGITS) {
        number = number << 4 | value;
      } else {
        nanos = nanos << 4 | value;
      }
      return ++digits < DIGITS;
    }

    /** A message is over. */
    final void end() {
      if (digits != DIGITS) {
        tally.other();
      } else {
        tally.received(nanos, next == NEW ? 0 : number - next);
        next = Math.max(next, number + 1);
      }
    }
  }
}
