package dev.millrace.engine;

import dev.millrace.stream.CloseReason;

/** What a transport tells the core of an exchange. Called on the loop. */
public interface ExchangeListener {

  /** The whole response has been handed to the socket. */
  void finished();

  /**
   * The response ended before that.
   *
   * @param why {@link CloseReason.Kind#DISCONNECTED} when the client went away, {@link
   *     CloseReason.Kind#STALLED} when it took nothing for too long
   */
  void gone(CloseReason.Kind why);

  /** The server is stopping: streams are to end, other requests may finish. */
  void shutdown();
}
