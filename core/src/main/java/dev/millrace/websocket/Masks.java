package dev.millrace.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Masking (RFC 6455, section 5.3). Doing it twice undoes it. */
final class Masks {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Masks() {}

  /**
   * Applies a key to some bytes of a frame's payload.
   *
   * @param key its first byte is the highest
   * @param position of the first byte within the payload
   */
  static void apply(int key, long position, byte[] bytes, int from, int to) {
    int turned = Integer.rotateLeft(key, Byte.SIZE * (int) (position & 3));
    if (turned == 0) {
      return;
    }
    long twice = (long) turned << Integer.SIZE | Integer.toUnsignedLong(turned);
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      LONGS.set(bytes, i, (long) LONGS.get(bytes, i) ^ twice);
    }
    for (; i < to; i++) {
      // Eight is a multiple of four: the key is where it was.
      turned = Integer.rotateLeft(turned, Byte.SIZE);
      bytes[i] ^= (byte) turned;
    }
  }
}
