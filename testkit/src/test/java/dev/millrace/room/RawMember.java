package dev.millrace.room;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.json.JsonCodec;
import dev.millrace.test.TestEvent;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A member of a room on a socket of its own, in clear text. It takes a byte from the system only
 * when a test says so, and believes nothing: each chunk (RFC 9112, section 7.1), frame (RFC 6455,
 * section 5.2), line and end has to be as it should. For one thread.
 */
final class RawMember implements AutoCloseable {
  /** What the system keeps of a connection with it, and who reads nothing fills at once. */
  static final int TINY = 4096;

  /** As much as who reads all the time needs. */
  static final int ROOMY = 256 * 1024;

  private static final int PATIENCE_MILLIS = 15_000;
  private static final String UPGRADE =
      String.join(
          "\r\n",
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "");
  private static final JsonCodec JSON = JsonCodec.standard();

  /** What it asks for. */
  enum Kind {
    SSE,
    /** The same by HTTP/1.0: without chunks. */
    SSE_1_0,
    SOCKET
  }

  private final Kind kind;
  private final Socket socket = new Socket();

  /** What has been taken from the system and not been read yet. */
  private byte[] taken = new byte[512];

  private int from;
  private int to;

  /** What is left of the current chunk; -1 before the first. */
  private int chunk = -1;

  private boolean over;

  /** Connects, asks, and reads the head and nothing else. */
  RawMember(Kind kind, int port, String path, int receiveBuffer) throws IOException {
    this.kind = kind;
    // Before connecting: the window's scale is settled with that.
    socket.setReceiveBufferSize(receiveBuffer);
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
    socket.setSoTimeout(PATIENCE_MILLIS);
    ask(path);
  }

  /** Asks, and reads the head and nothing else: once more, when what it asked for has ended. */
  void ask(String path) throws IOException {
    String fields = kind == Kind.SOCKET ? UPGRADE : "Accept: text/event-stream\r\n";
    String version = kind == Kind.SSE_1_0 ? "1.0" : "1.1";
    String request =
        "GET " + path + " HTTP/" + version + "\r\nHost: localhost\r\n" + fields + "\r\n";
    socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    String status = line();
    if (!status.startsWith(kind == Kind.SOCKET ? "HTTP/1.1 101" : "HTTP/1.1 200")) {
      throw new ProtocolException("no status line that was hoped for: \"" + status + '"');
    }
    boolean chunked = false;
    for (String line = line(); !line.isEmpty(); line = line()) {
      chunked |= line.equalsIgnoreCase("Transfer-Encoding: chunked");
    }
    if (chunked != (kind == Kind.SSE)) {
      throw new ProtocolException("chunked: " + chunked);
    }
    chunk = -1;
    over = false;
  }

  /** Takes bytes from the system, so that there are so many at least that have not been read. */
  void take(int bytes) throws IOException {
    if (taken.length < bytes) {
      taken = Arrays.copyOf(taken, bytes);
    }
    if (taken.length - from < bytes) {
      System.arraycopy(taken, from, taken, 0, to - from);
      to -= from;
      from = 0;
    }
    while (to - from < bytes) {
      int read = socket.getInputStream().read(taken, to, bytes - (to - from));
      if (read < 0) {
        throw new EOFException("cut");
      }
      to += read;
    }
  }

  /** Reads from now on in larger pieces. */
  RawMember eager() {
    taken = Arrays.copyOf(taken, 64 * 1024);
    return this;
  }

  /**
   * The next event; a position alone is one, and so are a ping and a close with their payloads.
   *
   * @return {@code null} at the end, which has been as it should
   */
  @Nullable TestEvent next() throws IOException {
    return over ? null : kind == Kind.SOCKET ? nextOfSocket() : nextOfEvents();
  }

  /** The position that comes next, alone. */
  String position() throws IOException {
    TestEvent event = next();
    if (event == null || !event.name().equals("position")) {
      throw new ProtocolException("no position, but " + event);
    }
    return event.id();
  }

  // --- Server-Sent Events in chunks ---

