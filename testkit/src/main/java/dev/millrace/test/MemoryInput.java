package dev.millrace.test;

import dev.millrace.engine.SocketInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The way of a socket's bytes from a client in memory to the server: a window that fills up while
 * the server wants no more, as a socket's buffers would. The monitor guards the window; what else
 * there is belongs to the loop.
 */
final class MemoryInput {
  private static final int PIECE = 16 * 1024;

  /** Pieces for one turn of the loop; other connections want theirs. */
  private static final int TURN = 16;

  private final MemoryLoop loop;
  private final Queue<byte[]> window = new ArrayDeque<>();
  private int inWindow;
  private boolean ended;
  private boolean failed;

  /** Belongs to the loop, as what follows. */
  private @Nullable SocketInput target;

  private boolean wanted = true;
  private boolean endTold;

  MemoryInput(MemoryLoop loop) {
    this.loop = loop;
  }

  // --- the client's side ---

  /** Sends bytes; waits while the window is full. */
  synchronized void write(byte[] bytes) throws IOException, InterruptedException {
    int from = 0;
    do {
      while (inWindow == MemoryExchange.WINDOW && !failed) {
        wait();
      }
      if (failed || ended) {
        throw new IOException("the connection is over");
      }
      int room = Math.min(PIECE, MemoryExchange.WINDOW - inWindow);
      int part = Math.min(room, bytes.length - from);
      window.add(Arrays.copyOfRange(bytes, from, from + part));
      inWindow += part;
      from += part;
      loop.execute(this::feed);
    } while (from < bytes.length);
  }

  /** Sends no more. */
  synchronized void finish() {
    ended = true;
    loop.execute(this::feed);
  }

  // --- the server's side ---

  /** The request has become a WebSocket. On the loop. */
  void begin(SocketInput socket) {
    target = socket;
    feed();
  }

  /** The server takes bytes again. From any thread. */
  void readMore() {
    loop.execute(() -> {
      wanted = true;
      feed();
    });
  }

  /** Nobody will read any more. */
  synchronized void fail() {
    failed = true;
    window.clear();
    notifyAll();
  }

  private void feed() {
    SocketInput socket = target;
    if (socket == null) {
      return;
    }
    int pieces = 0;
    for (byte[] piece = next(); piece != null; piece = next()) {
      wanted = socket.receive(ByteBuffer.wrap(piece));
      pieces++;
      if (!wanted || pieces == TURN) {
        break;
      }
    }
    if (pieces > 0) {
      socket.received();
    }
    if (pieces == TURN) {
      loop.execute(this::feed);
    }
    if (!endTold && isEnd()) {
      endTold = true;
      socket.inputEnded();
    }
  }

  private synchronized byte @Nullable [] next() {
    byte[] piece = wanted ? window.poll() : null;
    if (piece != null) {
      inWindow -= piece.length;
      notifyAll();
    }
    return piece;
  }

  private synchronized boolean isEnd() {
    return ended && !failed && window.isEmpty();
  }
}
