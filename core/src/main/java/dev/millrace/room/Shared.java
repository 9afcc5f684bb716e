package dev.millrace.room;

import dev.millrace.json.JsonText;
import dev.millrace.stream.Event;
import dev.millrace.stream.Message;
import dev.millrace.stream.Wire;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A message as bytes for each wire, made when the first reader on that wire needs it and the same
 * for all others. Thread-safe: two threads may make the same bytes at once, and one of them stay.
 */
class Shared {
  private final Payload payload;

  private volatile @Nullable Rendering made;

  /** What it is on a wire, and on the wires that came before. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Rendering(Wire wire, boolean told, byte[] bytes, @Nullable Rendering earlier) {}

  Shared(Payload payload) {
    this.payload = payload;
  }

  final Payload payload() {
    return payload;
  }

  /** What it is known by to clients; {@code null} where it has no position. */
  @Nullable String id() {
    return null;
  }

  /**
   * All of it on a wire.
   *
   * @param told with its position
   */
  final byte[] on(Wire wire, boolean told) {
    Rendering newest = made;
    for (Rendering each = newest; each != null; each = each.earlier) {
      if (each.wire == wire && each.told == told) {
        return each.bytes;
      }
    }
    byte[] bytes = make(wire, told);
    made = new Rendering(wire, told, bytes, newest);
    return bytes;
  }

  private byte[] make(Wire wire, boolean told) {
    String id = told ? id() : null;
    Object data = data(wire);
    if (id != null && data instanceof Message bytes && !bytes.isText()) {
      return Wire.announced(bytes, id);
    }
    return wire.shared(new Event(data, payload.name(), id, null, null));
  }

  /**
   * The data as the wire has them; bytes in an envelope, and where there are only texts, base64.
   */
  private Object data(Wire wire) {
    return switch (payload.kind()) {
      case JSON, END -> payload.data();
      case TEXT ->
          wire == Wire.WEBSOCKET
              ? new Message(payload.data(), true, null)
              : text(wire, payload.text());
      case BINARY ->
          wire == Wire.RAW
              ? payload.data()
              : wire == Wire.WEBSOCKET && payload.name() == null
                  ? Message.of(payload.data())
                  : text(wire, Base64.getEncoder().encodeToString(payload.data()));
    };
  }

  private static Object text(Wire wire, String text) {
    return wire == Wire.NDJSON || wire == Wire.JSON_ARRAY ? JsonText.quote(text) : text;
  }
}
