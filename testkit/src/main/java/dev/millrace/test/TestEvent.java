package dev.millrace.test;

import dev.millrace.json.JsonCodec;
import org.jspecify.annotations.Nullable;

/**
 * An event that a client has received.
 *
 * @param name {@code message} where the server gave none, as in a browser
 * @param id the event's own; {@code null} where the server gave none
 * @param data the text of Server-Sent Events, the lines joined by LF; the JSON text of an NDJSON
 *     line, or of {@code data} in its envelope
 */
public record TestEvent(String name, @Nullable String id, String data) {

  /**
   * The data as a value read from JSON, by the standard codec.
   *
   * @throws dev.millrace.json.JsonException when it is not JSON or does not fit the type
   */
  public <T> T json(Class<T> type) {
    return JsonCodec.standard()
        .decode(data.getBytes(java.nio.charset.StandardCharsets.UTF_8), type);
  }
}
