package dev.millrace.stream;

import org.jspecify.annotations.Nullable;

/**
 * Why a stream ended. A value and not an exception: that a client leaves is no error.
 *
 * @param kind who or what ended it
 * @param failure what was thrown, where the kind is {@link Kind#FAILED}
 * @param code on a WebSocket that of the close frame that ended it, whoever sent it, or 1006 when
 *     there was none; 0 elsewhere
 * @param text the reason that the close frame gave; empty when it gave none
 */
public record CloseReason(Kind kind, @Nullable Throwable failure, int code, String text) {

  /** Who or what ended a stream. */
  public enum Kind {
    /** The source was exhausted, or the handler returned and nothing was attached. */
    COMPLETED,
    /** The server's code called {@link LiveStream#close()}. */
    CLOSED,
    /** The client went away. */
    DISCONNECTED,
    /** The handler, a timer or a source threw. */
    FAILED,
    /** The client took nothing for longer than {@link dev.millrace.http.Limits#stallTime()}. */
    STALLED,
    /** The client was too slow for a room that disconnects those. */
    OVERTAKEN,
    /** The server is stopping. */
    SHUTDOWN,
    /** The client of a WebSocket broke the protocol, or a limit. */
    VIOLATED
  }

  /** A reason without a failure. */
  public static CloseReason of(Kind kind) {
    return new CloseReason(kind, null, 0, "");
  }

  /** The same with what a close frame said. */
  public CloseReason with(int newCode, String newText) {
    return new CloseReason(kind, failure, newCode, newText);
  }

  /** Something was thrown. */
  public static CloseReason failed(Throwable failure) {
    return new CloseReason(Kind.FAILED, failure, 0, "");
  }
}
