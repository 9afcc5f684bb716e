package dev.millrace.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * WebSockets to an echo, on one thread. Each message is a text of a number and padding; each echo
 * is compared with what was sent and answered with the next message. What one read brings is
 * answered by one write. Everything is done in words of eight bytes, because this has to be faster
 * than the server.
 */
final class EchoSockets {
  private static final int BUFFER = 64 * 1024;
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int WORD = Long.BYTES;
  private static final int HEAD_IN = 2;
  private static final long MASK = SocketClient.MASK * 0x1_0000_0001L;
  private static final long LETTERS = 0x6161_6161_6161_6161L;
  private static final long PADDING = LETTERS + 0x0001_0203_0405_0607L;

  private final int bytes;
  private final int inFlight;
  private final List<Connection> connections = new ArrayList<>();
  private final Latencies latencies;
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
  private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);
  private long echoes;
  private long underWay;
  private long deadline;

  /** One socket. */
  private final class Connection {
    final SocketChannel channel;
    final long[] sentAt = new long[inFlight];
    final ByteBuffer part = ByteBuffer.allocate(HEAD_IN + bytes);
    int sent;
    int heard;

    Connection(SocketChannel channel) {
      this.channel = channel;
    }

    void send(int count, long now) throws IOException {
      out.clear();
      for (int i = 0; i < count; i++) {
        out.putShort((short) (0x8180 | bytes)).putInt(SocketClient.MASK);
        out.putLong(number(sent) ^ MASK);
        for (int at = WORD; at < bytes; at += WORD) {
          out.putLong(PADDING ^ MASK);
        }
        sentAt[sent % inFlight] = now;
        sent++;
      }
      underWay += count;
      Http1Client.write(channel, out.flip());
    }

    /** Takes what has come, and gives the number of messages that it ended. */
    int read(long now) throws IOException {
      in.clear().put(part.flip());
      if (channel.read(in) < 0) {
        throw new EOFException("the server closed a socket");
      }
      in.flip();
      int count = 0;
      while (in.remaining() >= HEAD_IN + bytes) {
        check();
        latencies.add(now - sentAt[heard % inFlight]);
        heard++;
        count++;
      }
      part.clear().put(in);
      underWay -= count;
      echoes += count;
      return count;
    }

    private void check() throws IOException {
      boolean same = in.getShort() == (short) (0x8100 | bytes) && in.getLong() == number(heard);
      for (int at = WORD; at < bytes; at += WORD) {
        same &= in.getLong() == PADDING;
      }
      if (!same) {
        throw new IOException("echo %,d is not what was sent".formatted(heard));
      }
    }
  }

  /**
   * Sockets that are not connected yet.
   *
   * @param bytes of a message: a multiple of 8, up to 120
   * @param inFlight messages that each socket has under way
   */
  EchoSockets(int bytes, int inFlight, Latencies latencies) {
    this.bytes = bytes;
    this.inFlight = inFlight;
    this.latencies = latencies;
  }

  /** A number as eight letters, one for each of its hexadecimal digits. */
  private static long number(int number) {
    return Long.expand(number, 0x0f0f_0f0f_0f0f_0f0fL) + LETTERS;
  }

  void connect(Target target, int count, InputBuffer buffer) throws IOException {
    for (int i = 0; i < count; i++) {
      connections.add(new Connection(SocketClient.connect(target, buffer, false)));
    }
  }

  /** Keeps messages under way for this time, and then waits for the last echo. */
  Measurement.Result run(double seconds) throws IOException {
    try (Selector selector = Selector.open()) {
      for (Connection connection : connections) {
        connection.channel.configureBlocking(false);
        connection.channel.register(selector, SelectionKey.OP_READ, connection);
      }
      long start = System.nanoTime();
      deadline = start + (long) (seconds * 1e9);
      for (Connection connection : connections) {
        connection.send(inFlight, System.nanoTime());
      }
      while (underWay > 0) {
        if (selector.select(this::answer, PATIENCE_MILLIS) == 0) {
          throw new IOException("%,d echoes did not come".formatted(underWay));
        }
      }
      return new Measurement.Result(echoes, (System.nanoTime() - start) / 1e9);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void answer(SelectionKey key) {
    Connection connection = (Connection) key.attachment();
    try {
      long now = System.nanoTime();
      int count = connection.read(now);
      if (now < deadline && count > 0) {
        connection.send(count, now);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void close(InputBuffer buffer) throws IOException {
    for (Connection connection : connections) {
      connection.channel.configureBlocking(true);
      SocketClient.close(connection.channel, buffer);
    }
  }
}
