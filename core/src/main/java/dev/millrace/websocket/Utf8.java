package dev.millrace.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Whether bytes are UTF-8 (RFC 3629), as they come: the state after some of them is a number, with
 * which the next are looked at. What can no longer become UTF-8 is refused at its first such byte,
 * overlong forms and surrogates at their second.
 */
final class Utf8 {
  /** Between two characters. */
  static final int START = 0;

  /** Not UTF-8, whatever follows. */
  static final int BAD = -1;

  // How many bytes of the character are to come, where any of 80 to BF will do for the next …
  private static final int ONE = 1;
  private static final int TWO = 2;
  private static final int THREE = 3;
  // … and the four first bytes behind which fewer will do.
  private static final int AFTER_E0 = 4;
  private static final int AFTER_ED = 5;
  private static final int AFTER_F0 = 6;
  private static final int AFTER_F4 = 7;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  /** Whether bytes are whole characters. */
  static boolean isValid(byte[] bytes, int from, int to) {
    return read(START, bytes, from, to) == START;
  }

  /**
   * Looks at the next bytes.
   *
   * @param state what the last call returned; {@link #START} at the beginning of a text
   * @return {@link #BAD} when they are wrong, {@link #START} when a text may end here
   */
  static int read(int state, byte[] bytes, int from, int to) {
    int now = state;
    for (int i = from; i < to && now != BAD; i++) {
      if (now != START) {
        now = follow(now, bytes[i] & 0xff);
      } else if (bytes[i] >= 0) {
        i = ascii(bytes, i, to) - 1;
      } else {
        int length = common(bytes, i, to);
        if (length == 0) {
          now = begin(bytes[i] & 0xff);
        } else {
          i += length - 1;
        }
      }
    }
    return now;
  }

  /** How long a character is that is whole, and so common that it is worth a look; otherwise 0. */
  private static int common(byte[] bytes, int at, int to) {
    int first = bytes[at] & 0xff;
    if (first >= 0xc2 && first < 0xe0) {
      return at + 1 < to && follows(bytes[at + 1]) ? 2 : 0;
    }
    if (first > 0xe0 && first < 0xf0 && first != 0xed) {
      return at + 2 < to && follows(bytes[at + 1]) && follows(bytes[at + 2]) ? 3 : 0;
    }
    return 0;
  }

  /** Whether a byte is one of 80 to BF, which are the smallest of bytes with a sign. */
  private static boolean follows(byte b) {
    return b < (byte) 0xc0;
  }

  /** The index of the first byte that is not ASCII; the first is known to be. */
  private static int ascii(byte[] bytes, int from, int to) {
    int i = from;
    while (i + Long.BYTES <= to && ((long) LONGS.get(bytes, i) & HIGH_BITS) == 0) {
      i += Long.BYTES;
    }
    while (i < to && bytes[i] >= 0) {
      i++;
    }
    return i;
  }

  private static int begin(int b) {
    if (b < 0xe0) {
      // 80 to BF only follow, C0 and C1 are overlong
      return b < 0xc2 ? BAD : ONE;
    }
    return switch (b) {
      case 0xe0 -> AFTER_E0;
      case 0xed -> AFTER_ED;
      case 0xf0 -> AFTER_F0;
      case 0xf1, 0xf2, 0xf3 -> THREE;
      case 0xf4 -> AFTER_F4;
      default -> b < 0xf0 ? TWO : BAD;
    };
  }

  private static int follow(int state, int b) {
    if (b < 0x80 || b > 0xbf) {
      return BAD;
    }
    return switch (state) {
      case AFTER_E0 -> b < 0xa0 ? BAD : ONE; // overlong
      case AFTER_ED -> b > 0x9f ? BAD : ONE; // surrogates
      case AFTER_F0 -> b < 0x90 ? BAD : TWO; // overlong
      case AFTER_F4 -> b > 0x8f ? BAD : TWO; // above 10FFFF
      default -> state - 1;
    };
  }
}
