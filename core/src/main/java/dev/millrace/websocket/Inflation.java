package dev.millrace.websocket;

/**
 * Inflates the messages of one client (RFC 7692, section 7.2.2), in their order. Belongs to one
 * thread at a time. Between two messages it holds no native memory, and no buffer unless the client
 * may refer to earlier messages.
 */
public final class Inflation {

  /** For one connection. */
  public Inflation(Agreement agreement) {}

  /**
   * A message's payload.
   *
   * @param most how long it may be
   * @throws FrameException 1009 when it is longer, as soon as that shows; 1007 when it is not
   *     deflated data
   */
  public byte[] inflate(byte[] compressed, int most) throws FrameException {
    throw new UnsupportedOperationException();
  }
}
