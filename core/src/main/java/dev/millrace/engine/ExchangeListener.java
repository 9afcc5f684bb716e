package dev.millrace.engine;

/** What a transport tells the core of an exchange. Called on the loop. */
public interface ExchangeListener {

  /** The whole response has been handed to the socket. */
  void finished();

  /** The client went away before that. */
  void gone();

  /** The server is stopping: streams are to end, other requests may finish. */
  void shutdown();
}
