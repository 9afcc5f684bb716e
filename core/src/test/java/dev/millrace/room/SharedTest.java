package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cluster.Stored;
import dev.millrace.room.Payload.Kind;
import dev.millrace.stream.Wire;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A message as bytes of each wire: what they are, and that they are made once. */
class SharedTest {

  private static Entry entry(Kind kind, @Nullable String name, String data) {
    byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
    return new Entry(
        "e", 0, new Stored(7, 6, 0, new byte[0]), new Payload(kind, name, null, null, bytes));
  }

  private static String on(Wire wire, boolean told, Entry entry) {
    return new String(entry.on(wire, told), StandardCharsets.UTF_8);
  }

  /** A frame whose payload is shorter than 126 bytes. */
  private static String frame(int first, String payload) {
    return new String(new char[] {(char) first, (char) payload.length()}) + payload;
  }

  private static String frames(boolean told, Entry entry) {
    return new String(entry.on(Wire.WEBSOCKET, told), StandardCharsets.ISO_8859_1);
  }

  @Test
  void textOnEachWire() {
    Entry text = entry(Kind.TEXT, null, "a\"b");
    assertThat(on(Wire.SSE, true, text)).isEqualTo("id: e.7\ndata: a\"b\n\n");
    assertThat(on(Wire.SSE, false, text)).isEqualTo("data: a\"b\n\n");
    assertThat(on(Wire.NDJSON, true, text)).isEqualTo("{\"id\":\"e.7\",\"data\":\"a\\\"b\"}\n");
    assertThat(on(Wire.NDJSON, false, text)).isEqualTo("\"a\\\"b\"\n");
    assertThat(on(Wire.JSON_ARRAY, true, text)).isEqualTo(",{\"id\":\"e.7\",\"data\":\"a\\\"b\"}");
    assertThat(on(Wire.RAW, true, text)).isEqualTo("a\"b");
    assertThat(frames(true, text)).isEqualTo(frame(0x81, "{\"id\":\"e.7\",\"data\":\"a\\\"b\"}"));
    assertThat(frames(false, text)).isEqualTo(frame(0x81, "a\"b"));
  }

  @Test
  void aNamedValueOnEachWire() {
    Entry value = entry(Kind.JSON, "n", "{\"x\":1}");
    assertThat(on(Wire.SSE, true, value))
        .contains("event: n\n", "id: e.7\n", "data: {\"x\":1}\n\n");
    String envelope = "{\"event\":\"n\",\"id\":\"e.7\",\"data\":{\"x\":1}}";
    assertThat(on(Wire.NDJSON, true, value)).isEqualTo(envelope + "\n");
    assertThat(on(Wire.JSON_ARRAY, true, value)).isEqualTo("," + envelope);
    assertThat(frames(true, value)).isEqualTo(frame(0x81, envelope));
    assertThat(frames(false, value)).isEqualTo(frame(0x81, "{\"event\":\"n\",\"data\":{\"x\":1}}"));
    assertThat(on(Wire.RAW, true, value)).isEqualTo("{\"x\":1}");
  }

  @Test
  void bytesOnEachWire() {
    Entry bytes = entry(Kind.BINARY, null, "\1\2\3");
    assertThat(on(Wire.SSE, true, bytes)).isEqualTo("id: e.7\ndata: AQID\n\n");
    assertThat(on(Wire.NDJSON, true, bytes)).isEqualTo("{\"id\":\"e.7\",\"data\":\"AQID\"}\n");
    assertThat(on(Wire.RAW, true, bytes)).isEqualTo("\1\2\3");
    assertThat(frames(true, bytes))
        .isEqualTo(frame(0x81, "{\"id\":\"e.7\",\"binary\":3}") + frame(0x82, "\1\2\3"));
    assertThat(frames(false, bytes)).isEqualTo(frame(0x82, "\1\2\3"));
    Entry named = entry(Kind.BINARY, "n", "\1\2\3");
    assertThat(frames(true, named))
        .isEqualTo(frame(0x81, "{\"event\":\"n\",\"id\":\"e.7\",\"data\":\"AQID\"}"));
  }

  @Test
  void eachIsMadeOnce() {
    for (Wire wire : Wire.values()) {
      for (boolean told : new boolean[] {true, false}) {
        Entry entry = entry(Kind.TEXT, null, "x");
        assertThat(entry.on(wire, told)).as(wire + " " + told).isSameAs(entry.on(wire, told));
      }
    }
    Entry all = entry(Kind.TEXT, null, "x");
    byte[] lines = all.on(Wire.NDJSON, true);
    all.on(Wire.JSON_ARRAY, true);
    all.on(Wire.NDJSON, false);
    assertThat(all.on(Wire.NDJSON, true)).isSameAs(lines);
  }
}
