package dev.millrace.test;

import dev.millrace.http.Headers;
import java.io.Closeable;
import java.io.IOException;
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
    /** The same with other headers. */
    Wanted with(Headers other) {
      return new Wanted(method, target, other, body, sized);
    }

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

  /** A request that asks for a WebSocket, and the bytes of both directions after it. */
  interface Line extends Channel {

    /**
     * Sends bytes; waits while the connection is full. By one thread at a time.
     *
     * @throws IOException when the connection is over
     */
    void write(byte[] bytes) throws IOException, InterruptedException;

    /** Sends no more: FIN, or END_STREAM on HTTP/2. What the server sends still comes. */
    void finish() throws IOException;

    /** Has the client do something on a virtual thread of its own. Does not wait for it. */
    default void work(Runnable task) {
      Thread.startVirtualThread(task);
    }
  }

  /**
   * Asks for a WebSocket. Does not wait for the response.
   *
   * @param wanted without what the handshake needs; what it has of that already is left as it is
   */
  Line open(Wanted wanted, SocketTranscript transcript);

  /** Sends a request; what comes back goes to the transcript. Does not wait for the response. */
  Channel send(Wanted wanted, Transcript transcript);

  /** Drops all that is under way. */
  @Override
  void close();
}
