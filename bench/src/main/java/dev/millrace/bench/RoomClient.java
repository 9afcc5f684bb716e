package dev.millrace.bench;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection with one member of a room or many. It does not block once it is open. */
final class RoomClient implements AutoCloseable {
  private final SocketChannel channel;
  private final Content content;
  private final List<RoomMessage.Reader> readers;

  /** Takes what has been read. */
  private interface Content {
    void accept(byte[] bytes, int from, int to) throws IOException;
  }

  private RoomClient(SocketChannel channel, Content content, List<RoomMessage.Reader> readers) {
    this.channel = channel;
    this.content = content;
    this.readers = readers;
  }

  /** One on HTTP/1.1 that reads events. */
  static RoomClient events(Target target, RoomTally tally, InputBuffer in) throws IOException {
    SocketChannel channel = Http1Client.connect(target);
    Http1Client.requestStream(channel, target);
    int end = Http1Client.readHead(channel, in);
    RoomEvents reader = new RoomEvents(tally);
    ChunkedBody body = new ChunkedBody(reader::accept);
    body.accept(in.bytes(), end, in.end());
    return new RoomClient(channel, body::accept, List.of(reader));
  }

  /** One that has asked for nothing yet, and is to read every message from the first on. */
  static RoomClient waiting(Target target, RoomTally tally) throws IOException {
    SocketChannel channel = Http1Client.connect(target);
    RoomEvents reader = new RoomEvents(tally);
    reader.expect(0);
    return new RoomClient(channel, new HeadAndBody(reader), List.of(reader));
  }

  /** A WebSocket. */
  static RoomClient socket(Target target, RoomTally tally, InputBuffer in) throws IOException {
    SocketChannel channel = SocketClient.connect(target, in, false);
    RoomFrames reader =
        new RoomFrames(
            tally,
            ping ->
                Http1Client.write(
                    channel, SocketClient.frame(SocketClient.FINAL | SocketClient.PONG, ping)));
    return new RoomClient(channel, reader::accept, List.of(reader));
  }

  /** Streams of events on one HTTP/2 connection. */
  static RoomClient streams(Target target, int count, RoomTally tally, InputBuffer in)
      throws IOException {
    List<RoomMessage.Reader> readers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      readers.add(new RoomEvents(tally));
    }
    // Streams of a client have the odd numbers.
    Http2Client client =
        new Http2Client(
            target,
            in,
            (streamId, bytes, from, to) -> readers.get(streamId >> 1).accept(bytes, from, to));
    client.openStreams(count);
    return new RoomClient(client.channel(), client::accept, readers);
  }

  SocketChannel channel() {
    return channel;
  }

  Collection<RoomMessage.Reader> readers() {
    return readers;
  }

  /** Reads once, and gives whether it has brought anything. */
  boolean read(InputBuffer in) throws IOException {
    in.clear();
    in.read(channel);
    content.accept(in.bytes(), 0, in.end());
    return in.end() > 0;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** A response from its first byte on. */
  private static final class HeadAndBody implements Content {
    private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};

    private final ChunkedBody body;
    private @Nullable StringBuilder head = new StringBuilder();
    private int matched;

    HeadAndBody(RoomEvents reader) {
      body = new ChunkedBody(reader::accept);
    }

    @Override
    public void accept(byte[] bytes, int from, int to) throws IOException {
      int at = from;
      while (head != null && at < to) {
        byte b = bytes[at++];
        head.append((char) b);
        matched = b == HEAD_END[matched] ? matched + 1 : b == '\r' ? 1 : 0;
        if (matched == HEAD_END.length) {
          check(head.toString());
          head = null;
        }
      }
      body.accept(bytes, at, to);
    }

    private static void check(String text) throws IOException {
      if (!Http1Response.of(text).isChunked()) {
        throw new IOException("expected a chunked 200, got: " + text.strip());
      }
    }
  }
}
