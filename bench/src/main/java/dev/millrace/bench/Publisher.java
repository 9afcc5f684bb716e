package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Publishes numbered messages, one after the other over one connection. For one thread at a time.
 */
final class Publisher implements AutoCloseable {
  private static final double NANOS = 1e9;

  private final Target target;
  private final SocketChannel channel;
  private final InputBuffer in = new InputBuffer();
  private final int bytes;
  private int next;

  /** What is being published in the background. */
  final class Run {
    private volatile boolean over;
    private volatile @Nullable IOException failure;

    private Run() {}

    private void run(int count, double perSecond) {
      long start = System.nanoTime();
      try {
        for (int i = 0; i < count; i++) {
          long due = start + (long) (i * NANOS / perSecond);
          for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
            LockSupport.parkNanos(wait);
          }
          publish();
        }
      } catch (IOException e) {
        failure = e;
      } finally {
        over = true;
      }
    }

    boolean isOver() throws IOException {
      if (failure != null) {
        throw new IOException("publishing failed: " + failure.getMessage(), failure);
      }
      return over;
    }
  }

  /**
   * Connects.
   *
   * @param room a path of the server that has {@code /publish}
   * @param bytes of a message
   */
  Publisher(Target room, int bytes) throws IOException {
    this.target = new Target(room.name(), room.server(), room.uri().resolve("/publish"));
    this.bytes = bytes;
    this.channel = Http1Client.connect(target);
  }

  /** The number of the next message. */
  int next() {
    return next;
  }

  void publish() throws IOException {
    send(RoomMessage.bytes(next, System.nanoTime(), bytes));
    next++;
  }

  /** Publishes something without a number. */
  void publish(byte[] message) throws IOException {
    send(message);
  }

  /** In the background, at this rate or, if the server is slower, at its own. */
  Run start(int count, double perSecond) {
    Run run = new Run();
    Thread.ofPlatform().daemon().name("publisher").start(() -> run.run(count, perSecond));
    return run;
  }

  private void send(byte[] message) throws IOException {
    byte[] head =
        "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n"
            .formatted(target.pathAndQuery(), target.authority(), message.length)
            .getBytes(US_ASCII);
    Http1Client.write(
        channel, ByteBuffer.allocate(head.length + message.length).put(head).put(message).flip());
    Http1Client.readResponse(channel, in, "202");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
