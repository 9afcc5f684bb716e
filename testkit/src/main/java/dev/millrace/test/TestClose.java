package dev.millrace.test;

import java.nio.charset.StandardCharsets;

/**
 * How a server has closed a WebSocket.
 *
 * @param code that of its close frame; {@link dev.millrace.websocket.CloseCode#NO_STATUS} (1005)
 *     when that had none; {@link dev.millrace.websocket.CloseCode#ABNORMAL} (1006) when the
 *     connection ended without a close frame
 * @param reason empty for none
 */
public record TestClose(int code, String reason) {
  private static final int NO_STATUS = 1005;

  /** Of the payload of a close frame. */
  static TestClose of(byte[] payload) {
    if (payload.length < 2) {
      return new TestClose(NO_STATUS, "");
    }
    int code = (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
    return new TestClose(code, new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
  }

  /** For a failed assertion: code and reason. */
  @Override
  public String toString() {
    return reason.isEmpty() ? "" + code : code + " \"" + reason + "\"";
  }
}
