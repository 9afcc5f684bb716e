package dev.millrace.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The scan of a request's head, against a regular expression. */
class HeadScanTest {
  private static final String WORD = "[\\x21-\\x7f]+";
  private static final String PROTOCOL = "(HTTP/[\\x21-\\x7f]*|HTTP|HTT|HT|H)";

  /** Whether there are three words or fewer is for the decoder to say. */
  private static final Pattern CLEAN =
      Pattern.compile(
          "(\\r\\n)*%1$s( (%1$s( %2$s?)?)?)?\\r\\n((?![ \\t])[^\\n]*\\n)*"
              .formatted(WORD, PROTOCOL));

  private static final String[] PIECES = {
    "GET",
    "/a",
    "HTTP/1.1",
    "HTT",
    "G",
    " ",
    " ",
    " ",
    "\t",
    "\r\n",
    "\r\n",
    "\r",
    "\n",
    ":",
    "\0",
    "\u0080",
    "\u007f",
    "X: 1\r\n",
    "GET /a HTTP/1.1\r\n",
    "GET /a HTTP/1.1\r\nHost: a\r\n"
  };

  @Test
  void findsWhatIsNotCleanWhereverThePacketsEnd() {
    Random random = new Random(7);
    int clean = 0;
    for (int i = 0; i < 100_000; i++) {
      StringBuilder head = new StringBuilder();
      for (int pieces = 1 + random.nextInt(7); pieces > 0; pieces--) {
        head.append(PIECES[random.nextInt(PIECES.length)]);
      }
      // So that there is a request line, and an end.
      String text = head.append("a\r\n").toString();
      boolean expected = CLEAN.matcher(text).matches();
      assertThat(isClean(text, random)).as(() -> escaped(text)).isEqualTo(expected);
      clean += expected ? 1 : 0;
    }
    assertThat(clean).as("clean heads among them").isGreaterThan(1000);
  }

  private static boolean isClean(String text, Random random) {
    ByteBuf bytes = Unpooled.copiedBuffer(text, ISO_8859_1);
    HeadScan scan = new HeadScan();
    int from = 0;
    while (from < text.length()) {
      int to = Math.min(text.length(), from + 1 + random.nextInt(9));
      scan.scan(bytes, from, to);
      from = to;
    }
    return scan.fault() == null;
  }

  private static String escaped(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n").replace("\0", "\\0");
  }
}
