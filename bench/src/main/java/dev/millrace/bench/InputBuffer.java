package dev.millrace.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Bytes read from a socket. One buffer serves many connections that are read in turn. */
final class InputBuffer {
  private static final int CAPACITY = 256 * 1024;

  private final ByteBuffer buffer = ByteBuffer.allocate(CAPACITY);

  /** The bytes read are those before {@link #end}. */
  byte[] bytes() {
    return buffer.array();
  }

  int end() {
    return buffer.position();
  }

  void clear() {
    buffer.clear();
  }

  /** Adds what the socket has, and waits for it if need be. */
  void read(SocketChannel channel) throws IOException {
    if (!buffer.hasRemaining()) {
      throw new IOException("more than %,d bytes in one piece".formatted(CAPACITY));
    }
    if (channel.read(buffer) < 0) {
      throw new EOFException("the server closed the connection");
    }
  }
}
