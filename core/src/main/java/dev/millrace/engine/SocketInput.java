package dev.millrace.engine;

import java.nio.ByteBuffer;

/**
 * Where a transport hands what the client sends on a connection, or an HTTP/2 stream, that has
 * become a WebSocket. Called on the loop.
 */
public interface SocketInput {

  /**
   * Takes all bytes that there are, in pieces of any size.
   *
   * @param bytes may be changed; not kept
   * @return whether more is wanted; otherwise the transport stops reading until {@link
   *     Exchange#readMore()}. What it has read by then it may still hand over
   */
  boolean receive(ByteBuffer bytes);

  /**
   * What could be read for now has been: what came is begun to be handled. Called after one or more
   * {@link #receive}, before the loop turns to its next connection or at the end of its turn.
   */
  void received();

  /** The client sends no more, but may still receive (END_STREAM on HTTP/2). */
  void inputEnded();
}
