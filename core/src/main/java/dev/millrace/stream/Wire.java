package dev.millrace.stream;

import dev.millrace.http.Accept;
import dev.millrace.http.HttpException;
import dev.millrace.json.JsonCodec;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What carries the events of a stream. Chosen once, before the handler runs. */
public enum Wire {
  /** Server-Sent Events. */
  SSE("text/event-stream", "text/event-stream;charset=utf-8", new SseFormat()),

  /** One JSON document a line. */
  NDJSON("application/x-ndjson", "application/x-ndjson", new NdJsonFormat()),

  /** One JSON array. */
  JSON_ARRAY("application/json", "application/json", new JsonArrayFormat()),

  /** Text or bytes without any framing of events. */
  RAW("text/plain", "text/plain;charset=utf-8", new RawFormat()),

  /** Messages of a WebSocket (RFC 6455). Chosen by an upgrade alone. */
  WEBSOCKET(null, "", new SocketFormat());

  private static final String JSONL = "application/jsonl";

  /** What a client asks for it by; {@code null} if it cannot. */
  private final @Nullable String mediaType;

  private final String contentType;

  @SuppressWarnings("ImmutableEnumChecker") // formats have no fields
  private final WireFormat format;

  Wire(@Nullable String mediaType, String contentType, WireFormat format) {
    this.mediaType = mediaType;
    this.contentType = contentType;
    this.format = format;
  }

  /**
   * A wire and the content type that announces it.
   *
   * @param wire how events are written
   * @param contentType for the response
   */
  public record Choice(Wire wire, String contentType) {}

  /**
   * Chooses the wire of a stream.
   *
   * @param ownType the response's own content type, which decides alone where there is one
   * @param accept what the client is ready to take; with no preference it gets Server-Sent Events
   * @throws HttpException 406 when the client takes none of the wires
   */
  public static Choice choose(@Nullable String ownType, Accept accept) {
    if (ownType != null) {
      return new Choice(ofType(ownType), ownType);
    }
    Choice best = new Choice(SSE, SSE.contentType);
    double quality = 0;
    for (Wire wire : values()) {
      double candidate = wire.mediaType == null ? 0 : accept.preference(wire.mediaType);
      if (candidate > quality) {
        best = new Choice(wire, wire.contentType);
        quality = candidate;
      }
    }
    if (accept.preference(JSONL) > quality) {
      return new Choice(NDJSON, JSONL);
    }
    if (quality == 0) {
      throw new HttpException(
          406,
          "this stream can be had as text/event-stream, application/x-ndjson, application/jsonl,"
              + " application/json or text/plain");
    }
    return best;
  }

  private static Wire ofType(String contentType) {
    int end = contentType.indexOf(';');
    String bare = end < 0 ? contentType : contentType.substring(0, end);
    return switch (bare.trim().toLowerCase(Locale.ROOT)) {
      case "text/event-stream" -> SSE;
      case "application/x-ndjson", JSONL -> NDJSON;
      default -> RAW;
    };
  }

  /** Whether an error can be told in the stream; elsewhere it must be seen as a cut. */
  public boolean carriesErrors() {
    return this == SSE || this == NDJSON || this == WEBSOCKET;
  }

  /** Whether the bytes of a source may be passed on as they are. */
  public boolean isRaw() {
    return this == RAW;
  }

  /**
   * An event with its data as this wire sends it: see {@link #encode(Object, JsonCodec)}.
   *
   * @return the same event if its data need no change
   * @throws dev.millrace.json.JsonException when the data cannot be written
   * @throws IllegalArgumentException when this wire has no place for all of the event
   */
  @SuppressWarnings("ReferenceEquality") // to make no event that says the same
  public Event encode(Event event, JsonCodec codec) {
    Object data = encode(event.data(), codec);
    Event encoded = data == event.data() ? event : event.data(data);
    format.check(encoded);
    return encoded;
  }

  /**
   * The data of an event as this wire sends it. Runs the codec, so the user's code: not under a
   * lock.
   *
   * @return a {@link String}, or UTF-8 in a {@code byte[]}; on {@link #WEBSOCKET} also a {@link
   *     Message}, while a {@code byte[]} is JSON there
   * @throws dev.millrace.json.JsonException when the data cannot be written
   */
  public Object encode(@Nullable Object data, JsonCodec codec) {
    if (this == WEBSOCKET) {
      return message(data, codec);
    }
    if (data instanceof Message message) {
      return text(message.bytes(), codec);
    }
    if (data instanceof byte[] bytes) {
      return text(bytes, codec);
    }
    if (format.keepsText() && data instanceof CharSequence text) {
      return text.toString();
    }
    return codec.encode(data instanceof CharSequence text ? text.toString() : data);
  }

  private Object text(byte[] utf8, JsonCodec codec) {
    return format.keepsText() ? utf8 : codec.encode(new String(utf8, StandardCharsets.UTF_8));
  }

  private static Object message(@Nullable Object data, JsonCodec codec) {
    if (data instanceof CharSequence text) {
      return text.toString();
    }
    if (data instanceof byte[] bytes) {
      return Message.of(bytes);
    }
    return data instanceof Message ? data : codec.encode(data);
  }

  /**
   * A message of a room as this wire sends it to everybody: whole, with what separates it from the
   * one before.
   *
   * @param encoded its data are as {@link #encode(Object, JsonCodec)} made them
   */
  public byte[] shared(Event encoded) {
    ByteBuilder out = new ByteBuilder(Math.addExact(size(encoded.data()), 128));
    format.separate(out);
    format.event(encoded, out);
    return out.toByteArray();
  }

  /**
   * Bytes of a room as a {@link #WEBSOCKET} sends them to everybody: the envelope that holds an id
   * has no place for them, so it goes before them and says how many there are.
   */
  public static byte[] announced(Message bytes, String position) {
    ByteBuilder out = new ByteBuilder(Math.addExact(bytes.length(), 128));
    SocketFormat.announced(bytes.bytes(), position, out);
    return out.toByteArray();
  }

  /** A position alone as this wire tells it. */
  public byte[] shared(String position) {
    ByteBuilder out = new ByteBuilder(64);
    format.separate(out);
    format.position(position, out);
    return out.toByteArray();
  }

  /** About how many bytes encoded data have. */
  static int size(@Nullable Object encoded) {
    if (encoded instanceof byte[] utf8) {
      return utf8.length;
    }
    return encoded instanceof Message message ? message.length() : String.valueOf(encoded).length();
  }

  WireFormat format() {
    return format;
  }
}
