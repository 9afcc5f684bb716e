package dev.millrace.test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Cuts bytes into lines of UTF-8. A line ends with LF, and where it is told so also with CR or
 * CRLF; what follows the last end is kept until its end comes.
 */
final class Lines {
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final boolean crEnds;
  private boolean afterCr;

  Lines(boolean crEnds) {
    this.crEnds = crEnds;
  }

  void feed(byte[] bytes, int from, int length, Consumer<String> lines) {
    int start = from;
    for (int i = from; i < from + length; i++) {
      byte b = bytes[i];
      boolean restOfCrLf = afterCr && b == '\n';
      afterCr = crEnds && b == '\r';
      if (restOfCrLf) {
        start = i + 1;
      } else if (b == '\n' || afterCr) {
        line.write(bytes, start, i - start);
        start = i + 1;
        String whole = line.toString(StandardCharsets.UTF_8);
        line.reset();
        lines.accept(whole);
      }
    }
    line.write(bytes, start, from + length - start);
  }
}
