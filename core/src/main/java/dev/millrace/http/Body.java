package dev.millrace.http;

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
   */
  record Stream(@Nullable Object source, @Nullable StreamOptions options) implements Body {}
}
