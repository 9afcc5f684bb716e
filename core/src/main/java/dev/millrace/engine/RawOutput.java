package dev.millrace.engine;

import java.io.OutputStream;
import java.util.Objects;

/** A stream's bytes as Java's own output type. Unbuffered: the outbound buffer gathers. */
final class RawOutput extends OutputStream {
  private final Sending stream;

  RawOutput(Sending stream) {
    this.stream = stream;
  }

  @Override
  public void write(int b) {
    stream.write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) {
    Objects.checkFromIndexSize(from, length, bytes.length);
    if (length > 0) {
      stream.write(bytes, from, length);
    }
  }

  @Override
  public void close() {
    stream.close();
  }
}
