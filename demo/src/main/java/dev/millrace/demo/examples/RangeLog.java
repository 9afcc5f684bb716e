package dev.millrace.demo.examples;

import dev.millrace.http.Filter;
import dev.millrace.http.Next;
import dev.millrace.http.Outcome;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the last 100 requests for something, of all clients, and what became of them. A client
 * that calls itself something in the query finds its own again.
 */
final class RangeLog implements Filter {
  private static final int KEPT = 100;
  private static final int LONGEST = 100;

  /**
   * What the page is told.
   *
   * @param time when it came
   * @param range as it was asked for; empty when the whole was
   * @param status zero as long as the response is on its way
   * @param bytes that were sent
   * @param reason why it ended; empty as long as it has not
   */
  record Asked(Instant time, String range, int status, long bytes, String reason) {}

  private static final class Entry {
    final Instant time = Instant.now();
    final String client;
    final String range;
    volatile @Nullable Outcome outcome;

    Entry(String client, String range) {
      this.client = client;
      this.range = range;
    }

    Asked told() {
      Outcome end = outcome;
      return end == null
          ? new Asked(time, range, 0, 0, "")
          : new Asked(
              time,
              range,
              end.status(),
              end.bytes(),
              end.reason().kind().name().toLowerCase(Locale.ROOT));
    }
  }

  private final ArrayDeque<Entry> entries = new ArrayDeque<>(KEPT);

  @Override
  public Response filter(Request request, Next next) throws Exception {
    Entry entry = new Entry(client(request), cut(request.header("Range").orElse("")));
    request.after(outcome -> entry.outcome = outcome);
    add(entry);
    return next.handle(request);
  }

  private synchronized void add(Entry entry) {
    if (entries.size() == KEPT) {
      entries.removeFirst();
    }
    entries.addLast(entry);
  }

  /** What this client has asked for, the oldest first. */
  synchronized List<Asked> by(Request request) {
    String client = client(request);
    return entries.stream().filter(entry -> entry.client.equals(client)).map(Entry::told).toList();
  }

  private static String client(Request request) {
    return cut(request.query("client").orElse(""));
  }

  private static String cut(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
  }
}
