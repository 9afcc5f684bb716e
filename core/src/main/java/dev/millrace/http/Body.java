package dev.millrace.http;

import dev.millrace.stream.SocketOptions;
import dev.millrace.stream.StreamOptions;
import org.jspecify.annotations.Nullable;

/** What a response carries. Nothing of it is encoded or begun before the filters are through. */
public sealed interface Body {

  /**
   * Bytes that are ready.
   *
   * @param content not copied: to be left alone from now on
   */
  @SuppressWarnings("ArrayRecordComponent") // a body is compared by nobody; its owner is stated
  record Bytes(byte[] content) implements Body {
    static final Bytes NONE = new Bytes(new byte[0]);
  }

  /**
   * A value that the server's codec writes as JSON.
   *
   * @param value {@code null} is JSON {@code null}
   */
  record Json(@Nullable Object value) implements Body {}

  /**
   * Bytes that lie somewhere, as a whole or the parts of them that the client asks for.
   *
   * @param content opened when the response is sent
   */
  record File(Content content) implements Body {}

  /**
   * A stream that begins when the response does.
   *
   * @param source what is streamed, see {@link Response#stream(Object)}; closed even when the
   *     stream never begins, if it is {@link AutoCloseable}
   * @param options {@code null} for the server's
   * @param socket for when it is a WebSocket; {@code null} for the server's
   * @param socketOnly whether it can be had as a WebSocket only
   */
  record Stream(
      @Nullable Object source,
      @Nullable StreamOptions options,
      @Nullable SocketOptions socket,
      boolean socketOnly)
      implements Body {

    /** A stream on any wire. */
    public Stream(@Nullable Object source, @Nullable StreamOptions options) {
      this(source, options, null, false);
    }

    /** The same with another source: for filters that put something around it. */
    public Stream source(@Nullable Object newSource) {
      return new Stream(newSource, options, socket, socketOnly);
    }
  }
}
