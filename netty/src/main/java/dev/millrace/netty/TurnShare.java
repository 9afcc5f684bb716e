package dev.millrace.netty;

import dev.millrace.stream.Outbound;

/**
 * How much one connection sends in a row before the loop looks at its other sockets again.
 *
 * <p>A writer on another core can be as fast as the loop, and a client as fast as both: without a
 * bound, one such stream has the loop to itself. Compressed, it need not even be fast, because so
 * little comes out that the socket is never full: there the work is counted instead.
 *
 * <p>The share does not begin anew with each turn, which nothing would tell cheaply. When it is
 * used up, however long that took, the connection goes on in the next turn.
 */
final class TurnShare {
  /** What a socket takes in about 0.1 ms. */
  static final int BYTES = 256 * 1024;

  /** Encoding a piece takes 0.05 to 0.4 ms, however short it becomes. */
  private static final int ENCODED_PIECE = BYTES / 4;

  private final NettyLoop loop;
  private final Runnable goOn;
  private int left = BYTES;

  TurnShare(NettyLoop loop, Runnable goOn) {
    this.loop = loop;
    this.goOn = goOn;
  }

  /** What sending a piece uses up of a share. */
  static int cost(Outbound from, int length) {
    return from.isEncoded() ? ENCODED_PIECE : length;
  }

  boolean isLeft() {
    return left > 0;
  }

  void use(int cost) {
    left -= cost;
    if (left <= 0 && left + cost > 0) {
      loop.nextTurn(this::restore);
    }
  }

  private void restore() {
    left = BYTES;
    goOn.run();
  }
}
