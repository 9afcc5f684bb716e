package dev.millrace.stream;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Server-Sent Events (WHATWG HTML, section 9.2). Fields leave in the order id, event, retry, data.
 */
final class SseFormat implements WireFormat {

  @Override
  public boolean keepsText() {
    return true;
  }

  @Override
  public void begin(StreamOptions options, ByteBuilder out) {
    if (options.retry() != null) {
      retry(options.retry().toMillis(), out);
    }
  }

  @Override
  public void event(Event event, ByteBuilder out) {
    if (event.id() != null) {
      out.ascii("id: ").utf8(event.id()).put('\n');
    }
    if (event.name() != null) {
      out.ascii("event: ").utf8(event.name()).put('\n');
    }
    if (event.retry() != null) {
      out.ascii("retry: ").ascii(Long.toString(event.retry().toMillis())).put('\n');
    }
    if (event.data() instanceof byte[] utf8) {
      data(utf8, out);
    } else {
      data(String.valueOf(event.data()), out);
    }
    out.put('\n');
  }

  private static void data(String text, ByteBuilder out) {
    out.ascii("data: ");
    if (text.indexOf('\n') < 0 && text.indexOf('\r') < 0) {
      out.utf8(text);
    } else {
      lines("data: ", text, out);
    }
    out.put('\n');
  }

  /** A new field for each LF, CR or CRLF; the first has been begun. */
  private static void lines(String field, String text, ByteBuilder out) {
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r') {
        out.utf8(text.substring(start, i)).put('\n').ascii(field);
        if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
          i++;
        }
        start = i + 1;
      }
    }
    out.utf8(text.substring(start));
  }

  private static void data(byte[] utf8, ByteBuilder out) {
    for (byte b : utf8) {
      if (b == '\n' || b == '\r') {
        data(new String(utf8, StandardCharsets.UTF_8), out);
        return;
      }
    }
    out.ascii("data: ").put(utf8, 0, utf8.length).put('\n');
  }

  @Override
  public void comment(String text, ByteBuilder out) {
    out.ascii(": ");
    lines(": ", text, out);
    out.ascii("\n\n");
  }

  @Override
  public void heartbeat(@Nullable String eventName, ByteBuilder out) {
    if (eventName == null) {
      out.ascii(":\n\n");
    } else {
      out.ascii("event: ").utf8(eventName).ascii("\ndata: \n\n");
    }
  }

  /** An event without data is none, but its id is the client's last one from now on. */
  @Override
  public void position(String id, ByteBuilder out) {
    out.ascii("id: ").utf8(id).ascii("\n\n");
  }

  @Override
  public void retry(long millis, ByteBuilder out) {
    out.ascii("retry: ").ascii(Long.toString(millis)).ascii("\n\n");
  }
}
