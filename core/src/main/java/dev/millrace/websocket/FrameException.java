package dev.millrace.websocket;

import java.io.Serial;

/** A peer broke the protocol or a limit of it; the connection is to be failed with the code. */
public final class FrameException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  private final int code;

  /**
   * What is wrong.
   *
   * @param code see {@link CloseCode}
   * @param message for the peer: at most 123 bytes, and nothing of what it sent
   */
  public FrameException(int code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /** The code of the close frame to be sent. */
  public int code() {
    return code;
  }
}
