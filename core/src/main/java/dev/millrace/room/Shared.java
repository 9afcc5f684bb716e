package dev.millrace.room;

import dev.millrace.json.JsonText;
import dev.millrace.stream.Event;
import dev.millrace.stream.Message;
import dev.millrace.stream.Wire;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A message as bytes for each wire, made when the first reader on that wire needs it and the same
 * for all others. Thread-safe: two threads may make the same bytes at once, and one of them stay.
 */
class Shared {
  private final Payload payload;

  private volatile byte @Nullable [] sse;
  private volatile byte @Nullable [] frame;
  private volatile byte @Nullable [] bareFrame;

  /** The less usual wires, told ones and bare ones; {@code null} until one is used. */
  private volatile byte @Nullable [] @Nullable [] others;

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
    if (wire == Wire.SSE && told) {
      byte[] made = sse;
      if (made == null) {
        made = make(wire, true);
        sse = made;
      }
      return made;
    }
    if (wire == Wire.WEBSOCKET) {
      return told ? frame() : bareFrame();
    }
    return other(wire, told);
  }

  private byte[] frame() {
    byte[] made = frame;
    if (made == null) {
      made = make(Wire.WEBSOCKET, true);
      frame = made;
    }
    return made;
  }

  private byte[] bareFrame() {
    byte[] made = bareFrame;
    if (made == null) {
      made = make(Wire.WEBSOCKET, false);
      bareFrame = made;
    }
    return made;
  }

  private byte[] other(Wire wire, boolean told) {
    byte[] @Nullable [] all = others;
    int index = wire.ordinal() * 2 + (told ? 1 : 0);
    if (all != null && all[index] != null) {
      return all[index];
    }
    byte[] made = make(wire, told);
    byte[][] more = all == null ? new byte[Wire.values().length * 2][] : all.clone();
    more[index] = made;
    others = more;
    return made;
  }

  private byte[] make(Wire wire, boolean told) {
    String id = told ? id() : null;
    boolean bytes = payload.kind() == Payload.Kind.BINARY && wire == Wire.WEBSOCKET;
    Object data = data(wire);
    if (bytes && payload.name() == null) {
      return wire.shared(Event.of(data), id);
    }
    return wire.shared(new Event(data, payload.name(), id, null, null), null);
  }

  /**
   * The data as the wire has them; bytes in an envelope, and where there are only texts, base64.
   */
  private Object data(Wire wire) {
    byte[] data = payload.data();
    return switch (payload.kind()) {
      case JSON, END -> data;
      case TEXT -> wire == Wire.WEBSOCKET ? new Message(data, true, null) : text(wire, data);
      case BINARY ->
          wire == Wire.RAW
              ? data
              : wire == Wire.WEBSOCKET && payload.name() == null
                  ? Message.of(data)
                  : text(wire, Base64.getEncoder().encode(data));
    };
  }

  private static Object text(Wire wire, byte[] utf8) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    return wire == Wire.NDJSON || wire == Wire.JSON_ARRAY ? JsonText.quote(text) : text;
  }
}
