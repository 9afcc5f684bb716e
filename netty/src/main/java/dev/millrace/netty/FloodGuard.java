package dev.millrace.netty;

import dev.millrace.engine.Limit;
import dev.millrace.time.TimeSource;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a peer can send cheaply and for nothing (RFC 9113, section 10.5): PING and SETTINGS
 * frames, and resets of streams that had not been answered (CVE-2023-44487). A client that leaves
 * an open stream resets it too, and may do so with all of them at once: those are not counted.
 */
final class FloodGuard {
  static final int MAX_CONTROL_FRAMES = 1000;
  static final int MIN_RESETS = 200;
  private static final long WINDOW_NANOS = 30_000_000_000L;

  private final TimeSource time;
  private long windowStart;
  private int controlFrames;
  private int resets;

  FloodGuard(TimeSource time) {
    this.time = time;
    this.windowStart = time.nanoTime();
  }

  /** A frame that asks for an answer; the error to close with when there were too many. */
  @Nullable Http2Exception controlFrame() {
    roll();
    return ++controlFrames > MAX_CONTROL_FRAMES
        ? calm("more than " + MAX_CONTROL_FRAMES + " PING and SETTINGS frames in 30 s")
        : null;
  }

  /** A stream was reset before it was answered. */
  @Nullable Http2Exception resetForNothing(int streamsAllowed) {
    roll();
    int most = Math.max(MIN_RESETS, streamsAllowed);
    return ++resets > most ? calm("more than " + most + " streams reset unanswered in 30 s") : null;
  }

  private void roll() {
    long now = time.nanoTime();
    if (now - windowStart > WINDOW_NANOS) {
      windowStart = now;
      controlFrames = 0;
      resets = 0;
    }
  }

  /** The limit that an error is about, if it is about one. */
  static @Nullable Limit limit(Http2Exception error) {
    if (error instanceof Http2Exception.HeaderListSizeException) {
      return Limit.HEADERS;
    }
    return switch (error.error()) {
      case REFUSED_STREAM -> Limit.STREAMS;
      case ENHANCE_YOUR_CALM -> Limit.FLOOD;
      default -> null;
    };
  }

  private static Http2Exception calm(String why) {
    return Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, why);
  }
}
