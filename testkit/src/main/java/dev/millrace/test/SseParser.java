package dev.millrace.test;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Server-Sent Events as a browser reads them (WHATWG HTML, section 9.2.6). */
final class SseParser implements EventParser {
  private final Lines lines = new Lines(true);
  private final StringBuilder data = new StringBuilder();
  private @Nullable String id;
  private String name = "";
  private boolean hasData;
  private boolean begun;

  @Override
  public void parse(byte[] bytes, int from, int length, Found found) {
    lines.feed(bytes, from, length, line -> line(line, found));
  }

  private void line(String text, Found found) {
    String line = begun || !text.startsWith("\uFEFF") ? text : text.substring(1);
    begun = true;
    int colon = line.indexOf(':');
    if (line.isEmpty()) {
      dispatch(found);
    } else if (colon == 0) {
      found.comment(value(line, colon));
    } else if (colon > 0) {
      field(line.substring(0, colon), value(line, colon), found);
    } else {
      field(line, "", found);
    }
  }

  private static String value(String line, int colon) {
    boolean spaced = line.startsWith(" ", colon + 1);
    return line.substring(colon + (spaced ? 2 : 1));
  }

  private void field(String field, String value, Found found) {
    switch (field) {
      case "event" -> name = value;
      case "data" -> {
        data.append(hasData ? "\n" : "").append(value);
        hasData = true;
      }
      case "id" -> {
        if (value.indexOf('\0') < 0) {
          id = value;
        }
      }
      case "retry" -> {
        if (!value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
          found.retry(Duration.ofMillis(Long.parseLong(value)));
        }
      }
      default -> {}
    }
  }

  private void dispatch(Found found) {
    if (hasData) {
      found.event(new TestEvent(name.isEmpty() ? "message" : name, id, data.toString()));
    }
    if (id != null) {
      found.id(id);
    }
    data.setLength(0);
    hasData = false;
    name = "";
    id = null;
  }
}
