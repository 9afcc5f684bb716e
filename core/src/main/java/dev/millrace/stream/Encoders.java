package dev.millrace.stream;

import dev.millrace.http.Coding;
import dev.millrace.http.Compression;
import dev.millrace.websocket.Agreement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server can encode responses with, and what it keeps for that: deflaters for as many
 * threads as there are processors. For engines. Thread-safe.
 */
public final class Encoders {
  private final DeflaterPool deflaters;
  private final List<Coding> whole;
  private final List<Coding> streamed;

  /** Looks for the libraries that the options need; blocks for some milliseconds. */
  public Encoders(Compression options) {
    this(options, new DeflaterPool(options.level(), Runtime.getRuntime().availableProcessors()));
  }

  Encoders(Compression options, DeflaterPool deflaters) {
    this.deflaters = deflaters;
    this.whole =
        options.enabled()
            ? options.codings().stream().filter(Encoders::isAvailable).toList()
            : List.of();
    // Gzip first: it can refer to earlier events, while each frame of Zstandard stands alone.
    this.streamed = List.of(Coding.GZIP, Coding.ZSTD).stream().filter(whole::contains).toList();
  }

  private static boolean isAvailable(Coding coding) {
    return switch (coding) {
      case BR -> Brotli.AVAILABLE;
      case ZSTD -> Zstandard.AVAILABLE;
      case GZIP -> true;
    };
  }

  /** What a body that is whole can be encoded with, the preferred one first. */
  public List<Coding> whole() {
    return whole;
  }

  /** What a body that comes in pieces can be encoded with, the preferred one first. */
  public List<Coding> streamed() {
    return streamed;
  }

  /**
   * Encodes a whole body, on the caller's thread.
   *
   * @param coding one of {@link #whole()}
   */
  public byte[] encode(Coding coding, byte[] content) {
    return switch (coding) {
      case BR -> Brotli.encode(content);
      case ZSTD -> new ZstdEncoder().whole(content);
      case GZIP -> new GzipEncoder(deflaters).whole(content);
    };
  }

  /**
   * Begins to encode a body that comes in pieces.
   *
   * @param coding one of {@link #streamed()}
   * @return for one {@link Outbound}
   */
  public Encoder begin(Coding coding) {
    return switch (coding) {
      case BR ->
          throw new IllegalArgumentException("coding: br (expected: one of " + streamed + ")");
      case ZSTD -> new ZstdEncoder();
      case GZIP -> new GzipEncoder(deflaters);
    };
  }

  /**
   * Begins what a WebSocket sends. Its messages are compressed at the level of the responses,
   * whether those are or not.
   *
   * @param agreement {@code null} for no compression
   * @return for one {@link Outbound} on {@link Wire#WEBSOCKET}
   */
  public SocketEncoder socket(@Nullable Agreement agreement) {
    return new SocketEncoder(agreement, deflaters);
  }
}
