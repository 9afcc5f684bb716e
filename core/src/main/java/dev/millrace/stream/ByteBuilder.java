package dev.millrace.stream;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes that grow at one end and are read at the other; links of the outbound buffer's chain. */
final class ByteBuilder {
  private static final int SMALLEST = 128;

  @Nullable ByteBuilder next;
  private byte[] bytes;
  private int start;
  private int end;

  ByteBuilder() {
    bytes = new byte[SMALLEST];
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

  ByteBuilder put(byte[] source, int from, int length) {
    reserve(length);
    System.arraycopy(source, from, bytes, end, length);
    end += length;
    return this;
  }

  ByteBuilder utf8(CharSequence text) {
    return utf8(text, 0, text.length());
  }

  ByteBuilder utf8(CharSequence text, int from, int to) {
    reserve(to - from);
    byte[] target = bytes;
    int at = end;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        end = at;
        byte[] rest = text.subSequence(i, to).toString().getBytes(StandardCharsets.UTF_8);
        return put(rest, 0, rest.length);
      }
      target[at++] = (byte) c;
    }
    end = at;
    return this;
  }

  /**
   * Copies the beginning of a text as long as it is plain: ASCII without line ends. The common case
   * of an event in one pass over its characters.
   *
   * @return how many characters were copied
   */
  int plainPrefix(String text) {
    int length = text.length();
    reserve(length);
    byte[] target = bytes;
    int at = end;
    int i = 0;
    for (; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80 || c == '\n' || c == '\r') {
        break;
      }
      target[at++] = (byte) c;
    }
    end = at;
    return i;
  }

  /** Hands out and forgets the oldest bytes. */
  void readTo(Outbound.Sink sink, int length) {
    sink.write(bytes, start, length);
    start += length;
  }

  private void reserve(int more) {
    if (bytes.length - end < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, end + more));
    }
  }
}
