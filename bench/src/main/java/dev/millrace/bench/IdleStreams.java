package dev.millrace.bench;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Streams that are open and silent: each on its own HTTP/1.1 connection, or many on one HTTP/2. */
final class IdleStreams {
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
   */
  static IdleStreams open(Target target, int count, int perConnection, @Nullable String coding)
      throws IOException {
    IdleStreams streams = new IdleStreams(coding);
    InputBuffer in = new InputBuffer();
    int left = count;
    while (left > 0) {
      left -=
          perConnection == 0
              ? streams.open1(target, in)
              : streams.open2(target, in, Math.min(left, perConnection));
    }
    return streams;
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
