package dev.millrace.bench;

import java.io.IOException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of a response that is a 200.
 *
 * @param text in lower case
 * @param end how long it is
 */
record Http1Response(String text, int end) {

  static Http1Response of(String head) throws IOException {
    String text = head.toLowerCase(Locale.ROOT);
    if (!text.startsWith("http/1.1 200 ")) {
      throw new IOException("expected a 200, got: " + head.strip());
    }
    return new Http1Response(text, head.length());
  }

  boolean isChunked() {
    return value("transfer-encoding").equals("chunked");
  }

  /** The length of the body as the head tells it. */
  long length() throws IOException {
    String length = value("content-length");
    if (length.isEmpty()) {
      throw new IOException("expected a Content-Length, got: " + text.strip());
    }
    return Long.parseLong(length);
  }

  /** What a field says, or an empty text. */
  String value(String field) {
    Matcher line = Pattern.compile("\r\n" + field + ": *([^\r]*)").matcher(text);
    return line.find() ? line.group(1) : "";
  }
}
