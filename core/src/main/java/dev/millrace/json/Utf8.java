package dev.millrace.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Whether bytes are UTF-8 (RFC 3629), strictly. Jackson's own reader lets overlong forms pass, and
 * looks at nothing in the strings that it skips.
 */
final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  /**
   * Where the text begins: after a byte order mark, which RFC 8259, section 8.1, lets us ignore.
   */
  static int start(byte[] bytes) {
    boolean marked =
        bytes.length >= 3
            && bytes[0] == (byte) 0xef
            && bytes[1] == (byte) 0xbb
            && bytes[2] == (byte) 0xbf;
    return marked ? 3 : 0;
  }

  /** The index of the first byte that belongs to no character; -1 when there is none. */
  static int firstBad(byte[] bytes) {
    int from = ascii(bytes);
    if (from == bytes.length) {
      return -1;
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes, from, bytes.length - from);
    CharBuffer out = CharBuffer.allocate(Math.min(1024, bytes.length - from + 1));
    while (true) {
      CoderResult result = decoder.decode(in, out.clear(), true);
      if (result.isError()) {
        return in.position();
      }
      if (result.isUnderflow()) {
        return -1;
      }
    }
  }

  /** How many bytes at the beginning are surely ASCII: all of them, in most documents. */
  private static int ascii(byte[] bytes) {
    int i = 0;
    while (i + Long.BYTES <= bytes.length && ((long) LONGS.get(bytes, i) & HIGH_BITS) == 0) {
      i += Long.BYTES;
    }
    while (i < bytes.length && bytes[i] >= 0) {
      i++;
    }
    return i;
  }
}
