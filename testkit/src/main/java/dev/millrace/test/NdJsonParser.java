package dev.millrace.test;

import dev.millrace.json.JsonCodec;
import dev.millrace.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/**
 * NDJSON as Millrace writes it: a line is the data itself, or an object with {@code data} and an
 * {@code event} or {@code id}.
 */
final class NdJsonParser implements EventParser {
  private static final Set<String> ENVELOPE = Set.of("event", "id", "data");

  private final Lines lines = new Lines(false);
  private final JsonCodec json = JsonCodec.standard();

  @Override
  public void parse(byte[] bytes, int from, int length, Found found) {
    lines.feed(
        bytes,
        from,
        length,
        line -> {
          if (line.isBlank()) {
            found.comment("");
          } else {
            found.event(event(line));
          }
        });
  }

  private TestEvent event(String line) {
    if (line.startsWith("{")) {
      Map<?, ?> object = object(line);
      if (object.size() > 1
          && object.containsKey("data")
          && ENVELOPE.containsAll(object.keySet())) {
        Object name = object.get("event");
        Object id = object.get("id");
        return new TestEvent(
            name == null ? "message" : name.toString(),
            id == null ? null : id.toString(),
            new String(json.encode(object.get("data")), StandardCharsets.UTF_8));
      }
    }
    return new TestEvent("message", null, line);
  }

  private Map<?, ?> object(String line) {
    try {
      return json.decode(line.getBytes(StandardCharsets.UTF_8), Map.class);
    } catch (JsonException e) {
      return Map.of();
    }
  }
}
