package dev.millrace.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * A request's body up to its limit. A length that is declared over it is refused before anything is
 * read; otherwise reading stops with the first byte over it. Once refused it stays refused.
 */
final class LimitedInput extends InputStream {
  private final InputStream source;
  private final long declared;
  private final long limit;
  private long count;

  /**
   * A body that nothing has been read of.
   *
   * @param declared the Content-Length; -1 when there is none
   */
  LimitedInput(InputStream source, long declared, long limit) {
    this.source = source;
    this.declared = declared;
    this.limit = limit;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    Objects.checkFromIndexSize(from, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (declared > limit || count > limit) {
      throw tooLarge();
    }
    // One byte more than is allowed tells a body that is too long from one that just fits.
    long most = limit - count < Integer.MAX_VALUE ? limit - count + 1 : length;
    int taken = source.read(target, from, (int) Math.min(length, most));
    if (taken > 0) {
      count += taken;
      if (count > limit) {
        throw tooLarge();
      }
    }
    return taken;
  }

  private HttpException tooLarge() {
    return new HttpException(413, "the body is over the limit of " + limit + " bytes");
  }
}
