package dev.millrace.bench;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Streams that are open and silent: each on its own HTTP/1.1 connection, or many on one HTTP/2. */
final class IdleStreams {
  private final List<SocketChannel> connections = new ArrayList<>();
  private final List<Http2Client> clients = new ArrayList<>();

  /** How streams are cut. */
  enum Cut {
    /** The connection is closed in order. */
    FIN,
    /** The connection is reset, as when a device loses power and its address is reused. */
    RST,
    /** Each stream is reset (HTTP/2) and the connection stays. */
    RESET
  }

  private IdleStreams() {}

  /**
   * Opens streams one after the other and waits for each one's response head.
   *
   * @param perConnection the streams on each HTTP/2 connection, or 0 for HTTP/1.1
   */
  static IdleStreams open(Target target, int count, int perConnection) throws IOException {
    IdleStreams streams = new IdleStreams();
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
    Http1Client.requestStream(channel, target);
    var _ = Http1Client.readHead(channel, in);
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
