package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Streams that are open and silent: each on its own HTTP/1.1 connection, or many on one HTTP/2. */
final class IdleStreams {
  /** Long enough to be compressed where that was agreed on. */
  private static final byte[] TEXT =
      "{\"id\":17,\"name\":\"sensor-17\",\"value\":21.5,\"unit\":\"C\"}\n"
          .repeat(4)
          .getBytes(US_ASCII);

  private static final byte[] DEFLATED_TEXT = SocketClient.deflated(TEXT);

  private final List<SocketChannel> connections = new ArrayList<>();
  private final List<Http2Client> clients = new ArrayList<>();
  private final @Nullable String coding;

  /** How streams are cut. */
  enum Cut {
    /** The connection is closed in order. */
    FIN,
    /** The connection is reset, as when a device loses power and its address is reused. */
    RST,
    /** Each stream is reset (HTTP/2) and the connection stays. */
    RESET
  }

  private IdleStreams(@Nullable String coding) {
    this.coding = coding;
  }

  /**
   * Opens streams one after the other and waits for each one's response head.
   *
   * @param perConnection the streams on each HTTP/2 connection, or 0 for HTTP/1.1
   * @param coding what is accepted and then must be had, on HTTP/1.1; {@code null} for none
   * @param sockets whether to open WebSockets, on HTTP/1.1, and to use each for one echo
   */
  static IdleStreams open(
      Target target, int count, int perConnection, @Nullable String coding, boolean sockets)
      throws IOException {
    IdleStreams streams = new IdleStreams(coding);
    InputBuffer in = new InputBuffer();
    int left = count;
    while (left > 0) {
      if (sockets) {
        left -= streams.openSocket(target, in);
      } else {
        left -=
            perConnection == 0
                ? streams.open1(target, in)
                : streams.open2(target, in, Math.min(left, perConnection));
      }
    }
    return streams;
  }

  private int openSocket(Target target, InputBuffer in) throws IOException {
    boolean deflate = coding != null;
    SocketChannel channel = SocketClient.connect(target, in, deflate);
    connections.add(channel);
    int first = SocketClient.FINAL | SocketClient.TEXT | (deflate ? SocketClient.COMPRESSED : 0);
    Http1Client.write(channel, SocketClient.frame(first, deflate ? DEFLATED_TEXT : TEXT));
    SocketClient.readMessage(channel, in, first);
    return 1;
  }

  /** Fails when the server has ended a connection. Nothing can be read afterwards. */
  void requireOpen() throws IOException {
    ByteBuffer passedOver = ByteBuffer.allocate(1024);
    for (SocketChannel connection : connections) {
      connection.configureBlocking(false);
      if (connection.read(passedOver.clear()) < 0) {
        throw new EOFException("the server closed a connection while its heap was looked at");
      }
    }
  }

  private int open1(Target target, InputBuffer in) throws IOException {
    SocketChannel channel = Http1Client.connect(target);
    connections.add(channel);
    if (coding == null) {
      Http1Client.requestStream(channel, target);
    } else {
      Http1Client.request(
          channel, target, "Accept: text/event-stream", "Accept-Encoding: " + coding);
    }
    Http1Response head = Http1Client.readResponse(channel, in);
    if (!head.isChunked() || !head.value("content-encoding").equals(coding == null ? "" : coding)) {
      throw new IOException(
          "expected a chunked 200, coding %s, got: %s".formatted(coding, head.text().strip()));
    }
    return 1;
  }

  private int open2(Target target, InputBuffer in, int count) throws IOException {
    Http2Client client = new Http2Client(target, in);
    connections.add(client.channel());
    clients.add(client);
    client.openStreams(count);
    return count;
  }

  void cut(Cut cut) throws IOException {
    if (cut == Cut.RESET) {
      for (Http2Client client : clients) {
        client.resetStreams();
      }
      return;
    }
    for (SocketChannel connection : connections) {
      if (cut == Cut.RST) {
        // Closing without lingering drops what is unsent and resets the connection.
        connection.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
      connection.close();
    }
  }
}
