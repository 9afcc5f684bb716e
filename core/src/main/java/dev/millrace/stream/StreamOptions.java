package dev.millrace.stream;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a stream behaves. Given as the last argument of a route, or for all streams in the server's
 * options.
 *
 * @param type the response's own content type, which makes the wire text or bytes (or Server-Sent
 *     Events or NDJSON where it names these); {@code null}, the default, lets the client choose
 * @param heartbeat how long a stream may be silent before something is sent to keep it alive; 15 s;
 *     zero switches it off
 * @param heartbeatEvent the name of the event to send as heartbeat, which browsers can see; {@code
 *     null}, the default, sends a comment, which they cannot
 * @param retry the reconnection time told to the client at the beginning of Server-Sent Events;
 *     {@code null}, the default, says nothing
 * @param highWaterMark bytes that may wait for a slow reader before {@code send} waits; 65,536
 */
public record StreamOptions(
    @Nullable String type,
    Duration heartbeat,
    @Nullable String heartbeatEvent,
    @Nullable Duration retry,
    int highWaterMark) {

  /** What holds unless something else is set. */
  public static final StreamOptions DEFAULT =
      new StreamOptions(null, Duration.ofSeconds(15), null, null, 65_536);

  /** Checks names and ranges. */
  public StreamOptions {
    if (heartbeat.isNegative()) {
      throw new IllegalArgumentException(
          "heartbeat: " + heartbeat + " (expected: zero, which is off, or more)");
    }
    if (retry != null && retry.isNegative()) {
      throw new IllegalArgumentException("retry: " + retry + " (expected: zero or more)");
    }
    if (highWaterMark < 1024) {
      throw new IllegalArgumentException(
          "highWaterMark: " + highWaterMark + " (expected: at least 1024 bytes)");
    }
    Event.checkLine("heartbeat event", heartbeatEvent);
  }

  /** The same with a content type. */
  public StreamOptions type(String contentType) {
    return new StreamOptions(contentType, heartbeat, heartbeatEvent, retry, highWaterMark);
  }

  /** The same with another time between heartbeats; zero switches them off. */
  public StreamOptions heartbeat(Duration every) {
    return new StreamOptions(type, every, heartbeatEvent, retry, highWaterMark);
  }

  /** The same with a named event as heartbeat. */
  public StreamOptions heartbeatEvent(String name) {
    return new StreamOptions(type, heartbeat, name, retry, highWaterMark);
  }

  /** The same with a reconnection time. */
  public StreamOptions retry(Duration time) {
    return new StreamOptions(type, heartbeat, heartbeatEvent, time, highWaterMark);
  }

  /** The same with another high-water mark. */
  public StreamOptions highWaterMark(int bytes) {
    return new StreamOptions(type, heartbeat, heartbeatEvent, retry, bytes);
  }
}
