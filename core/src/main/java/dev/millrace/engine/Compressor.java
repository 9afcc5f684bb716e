package dev.millrace.engine;

import dev.millrace.http.CodingChoice;
import dev.millrace.http.Compression;
import dev.millrace.http.Headers;
import dev.millrace.http.Request;
import dev.millrace.http.Selection;
import dev.millrace.stream.Encoder;
import dev.millrace.stream.Encoders;
import dev.millrace.stream.SocketEncoder;
import dev.millrace.websocket.Agreement;
import org.jspecify.annotations.Nullable;

/** Compresses responses for clients that take it. */
final class Compressor {
  private final Compression options;
  private final Encoders encoders;

  Compressor(Compression options) {
    this.options = options;
    this.encoders = new Encoders(options);
  }

  /**
   * A whole response.
   *
   * @param headers without a length
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Whole(Headers headers, byte[] content) {}

  /**
   * A response whose body comes in pieces.
   *
   * @param encoder for its {@link dev.millrace.stream.Outbound}; {@code null} for none
   */
  record Streamed(Headers headers, @Nullable Encoder encoder) {}

  /** What the frames of a WebSocket go through. */
  SocketEncoder socket(@Nullable Agreement agreement) {
    return encoders.socket(agreement);
  }

  /** Compresses a whole response, or leaves it as it is. On the request's thread. */
  Whole whole(Request request, int status, Headers headers, byte[] content) {
    CodingChoice choice =
        CodingChoice.of(options, encoders.whole(), request, status, headers, content.length);
    if (choice.coding() == null) {
      return new Whole(choice.headers(), content);
    }
    byte[] encoded = encoders.encode(choice.coding(), content);
    return encoded.length < content.length || choice.required()
        ? new Whole(choice.encoded(), encoded)
        : new Whole(choice.headers(), content);
  }

  /** Has a live stream compressed, or leaves it as it is. */
  Streamed stream(Request request, int status, Headers headers) {
    return streamed(
        options.enabled(options.enabled() && options.streams()),
        request,
        status,
        headers,
        CodingChoice.UNKNOWN);
  }

  /**
   * Has a content compressed while it is sent, or leaves it as it is: as when only a part of it is.
   *
   * @param length of the plain content
   */
  Streamed piecewise(Request request, Selection selection, long length) {
    int status = selection.status();
    Compression allowed = status == 200 ? options : Compression.NONE;
    return streamed(allowed, request, status, selection.headers(), length);
  }

  private Streamed streamed(
      Compression allowed, Request request, int status, Headers headers, long length) {
    CodingChoice choice =
        CodingChoice.of(allowed, encoders.streamed(), request, status, headers, length);
    return choice.coding() == null
        ? new Streamed(choice.headers(), null)
        : new Streamed(choice.encoded(), encoders.begin(choice.coding()));
  }
}
