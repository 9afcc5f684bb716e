package dev.millrace.bench;

import java.io.IOException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of a response.
 *
 * @param text in lower case
 * @param end how long it is
 */
record Http1Response(String text, int end) {

  /** Of a response that is a 200. */
  static Http1Response of(String head) throws IOException {
    return of(head, "200");
  }

  static Http1Response of(String head, String status) throws IOException {
    String text = head.toLowerCase(Locale.ROOT);
    if (!text.startsWith("http/1.1 " + status + " ")) {
      throw new IOException("expected a %s, got: %s".formatted(status, head.strip()));
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
