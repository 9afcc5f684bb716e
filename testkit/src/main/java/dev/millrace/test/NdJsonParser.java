package dev.millrace.test;

import dev.millrace.cluster.Position;
import dev.millrace.json.JsonCodec;
import dev.millrace.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/**
 * NDJSON as Millrace writes it: a line is the data itself, or an object with {@code data} and an
 * {@code event} or {@code id}. An object with a room's position as its {@code id} alone tells where
 * the client is.
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
            read(line, found);
          }
        });
  }

  private void read(String line, Found found) {
    Map<?, ?> object = line.startsWith("{") ? object(line) : Map.of();
    String id = object.get("id") instanceof String text ? text : null;
    boolean envelope = object.size() > 1 && object.containsKey("data");
    if (envelope && ENVELOPE.containsAll(object.keySet())) {
      Object name = object.get("event");
      String data = new String(json.encode(object.get("data")), StandardCharsets.UTF_8);
      found.event(new TestEvent(name == null ? "message" : name.toString(), id, data));
      if (id != null) {
        found.id(id);
      }
    } else if (id != null && object.size() == 1 && Position.parse(id).isPresent()) {
      found.id(id);
    } else {
      found.event(new TestEvent("message", null, line));
    }
  }

  private Map<?, ?> object(String line) {
    try {
      return json.decode(line.getBytes(StandardCharsets.UTF_8), Map.class);
    } catch (JsonException e) {
      return Map.of();
    }
  }
}
