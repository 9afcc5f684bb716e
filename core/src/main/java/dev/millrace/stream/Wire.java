package dev.millrace.stream;

import dev.millrace.http.Accept;
import dev.millrace.http.HttpException;
import dev.millrace.json.JsonCodec;
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
  RAW("text/plain", "text/plain;charset=utf-8", new RawFormat());

  private static final String JSONL = "application/jsonl";

  private final String mediaType;
  private final String contentType;

  @SuppressWarnings("ImmutableEnumChecker") // formats have no fields
  private final WireFormat format;

  Wire(String mediaType, String contentType, WireFormat format) {
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
    double quality = accept.preference(SSE.mediaType);
    for (Wire wire : values()) {
      double candidate = accept.preference(wire.mediaType);
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
    return this == SSE || this == NDJSON;
  }

  /** Whether the bytes of a source may be passed on as they are. */
  public boolean isRaw() {
    return this == RAW;
  }

  /**
   * The data of an event as this wire sends it. Runs the codec, so the user's code: not under a
   * lock.
   *
   * @return a {@link String}, or UTF-8 in a {@code byte[]}
   * @throws dev.millrace.json.JsonException when the data cannot be written
   */
  public Object encode(@Nullable Object data, JsonCodec codec) {
    if (data instanceof byte[] bytes) {
      return format.keepsText()
          ? bytes
          : codec.encode(new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
    }
    if (format.keepsText() && data instanceof CharSequence text) {
      return text.toString();
    }
    return codec.encode(data instanceof CharSequence text ? text.toString() : data);
  }

  WireFormat format() {
    return format;
  }
}
