package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The little of an HTTP/1.1 client that the load tools need: ask for a stream, read its head. */
final class Http1Client {
  private Http1Client() {}

  static SocketChannel connect(Target target) throws IOException {
    SocketChannel channel = SocketChannel.open(target.address());
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return channel;
  }

  static void requestStream(SocketChannel channel, Target target) throws IOException {
    request(channel, target, "Accept: text/event-stream");
  }

  /** Asks for the target with some more header fields, each {@code Name: value}. */
  static void request(SocketChannel channel, Target target, String... fields) throws IOException {
    write(channel, ByteBuffer.wrap(requestBytes(target, fields)));
  }

  static byte[] requestBytes(Target target, String... fields) {
    StringBuilder request = new StringBuilder(256);
    request.append("GET %s HTTP/1.1\r\n".formatted(target.pathAndQuery()));
    request.append("Host: %s\r\n".formatted(target.authority()));
    for (String field : fields) {
      request.append(field).append("\r\n");
    }
    return request.append("\r\n").toString().getBytes(ISO_8859_1);
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
    Http1Response head = readResponse(channel, in);
    if (!head.isChunked()) {
      throw new IOException("expected a chunked 200, got: " + head.text().strip());
    }
    return head.end();
  }

  /** Reads a response's head; what has come of its body lies in the buffer behind it. */
  static Http1Response readResponse(SocketChannel channel, InputBuffer in) throws IOException {
    return readResponse(channel, in, "200");
  }

  /** The same of a response with another status. */
  static Http1Response readResponse(SocketChannel channel, InputBuffer in, String status)
      throws IOException {
    in.clear();
    int end;
    do {
      in.read(channel);
      end = endOfHead(in);
    } while (end < 0);
    return Http1Response.of(new String(in.bytes(), 0, end, ISO_8859_1), status);
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