  private @Nullable TestEvent nextOfEvents() throws IOException {
    String name = null;
    String id = null;
    String data = null;
    while (true) {
      String line = eventLine();
      if (line == null) {
        if (name != null || id != null || data != null) {
          throw new ProtocolException("it has ended inside of an event: " + data);
        }
        over = true;
        if (from < to) {
          throw new ProtocolException("something behind the last chunk");
        }
        return null;
      }
      if (line.isEmpty() && (data != null || id != null)) {
        return data == null
            ? new TestEvent("position", id, "")
            : new TestEvent(name == null ? "message" : name, id, data);
      }
      if (line.startsWith("data: ") && data == null) {
        data = line.substring(6);
      } else if (line.startsWith("id: ") && id == null) {
        id = line.substring(4);
      } else if (line.startsWith("event: ") && name == null) {
        name = line.substring(7);
      } else if (!line.startsWith(":") && !line.isEmpty()) {
        throw new ProtocolException("no line of an event: \"" + line + '"');
      }
    }
  }

  private @Nullable String eventLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int next = body();
      if (next == '\n') {
        return line.toString(UTF_8);
      }
      if (next < 0) {
        if (line.size() > 0) {
          throw new ProtocolException("it has ended inside of a line: " + line.toString(UTF_8));
        }
        return null;
      }
      line.write(next);
    }
  }

  private int body() throws IOException {
    if (kind == Kind.SSE_1_0) {
      return more() ? read() : -1;
    }
    if (chunk == 0 && !line().isEmpty()) {
      throw new ProtocolException("a chunk is longer than it says");
    }
    if (chunk <= 0) {
      String size = line();
      if (!size.matches("[0-9a-fA-F]{1,6}")) {
        throw new ProtocolException("no size of a chunk: \"" + size + '"');
      }
      chunk = Integer.parseInt(size, 16);
      if (chunk == 0) {
        if (!line().isEmpty()) {
          throw new ProtocolException("trailers");
        }
        return -1;
      }
    }
    chunk--;
    return read();
  }

  // --- frames ---

  private @Nullable TestEvent nextOfSocket() throws IOException {
    int first = read();
    int length = read();
    if (length == 126) {
      length = ByteBuffer.wrap(exactly(2)).getShort() & 0xffff;
    } else if (length == 127) {
      length = Math.toIntExact(ByteBuffer.wrap(exactly(8)).getLong());
    } else if (length > 127) {
      throw new ProtocolException("a masked frame");
    }
    byte[] payload = exactly(length);
    return switch (first) {
      case 0x81 -> envelope(payload);
      case 0x89 -> new TestEvent("ping", null, new String(payload, ISO_8859_1));
      case 0x88 -> {
        over = true;
        int code = length == 0 ? 1005 : ByteBuffer.wrap(payload).getShort();
        yield new TestEvent("close", null, Integer.toString(code));
      }
      default -> throw new ProtocolException("a frame that begins with " + first);
    };
  }

  private static TestEvent envelope(byte[] payload) throws ProtocolException {
    Map<?, ?> object;
    try {
      object = JSON.decode(payload, Map.class);
    } catch (RuntimeException e) {
      throw new ProtocolException("no envelope: " + new String(payload, UTF_8));
    }
    String id = (String) object.get("id");
    Object data = object.get("data");
    if (data == null) {
      return new TestEvent("position", id, "");
    }
    Object name = object.get("event");
    return new TestEvent(
        name == null ? "message" : name.toString(),
        id,
        data instanceof String said ? said : new String(JSON.encode(data), UTF_8));
  }

  // --- bytes ---

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = read(); next != '\r'; next = read()) {
      line.append((char) next);
    }
    if (read() != '\n') {
      throw new ProtocolException("a CR without a LF behind \"" + line + '"');
    }
    return line.toString();
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = new byte[length];
    int have = Math.min(length, to - from);
    System.arraycopy(taken, from, bytes, 0, have);
    from += have;
    for (int i = have; i < length; i++) {
      bytes[i] = (byte) read();
    }
    return bytes;
  }

  private int read() throws IOException {
    if (!more()) {
      throw new EOFException("cut");
    }
    return taken[from++] & 0xff;
  }

  private boolean more() throws IOException {
    if (from == to) {
      from = 0;
      to = Math.max(0, socket.getInputStream().read(taken));
    }
    return to > from;
  }

  // --- leaving ---

  /** Leaves; by a RST, if there is something that it has not taken. */
  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Leaves at once, as a killed process does: by a RST. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }
}
