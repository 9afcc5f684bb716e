package dev.millrace.websocket;

import java.nio.ByteBuffer;

/**
 * Reads the frames of a client (RFC 6455, section 5) as their bytes come, in pieces of any size.
 *
 * <p>Belongs to one thread. Between two messages it holds no buffer.
 */
public final class FrameReader {

  /** Is told of what has come, on the reader's thread. What it is given is its own to keep. */
  public interface Target {

    /**
     * A message is whole.
     *
     * @param text whether it is text; if it is not compressed, it is UTF-8
     * @param compressed whether its bytes are still to be inflated
     */
    void message(boolean text, boolean compressed, byte[] payload);

    /** A ping has come, to be answered with the same bytes; at most 125. */
    void ping(byte[] payload);

    /** A pong has come; at most 125 bytes. */
    void pong(byte[] payload);

    /**
     * A close frame has come; whatever follows it is passed over.
     *
     * @param code {@link CloseCode#NO_STATUS} when there was none
     */
    void close(int code, String reason);
  }

  /**
   * A reader at the beginning of a connection.
   *
   * @param maxPayload most bytes of a message, all its fragments together
   * @param maxFragments most frames of a message
   * @param compression whether permessage-deflate was agreed on
   */
  public FrameReader(int maxPayload, int maxFragments, boolean compression, Target target) {}

  /**
   * Takes all bytes that there are.
   *
   * @param bytes may be changed; not kept
   * @throws FrameException when the peer broke the protocol or a limit; nothing more is read then
   */
  public void read(ByteBuffer bytes) throws FrameException {
    throw new UnsupportedOperationException();
  }
}
