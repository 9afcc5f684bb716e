package dev.millrace.test;

import dev.millrace.http.Headers;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * All that has come back for one request. A client writes it, a test waits for what it should hold.
 * The monitor guards everything; nobody else's code runs under it.
 */
class Transcript implements EventParser.Found {
  private static final int MOST = 64 << 20;
  private static final int SHOWN = 600;

  private final String request;
  private final Supplier<String> clock;
  private final ByteArrayOutputStream raw = new ByteArrayOutputStream();
  private final List<TestEvent> events = new ArrayList<>();
  private final List<String> comments = new ArrayList<>();
  private final boolean decodes;
  private @Nullable EventParser parser;
  private @Nullable Gunzip gunzip;
  private @Nullable Headers headers;
  private @Nullable Duration retry;
  private @Nullable String lastId;
  private int ids;
  private int awaitedIds;
  private @Nullable String cutBecause;
  private int status;
  private int nextEvent;
  private int nextComment;
  private long encodedBytes;
  private boolean ended;

  /**
   * Nothing yet.
   *
   * @param request for messages
   * @param decodes whether a body that comes as gzip is decoded
   * @param clock says what time it is, if that stands still; otherwise nothing
   */
  Transcript(String request, boolean decodes, Supplier<String> clock) {
    this.request = request;
    this.decodes = decodes;
    this.clock = clock;
  }

  // --- the client's side ---

  synchronized void head(int newStatus, Headers newHeaders) {
    status = newStatus;
    headers = newHeaders;
    parser = parserOf(newHeaders.first("Content-Type").orElse(""));
    if (decodes && newHeaders.first("Content-Encoding").orElse("").equals("gzip")) {
      gunzip = new Gunzip();
    }
    notifyAll();
  }

  /** The connection speaks another protocol from now on: its bytes follow. */
  synchronized void upgraded(int newStatus, Headers newHeaders) {
    head(newStatus, newHeaders);
  }

