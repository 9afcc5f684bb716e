package dev.millrace.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds line ends eight bytes at a time, so that reading is not slower than the server's writing.
 *
 * <p>A byte that is a line feed becomes zero by the exclusive or with eight line feeds; the usual
 * arithmetic then finds the first byte that is zero (Warren, Hacker's Delight, section 6-1).
 */
final class Newlines {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long LINE_FEEDS = ONES * '\n';

  private Newlines() {}

  /** The index of the next line feed, or {@code to} where there is none. */
  static int next(byte[] bytes, int from, int to) {
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long word = (long) WORD.get(bytes, at) ^ LINE_FEEDS;
      long zeros = (word - ONES) & ~word & HIGH_BITS;
      if (zeros != 0) {
        return at + Long.numberOfTrailingZeros(zeros) / Byte.SIZE;
      }
    }
    while (at < to && bytes[at] != '\n') {
      at++;
    }
    return at;
  }
}
