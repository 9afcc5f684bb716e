package dev.millrace.http;

import java.io.InputStream;
import java.util.function.IntSupplier;

/** Bytes that come in pieces of the sizes that a supplier says, as from a network. */
final class Trickle extends InputStream {
  private final byte[] bytes;
  private final IntSupplier sizes;
  private int at;

  Trickle(byte[] bytes, IntSupplier sizes) {
    this.bytes = bytes;
    this.sizes = sizes;
  }

  /** How many have been taken. */
  int taken() {
    return at;
  }

  @Override
  public int read() {
    return at == bytes.length ? -1 : bytes[at++] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int length) {
    if (at == bytes.length) {
      return -1;
    }
    int size = Math.min(Math.min(length, Math.max(1, sizes.getAsInt())), bytes.length - at);
    System.arraycopy(bytes, at, target, from, size);
    at += size;
    return size;
  }
}