  private static @Nullable EventParser parserOf(String contentType) {
    return switch (contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT)) {
      case "text/event-stream" -> new SseParser();
      case "application/x-ndjson", "application/jsonl" -> new NdJsonParser();
      default -> null;
    };
  }

  synchronized void bytes(byte[] bytes, int from, int length) {
    if (length == 0 || isOver()) {
      return;
    }
    if (gunzip == null) {
      plain(bytes, from, length);
      return;
    }
    encodedBytes += length;
    try {
      byte[] decoded = gunzip.feed(bytes, from, length);
      plain(decoded, 0, decoded.length);
    } catch (DataFormatException e) {
      cut("it is not good gzip: " + e.getMessage());
    }
  }

  private void plain(byte[] bytes, int from, int length) {
    if (raw.size() + length > MOST) {
      cut("it is over %d bytes, more than a test keeps".formatted(MOST));
      return;
    }
    raw.write(bytes, from, length);
    if (parser != null) {
      parser.parse(bytes, from, length, this);
    }
    notifyAll();
  }

  /**
   * The response is whole, if what is encoded is whole too. A body may be left out, as for HEAD.
   */
  synchronized void end() {
    if (gunzip != null && !gunzip.isWhole() && encodedBytes > 0) {
      cut("its gzip is not whole");
      return;
    }
    over();
    ended = true;
    notifyAll();
  }

  private void over() {
    if (gunzip != null) {
      gunzip.close();
      gunzip = null;
    }
  }

  /** No more will come, and the response is not whole. */
  synchronized void cut(String why) {
    if (!isOver()) {
      over();
      cutBecause = why;
      notifyAll();
    }
  }

  @Override
  public synchronized void event(TestEvent event) {
    events.add(event);
  }

  @Override
  public synchronized void comment(String text) {
    comments.add(text);
  }

  @Override
  public synchronized void id(String id) {
    lastId = id;
    ids++;
  }

  @Override
  public synchronized void retry(Duration time) {
    retry = time;
  }

  // --- the test's side ---

  /** Waits for the head. */
  synchronized Headers awaitHead(Duration timeout) {
    return await("no response", timeout, () -> Optional.ofNullable(headers));
  }

  synchronized int status() {
    return status;
  }

  synchronized TestEvent awaitEvent(Duration timeout) {
    awaitParser(timeout);
    return await(
        "no event",
        timeout,
        () -> nextEvent < events.size() ? Optional.of(events.get(nextEvent++)) : Optional.empty());
  }

  synchronized String awaitComment(Duration timeout) {
    awaitParser(timeout);
    return await(
        "no comment",
        timeout,
        () ->
            nextComment < comments.size()
                ? Optional.of(comments.get(nextComment++))
                : Optional.empty());
  }

  private void awaitParser(Duration timeout) {
    Headers known = awaitHead(timeout);
    if (parser == null) {
      throw new AssertionError(
          "content type %s has no events (expected: text/event-stream or application/x-ndjson;"
                  .formatted(known.first("Content-Type").orElse("none"))
              + " await its text)"
              + circumstances());
    }
  }

  synchronized String awaitText(String part, Duration timeout) {
    return await(
        "no \"" + part + "\"",
        timeout,
        () -> Optional.of(text()).filter(whole -> whole.contains(part)));
  }

  synchronized TestStream.End awaitEnd(Duration timeout) {
    while (true) {
      if (ended) {
        return TestStream.End.WHOLE;
      }
      if (cutBecause != null) {
        return TestStream.End.CUT;
      }
      // Only the time can run out here: the end is what is looked for.
      await("no end", timeout, () -> isOver() ? Optional.of(true) : Optional.empty());
    }
  }

  /** The whole response; what was cut is a failure. */
  synchronized TestResponse awaitResponse(Duration timeout) {
    Headers known = awaitHead(timeout);
    await("no whole response", timeout, () -> ended ? Optional.of(true) : Optional.empty());
    return new TestResponse(status, known, raw.toByteArray());
  }

  synchronized long received() {
    return raw.size();
  }

  synchronized String text() {
    return raw.toString(StandardCharsets.UTF_8);
  }

  synchronized Optional<String> lastEventId() {
    return Optional.ofNullable(lastId);
  }

  synchronized String awaitId(Duration timeout) {
    awaitParser(timeout);
    String id =
        await(
            "no id",
            timeout,
            () -> ids > awaitedIds ? Optional.ofNullable(lastId) : Optional.empty());
    awaitedIds = ids;
    return id;
  }

  synchronized Optional<Duration> retry() {
    return Optional.ofNullable(retry);
  }

  synchronized boolean isOver() {
    return ended || cutBecause != null;
  }

  final <T> T await(String missing, Duration timeout, Supplier<Optional<T>> look) {
    long end = System.nanoTime() + timeout.toNanos();
    while (true) {
      Optional<T> found = look.get();
      if (found.isPresent()) {
        return found.get();
      }
      if (isOver()) {
        throw new AssertionError(missing + " will come:" + circumstances());
      }
      long left = end - System.nanoTime();
      if (left <= 0) {
        throw new AssertionError(missing + " within " + inWords(timeout) + circumstances());
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted: " + missing + " until then" + circumstances(), e);
      }
    }
  }

  private static String inWords(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  /** What there is, for whoever looks for what there is not. */
  final String circumstances() {
    StringBuilder text = new StringBuilder("\n  ").append(request).append(": ");
    if (headers == null) {
      text.append("no head yet");
    } else {
      text.append(status).append(' ').append(kind(headers));
    }
    if (ended) {
      text.append(", ended");
    } else if (cutBecause != null) {
      text.append(", cut: ").append(cutBecause);
    } else {
      text.append(", still open").append(clock.get());
    }
    describe(text);
    return text.toString();
  }

  /** In a word, what the head says will come. */
  String kind(Headers known) {
    return known.first("Content-Type").orElse("(no type)");
  }

  /** Adds what has come after the head. */
  void describe(StringBuilder text) {
    if (parser != null) {
      text.append("\n  events: ").append(events.size());
      text.append(", comments: ").append(comments.size());
    }
    text.append("\n  bytes: ").append(raw.size());
    if (raw.size() > 0) {
      text.append(", the last of them:\n").append(tail().indent(4).stripTrailing());
    }
  }

  @Override
  public synchronized String toString() {
    return circumstances().strip();
  }

  private String tail() {
    String all = text();
    return all.length() <= SHOWN ? all : "…" + all.substring(all.length() - SHOWN);
  }
}
