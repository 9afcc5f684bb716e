package dev.millrace.test;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decodes one gzip member (RFC 1952) as it comes: what can be decoded is given out at once. One per
 * response, for one thread at a time.
 */
final class Gunzip implements AutoCloseable {
  private static final int HEADER = 10;
  private static final int TRAILER = 8;

  private enum State {
    HEADER,
    BLOCKS,
    TRAILER,
    WHOLE
  }

  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();

  /** Of header and trailer what has come so far. */
  private final ByteArrayOutputStream frame = new ByteArrayOutputStream();

  private State state = State.HEADER;

  /**
   * Reads on.
   *
   * @return what has been decoded
   * @throws DataFormatException when that is not gzip, or more than one member
   */
  byte[] feed(byte[] bytes, int from, int length) throws DataFormatException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    int at = from;
    int end = from + length;
    while (at < end) {
      at =
          switch (state) {
            case HEADER -> header(bytes, at, end);
            case BLOCKS -> inflate(bytes, at, end, plain);
            case TRAILER -> trailer(bytes, at, end);
            case WHOLE -> throw new DataFormatException((end - at) + " bytes after the end");
          };
    }
    return plain.toByteArray();
  }

  private int header(byte[] bytes, int from, int end) throws DataFormatException {
    int part = Math.min(HEADER - frame.size(), end - from);
    frame.write(bytes, from, part);
    if (frame.size() == HEADER) {
      byte[] header = frame.toByteArray();
      if (header[0] != 0x1f || header[1] != (byte) 0x8b || header[2] != 8 || header[3] != 0) {
        throw new DataFormatException("the header is not that of plain gzip");
      }
      frame.reset();
      state = State.BLOCKS;
    }
    return from + part;
  }

  private int inflate(byte[] bytes, int from, int end, ByteArrayOutputStream plain)
      throws DataFormatException {
    byte[] piece = new byte[8192];
    inflater.setInput(bytes, from, end - from);
    int inflated = inflater.inflate(piece);
    while (inflated > 0) {
      checksum.update(piece, 0, inflated);
      plain.write(piece, 0, inflated);
      inflated = inflater.inflate(piece);
    }
    if (inflater.finished()) {
      state = State.TRAILER;
    }
    return end - inflater.getRemaining();
  }

  private int trailer(byte[] bytes, int from, int end) throws DataFormatException {
    int part = Math.min(TRAILER - frame.size(), end - from);
    frame.write(bytes, from, part);
    if (frame.size() == TRAILER) {
      ByteBuffer trailer = ByteBuffer.wrap(frame.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
      if (trailer.getInt() != (int) checksum.getValue()) {
        throw new DataFormatException("the checksum is wrong");
      }
      if (trailer.getInt() != (int) inflater.getBytesWritten()) {
        throw new DataFormatException("the length is wrong");
      }
      state = State.WHOLE;
    }
    return from + part;
  }

  /** Whether the end has come. */
  boolean isWhole() {
    return state == State.WHOLE;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
