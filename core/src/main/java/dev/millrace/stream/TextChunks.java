package dev.millrace.stream;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Makes text of bytes that come in pieces, for wires of events. A piece never ends inside a UTF-8
 * character or between CR and LF; what is not UTF-8 becomes U+FFFD.
 */
public final class TextChunks {
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);

  private byte[] rest = {};
  private boolean heldCr;

  /** Nothing decoded yet. */
  public TextChunks() {}

  /**
   * The text of the next bytes, as far as it is certain.
   *
   * @param last whether no more will come
   */
  public String next(byte[] bytes, int from, int length, boolean last) {
    ByteBuffer in = ByteBuffer.allocate(rest.length + length);
    in.put(rest).put(bytes, from, length).flip();
    CharBuffer out = CharBuffer.allocate(in.remaining() + 2);
    if (heldCr) {
      out.put('\r');
    }
    decoder.decode(in, out, last);
    if (last) {
      decoder.flush(out);
    }
    rest = new byte[in.remaining()];
    in.get(rest);
    out.flip();
    heldCr = !last && out.hasRemaining() && out.get(out.limit() - 1) == '\r';
    if (heldCr) {
      out.limit(out.limit() - 1);
    }
    return out.toString();
  }
}
