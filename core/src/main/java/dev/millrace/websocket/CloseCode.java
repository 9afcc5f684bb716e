package dev.millrace.websocket;

/** Why a WebSocket is closed, in numbers (RFC 6455, section 7.4). */
public final class CloseCode {
  /** The purpose has been fulfilled. */
  public static final int NORMAL = 1000;

  /** A server is stopping, or a page was left. */
  public static final int GOING_AWAY = 1001;

  /** The peer broke the protocol. */
  public static final int PROTOCOL_ERROR = 1002;

  /** The peer sent a kind of data that is not taken. */
  public static final int UNSUPPORTED = 1003;

  /** Never sent: the close frame had no code. */
  public static final int NO_STATUS = 1005;

  /** Never sent: the connection ended without a close frame. */
  public static final int ABNORMAL = 1006;

  /** A message is not what its type says, as text that is not UTF-8. */
  public static final int INVALID_PAYLOAD = 1007;

  /** The peer broke a rule of the application, or a limit. */
  public static final int POLICY = 1008;

  /** A message is too long. */
  public static final int TOO_BIG = 1009;

  /** Something went wrong in the server. */
  public static final int INTERNAL_ERROR = 1011;

  /** The client is to come back later: it was too slow. */
  public static final int TRY_AGAIN_LATER = 1013;

  /** The handshake was refused for a reason that has no code of its own. */
  public static final int REJECTED = 4000;

  /** The handshake was refused because nobody was recognised (401). */
  public static final int UNAUTHENTICATED = 4001;

  /** The handshake was refused to who was recognised (403). */
  public static final int FORBIDDEN = 4003;

  private CloseCode() {}

  /**
   * Whether a close frame may have the code: 1000 to 1003, 1007 to 1014, and 3000 to 4999, which
   * are for libraries and applications.
   */
  public static boolean isSendable(int code) {
    return (code >= 1000 && code <= 1003)
        || (code >= 1007 && code <= 1014)
        || (code >= 3000 && code <= 4999);
  }
}
