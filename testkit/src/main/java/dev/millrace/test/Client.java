package dev.millrace.test;

import dev.millrace.http.Headers;
import java.io.Closeable;
import org.jspecify.annotations.Nullable;

/** The client's side of a wiring: how a request gets to the server and its response back. */
interface Client extends Closeable {

  /**
   * What is asked for.
   *
   * @param target path and query
   * @param body {@code null} for none
   * @param sized whether the body's length is declared
   */
  @SuppressWarnings("ArrayRecordComponent") // read by one client and compared by nobody
  record Wanted(
      String method, String target, Headers headers, byte @Nullable [] body, boolean sized) {
    @Override
    public String toString() {
      return method + " " + target;
    }
  }

  /** One request under way. From any thread. */
  interface Channel {

    /** Stops taking bytes: none is taken any more when this returns. */
    void stall();

    /** Takes bytes again. */
    void resume();

    /** Goes away in good order. */
    void close();

    /** Goes away at once, as a killed process does. */
    void reset();
  }

  /** Sends a request; what comes back goes to the transcript. Does not wait for the response. */
  Channel send(Wanted wanted, Transcript transcript);

  /** Drops all that is under way. */
  @Override
  void close();
}
