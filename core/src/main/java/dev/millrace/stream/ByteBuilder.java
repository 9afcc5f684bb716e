package dev.millrace.stream;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** Bytes that grow at one end and are read at the other; links of the outbound buffer's chain. */
final class ByteBuilder {

  @Nullable ByteBuilder next;
  private byte[] bytes;
  private int start;
  private int end;

  ByteBuilder(int capacity) {
    bytes = new byte[capacity];
  }

  /** A builder that is full already. */
  ByteBuilder(byte[] content) {
    bytes = content;
    end = content.length;
  }

  int size() {
    return end - start;
  }

  /** How much has been written since the beginning, whether it was read or not. */
  int written() {
    return end;
  }

  /** One of its bytes, 0 to 255; the oldest has index 0. */
  int at(int index) {
    return bytes[start + index] & 0xff;
  }

  ByteBuilder ascii(String text) {
    int length = text.length();
    reserve(length);
    for (int i = 0; i < length; i++) {
      bytes[end + i] = (byte) text.charAt(i);
    }
    end += length;
    return this;
  }

  ByteBuilder put(char ascii) {
    reserve(1);
    bytes[end++] = (byte) ascii;
    return this;
  }

  /** The lowest eight bits of a number. */
  ByteBuilder octet(int bits) {
    reserve(1);
    bytes[end++] = (byte) bits;
    return this;
  }

  ByteBuilder put(byte[] source, int from, int length) {
    reserve(length);
    System.arraycopy(source, from, bytes, end, length);
    end += length;
    return this;
  }

  /** The JDK's own encoder is several times as fast as a loop over characters, copy included. */
  ByteBuilder utf8(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    return put(encoded, 0, encoded.length);
  }

  /**
   * Adds what a deflater gives.
   *
   * @param mode as {@link Deflater#deflate(byte[], int, int, int)} has it
   * @return whether it may have more
   */
  boolean deflate(Deflater deflater, int mode) {
    reserve(64);
    int room = bytes.length - end;
    int added = deflater.deflate(bytes, end, room, mode);
    end += added;
    return added == room;
  }

  /** Four bytes, the least significant first. */
  ByteBuilder littleEndian(int number) {
    reserve(4);
    for (int shift = 0; shift < 32; shift += 8) {
      bytes[end++] = (byte) (number >>> shift);
    }
    return this;
  }

  byte[] toByteArray() {
    return Arrays.copyOfRange(bytes, start, end);
  }

  /** Hands out and forgets the oldest bytes. */
  void readTo(Outbound.Sink sink, int length) {
    sink.write(bytes, start, length);
    start += length;
  }

  /**
   * Forgets all but the oldest bytes of this builder and those that follow.
   *
   * @return the last one that is left; {@code null} for none
   */
  @Nullable ByteBuilder cut(long keep) {
    ByteBuilder last = null;
    long left = keep;
    for (ByteBuilder each = this; each != null && left > 0; each = each.next) {
      each.truncate((int) Math.min(left, each.size()));
      left -= each.size();
      last = each;
    }
    if (last != null) {
      last.next = null;
    }
    return last;
  }

  /** Forgets the youngest bytes. */
  void truncate(int size) {
    end = start + size;
  }

  /** Makes room at once for what is about to be put. */
  void reserve(int more) {
    if (bytes.length - end < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, end + more));
    }
  }
}
