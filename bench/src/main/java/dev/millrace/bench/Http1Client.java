package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Locale;

/** The little of an HTTP/1.1 client that the load tools need: ask for a stream, read its head. */
final class Http1Client {
  private Http1Client() {}

  static SocketChannel connect(Target target) throws IOException {
    SocketChannel channel = SocketChannel.open(target.address());
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return channel;
  }

  static void requestStream(SocketChannel channel, Target target) throws IOException {
    String request =
        "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\n\r\n"
            .formatted(target.pathAndQuery(), target.authority());
    write(channel, ByteBuffer.wrap(request.getBytes(ISO_8859_1)));
  }

  static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * Reads the head of a streamed response and gives the index in the buffer where its body begins.
   */
  static int readHead(SocketChannel channel, InputBuffer in) throws IOException {
    in.clear();
    int end;
    do {
      in.read(channel);
      end = endOfHead(in);
    } while (end < 0);
    String head = new String(in.bytes(), 0, end, ISO_8859_1).toLowerCase(Locale.ROOT);
    if (!head.startsWith("http/1.1 200 ")
        || !head.matches("(?s).*\r\ntransfer-encoding: *chunked\r\n.*")) {
      throw new IOException("expected a chunked 200, got: " + head.strip());
    }
    return end;
  }

  private static int endOfHead(InputBuffer in) {
    byte[] bytes = in.bytes();
    for (int at = 3; at < in.end(); at++) {
      if (bytes[at] == '\n'
          && bytes[at - 1] == '\r'
          && bytes[at - 2] == '\n'
          && bytes[at - 3] == '\r') {
        return at + 1;
      }
    }
    return -1;
  }
}
