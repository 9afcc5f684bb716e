package dev.millrace.stream;

import dev.millrace.http.Syntax;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One message of a stream. Immutable.
 *
 * <pre>{@code
 * out.send(Event.of(order).name("changed").id(order.version()));
 * }</pre>
 *
 * @param data a {@link CharSequence} or {@code byte[]} (UTF-8) is text and sent as it is; anything
 *     else is written as JSON, {@code null} too
 * @param name what a browser's {@code addEventListener} listens for; {@code null} means {@code
 *     message}
 * @param id what the client sends back as {@code Last-Event-ID} when it reconnects
 * @param retry how long the client waits before it reconnects, in whole milliseconds
 * @param key events with one key replace each other for readers that are behind, in rooms that
 *     conflate
 */
public record Event(
    @Nullable Object data,
    @Nullable String name,
    @Nullable String id,
    @Nullable Duration retry,
    @Nullable String key) {

  /**
   * Checks what goes into lines of its own (WHATWG HTML, section 9.2.6).
   *
   * @throws IllegalArgumentException when the name or id holds CR, LF or NUL, or the time is
   *     negative; says which and where
   */
  public Event {
    checkLine("event name", name);
    checkLine("event id", id);
    if (retry != null && retry.isNegative()) {
      throw new IllegalArgumentException("event retry: " + retry + " (expected: zero or more)");
    }
  }

  /** An event of data alone. */
  public static Event of(@Nullable Object data) {
    return new Event(data, null, null, null, null);
  }

  /** The same with a name. */
  public Event name(String newName) {
    return new Event(data, newName, id, retry, key);
  }

  /** The same with an id. */
  public Event id(String newId) {
    return new Event(data, name, newId, retry, key);
  }

  /** The same with a number as id. */
  public Event id(long newId) {
    return id(Long.toString(newId));
  }

  /** The same with a reconnection time. */
  public Event retry(Duration time) {
    return new Event(data, name, id, time, key);
  }

  /** The same with a conflation key. */
  public Event key(String newKey) {
    return new Event(data, name, id, retry, newKey);
  }

  /** The same with other data. */
  public Event data(@Nullable Object newData) {
    return new Event(newData, name, id, retry, key);
  }

  static void checkLine(String what, @Nullable String text) {
    if (text == null) {
      return;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r' || c == 0) {
        throw new IllegalArgumentException(
            "%s \"%s\": %s at index %d (expected: no CR, LF or NUL)"
                .formatted(what, Syntax.printable(text), Syntax.name(c), i));
      }
    }
  }
}
