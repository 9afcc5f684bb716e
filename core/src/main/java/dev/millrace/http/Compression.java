package dev.millrace.http;

import java.util.EnumSet;
import java.util.List;

/**
 * Whether and how responses are compressed, for clients whose {@code Accept-Encoding} allows it and
 * where it is worth it: text, JSON, XML, SVG, fonts and the like, never what is compressed already.
 *
 * <p>Bodies that are whole are compressed on the request's virtual thread, if they have {@code
 * minBytes} at least, and sent as they are when that does not make them smaller. Streams are
 * compressed as they leave, and each event can be read as soon as it has come; a stream that is
 * silent holds no compressor, only about 600 bytes.
 *
 * <p>Some responses stay as they are: those that a handler has given a {@code Content-Encoding} or
 * a digest, those with the status 204, 206 or 304, and those that are {@link
 * Response#uncompressed}.
 *
 * <p><b>Security.</b> Where a response holds both a secret and something that an attacker may
 * choose, its length over TLS tells about the secret (BREACH). Put {@link #off()} in front of such
 * routes.
 *
 * @param enabled whether anything is compressed; true
 * @param minBytes what whole bodies must have; 1024
 * @param level of gzip, 1 (fast) to 9 (small); 4
 * @param streams whether live streams are compressed too; true
 * @param codings offered, in the order of preference where the client has none; all, as {@link
 *     Coding} has them. One whose library is not on the class path is left out. Streams are offered
 *     gzip first, then Zstandard, and never Brotli: its encoder cannot be let go while a stream is
 *     silent without forgetting what the decoder has been told
 */
public record Compression(
    boolean enabled, int minBytes, int level, boolean streams, List<Coding> codings) {

  /** What holds unless something else is set. */
  public static final Compression DEFAULT =
      new Compression(true, 1024, 4, true, List.of(Coding.values()));

  /** Nothing is compressed. */
  public static final Compression NONE = DEFAULT.enabled(false);

  /** Checks the ranges. */
  public Compression {
    if (minBytes < 0) {
      throw new IllegalArgumentException("minBytes: " + minBytes + " (expected: zero or more)");
    }
    if (level < 1 || level > 9) {
      throw new IllegalArgumentException("level: " + level + " (expected: 1 to 9)");
    }
    codings = List.copyOf(codings);
    if (!codings.isEmpty() && EnumSet.copyOf(codings).size() < codings.size()) {
      throw new IllegalArgumentException("codings: " + codings + " (expected: each at most once)");
    }
  }

  /**
   * A filter for routes whose responses are never compressed, because they hold a secret beside
   * what others may choose.
   */
  public static Filter off() {
    return (request, next) -> next.handle(request).uncompressed();
  }

  /** The same, switched on or off. */
  public Compression enabled(boolean on) {
    return new Compression(on, minBytes, level, streams, codings);
  }

  /** The same with another least length of whole bodies. */
  public Compression minBytes(int bytes) {
    return new Compression(enabled, bytes, level, streams, codings);
  }

  /** The same with another level of gzip. */
  public Compression level(int newLevel) {
    return new Compression(enabled, minBytes, newLevel, streams, codings);
  }

  /** The same with live streams compressed or not. */
  public Compression streams(boolean on) {
    return new Compression(enabled, minBytes, level, on, codings);
  }

  /** The same with other codings. */
  public Compression codings(Coding... offered) {
    return new Compression(enabled, minBytes, level, streams, List.of(offered));
  }
}
