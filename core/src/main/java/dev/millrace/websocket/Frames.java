package dev.millrace.websocket;

/** The frames of a server, which are not masked (RFC 6455, section 5). */
public final class Frames {
  /** Most bytes of a control frame's payload (section 5.5). */
  public static final int MOST_CONTROL = 125;

  /** Most bytes of a close frame's reason: two are for the code. */
  public static final int MOST_REASON = 123;

  private Frames() {}

  /**
   * A close frame, whole.
   *
   * @param code {@link CloseCode#NO_STATUS} for one without code and reason
   * @param reason UTF-8 of at most 123 bytes
   */
  public static byte[] close(int code, String reason) {
    throw new UnsupportedOperationException();
  }

  /** A ping frame, whole; the payload has at most 125 bytes. */
  public static byte[] ping(byte[] payload) {
    throw new UnsupportedOperationException();
  }

  /** A pong frame, whole; the payload has at most 125 bytes. */
  public static byte[] pong(byte[] payload) {
    throw new UnsupportedOperationException();
  }

  /** As much of a text as fits into a close frame's reason, not cut inside a character. */
  public static String reason(String text) {
    throw new UnsupportedOperationException();
  }
}
