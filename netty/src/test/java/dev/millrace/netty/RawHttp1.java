package dev.millrace.netty;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A client that sends whatever bytes a test wants, and reads HTTP/1.1 responses. */
final class RawHttp1 implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 15_000;

  private final Socket socket;
  private final InputStream in;

  /**
   * A response.
   *
   * @param status the code
   * @param fields the header's lines, without the status line
   * @param body without its framing; empty for a stream, of which only the head has been read
   */
  record Reply(int status, List<String> fields, String body) {

    /** The first value of a field. */
    Optional<String> field(String name) {
      String prefix = name.toLowerCase(Locale.ROOT) + ":";
      return fields.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
          .map(line -> line.substring(prefix.length()).trim())
          .findFirst();
    }

    boolean isChunked() {
      return field("Transfer-Encoding").map("chunked"::equals).orElse(false);
    }
  }

  RawHttp1(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  static RawHttp1 connect(int port) throws IOException {
    return new RawHttp1(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** A client whose system takes about as many bytes from the server, and not more, unread. */
  static RawHttp1 connectWithReceiveBuffer(int port, int bytes) throws IOException {
    return new RawHttp1(socketWithReceiveBuffer(port, bytes));
  }

  /** The window's scale is settled in the handshake, so the size has to be set before it. */
  static Socket socketWithReceiveBuffer(int port, int bytes) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(bytes);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  Socket socket() {
    return socket;
  }

  // --- sending ---

  RawHttp1 send(String latin1) throws IOException {
    return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawHttp1 send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** Sends as many bytes as the other end takes within a moment; what is refused is not sent. */
  RawHttp1 get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  // --- reading ---

  /** The next response with its body. */
  Reply reply() throws IOException {
    return reply(false);
  }

  /**
   * The next response.
   *
   * @param toHead whether it answers a HEAD request, and so has no body
   */
  Reply reply(boolean toHead) throws IOException {
    Reply head = head();
    boolean bodyless = toHead || head.status < 200 || head.status == 204 || head.status == 304;
    if (bodyless) {
      return head;
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (head.isChunked()) {
      for (String chunk = chunk(); chunk != null; chunk = chunk()) {
        body.writeBytes(chunk.getBytes(StandardCharsets.ISO_8859_1));
      }
    } else if (head.field("Content-Length").isPresent()) {
      body.writeBytes(exactly(Integer.parseInt(head.field("Content-Length").get())));
    } else {
      in.transferTo(body);
    }
    return new Reply(head.status, head.fields, body.toString(StandardCharsets.UTF_8));
  }

  /** The next response's head; its body is left to be read. */
  Reply head() throws IOException {
    String statusLine = line();
    if (statusLine == null) {
      throw new EOFException("closed without a response");
    }
    List<String> fields = new ArrayList<>();
    for (String line = line(); line != null && !line.isEmpty(); line = line()) {
      fields.add(line);
    }
    return new Reply(Integer.parseInt(statusLine.substring(9, 12)), fields, "");
  }

  /** The next chunk of a chunked body, {@code null} after the last. */
  @Nullable String chunk() throws IOException {
    String size = line();
    if (size == null) {
      throw new EOFException("cut between two chunks");
    }
    byte[] data = exactly(Integer.parseInt(size, 16));
    exactly(2);
    return data.length == 0 ? null : new String(data, StandardCharsets.ISO_8859_1);
  }

  /** The next chunks, until they hold a text. */
  String chunksUntil(String text) throws IOException {
    StringBuilder all = new StringBuilder();
    while (all.indexOf(text) < 0) {
      String chunk = chunk();
      if (chunk == null) {
        throw new EOFException("the stream ended without \"" + text + "\": " + all);
      }
      all.append(chunk);
    }
    return all.toString();
  }

  /** Reads as many bytes as there are up to a number, and forgets them. */
  void skip(int bytes) throws IOException {
    in.skipNBytes(bytes);
  }

  /** The next bytes, that many. */
  byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("cut after %d of %d bytes".formatted(bytes.length, length));
    }
    return bytes;
  }

  private @Nullable String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int next = in.read();
      if (next < 0) {
        if (line.isEmpty()) {
          return null;
        }
        throw new EOFException("cut in the line \"" + line + "\"");
      }
      if (next == '\n') {
        line.setLength(line.length() - 1);
        return line.toString();
      }
      line.append((char) next);
    }
  }

  /** Reads to the end; whether there was nothing more, and the end was a FIN and not a RST. */
  boolean endsCleanly() throws IOException {
    return in.read() < 0;
  }

  // --- leaving ---

  /** Leaves in good order: a FIN. What was not read would make it a RST. */
  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Leaves at once: a RST. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }
}
