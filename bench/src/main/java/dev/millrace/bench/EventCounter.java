package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts the server-sent events in a body that comes in pieces, cut anywhere.
 *
 * <p>An event is a block with a data line before its blank line; comments and blocks of other
 * fields are none. Every 64th event is read, and must carry the number that its place calls for:
 * the first one's, which a server may choose, and one more for each event. Reading every event
 * would make the client the slower side.
 */
final class EventCounter {
  private static final int SAMPLE_EVERY = 64;
  private static final int LONGEST_SAMPLE = 4096;
  private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

  private final byte[] sample = new byte[LONGEST_SAMPLE];
  private int sampleLength;
  private boolean lineStarts = true;
  private boolean hasData;
  private long events;
  private long firstId;

  long events() {
    return events;
  }

  void accept(byte[] bytes, int from, int to) throws IOException {
    int at = from;
    while (at < to) {
      if (lineStarts) {
        if (bytes[at] == '\n') {
          endBlock();
          at++;
          continue;
        }
        hasData |= bytes[at] == 'd';
      }
      int lineEnd = Newlines.next(bytes, at, to);
      if (events % SAMPLE_EVERY == 0) {
        keep(bytes, at, lineEnd);
      }
      lineStarts = lineEnd < to;
      at = lineStarts ? lineEnd + 1 : lineEnd;
    }
  }

  private void endBlock() throws IOException {
    if (hasData) {
      if (events % SAMPLE_EVERY == 0) {
        checkOrder();
      }
      events++;
      hasData = false;
    }
    sampleLength = 0;
  }

  private void keep(byte[] bytes, int from, int to) {
    int length = Math.min(to - from, LONGEST_SAMPLE - sampleLength);
    System.arraycopy(bytes, from, sample, sampleLength, length);
    sampleLength += length;
  }

  private void checkOrder() throws IOException {
    String event = new String(sample, 0, sampleLength, UTF_8);
    Matcher matcher = ID.matcher(event);
    long id = matcher.find() ? Long.parseLong(matcher.group(1)) : -1;
    if (events == 0) {
      firstId = id;
    }
    if (id < 0 || id != firstId + events) {
      throw new IOException(
          "event %,d: id %d expected, got: %s".formatted(events, firstId + events, event));
    }
  }
}
