package dev.millrace.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 client that sends whatever frames a test wants (RFC 9113). It reads on the test's own
 * thread and only while the test awaits something, so that what it has not seen it has not
 * acknowledged.
 */
final class RawHttp2 implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int ACK = 1;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  static final int PADDED = 8;

  static final int NO_ERROR = 0;
  static final int PROTOCOL_ERROR = 1;
  static final int INTERNAL_ERROR = 2;
  static final int FLOW_CONTROL_ERROR = 3;
  static final int STREAM_CLOSED = 5;
  static final int FRAME_SIZE_ERROR = 6;
  static final int REFUSED_STREAM = 7;
  static final int CANCEL = 8;
  static final int COMPRESSION_ERROR = 9;
  static final int ENHANCE_YOUR_CALM = 11;

  static final int SETTINGS_MAX_CONCURRENT_STREAMS = 3;
  static final int SETTINGS_INITIAL_WINDOW_SIZE = 4;
  static final int SETTINGS_MAX_FRAME_SIZE = 5;
  static final int SETTINGS_ENABLE_CONNECT_PROTOCOL = 8;

  private static final int PATIENCE_MILLIS = 15_000;
  private static final int DEFAULT_WINDOW = 65_535;
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** When the client gives the server the right to send more. */
  enum Credit {
    /** Never. */
    NONE,
    /** For each DATA frame at once. */
    EACH,
    /** When half of a window has been consumed, as nghttp2 does. */
    AT_HALF,
    /** A byte later, as Netty does. */
    ABOVE_HALF
  }

  @SuppressWarnings("ArrayRecordComponent") // nobody compares frames
  record Frame(int type, int flags, int stream, byte[] payload) {
    boolean has(int flag) {
      return (flags & flag) != 0;
    }

    int integer(int at) {
      return ByteBuffer.wrap(payload).getInt(at);
    }
  }

  /** What has come on a stream so far. */
  static final class Answer {
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable Http2Headers head;
    private boolean ended;
    private int resetCode = -1;
    private int uncredited;

    /** The status; -1 before the head. */
    int status() {
      Http2Headers fields = head;
      CharSequence status = fields == null ? null : fields.status();
      return status == null ? -1 : Integer.parseInt(status.toString());
    }

    String field(String name) {
      Http2Headers fields = head;
      CharSequence value = fields == null ? null : fields.get(name);
      return value == null ? "" : value.toString();
    }

    byte[] bytes() {
      return body.toByteArray();
    }

    String text() {
      return body.toString(StandardCharsets.UTF_8);
    }

    int size() {
      return body.size();
    }

    boolean isEnded() {
      return ended;
    }

    boolean isReset() {
      return resetCode >= 0;
    }

    /** Only the first counts: what crosses a reset on its way is answered with one as well. */
    private void reset(int code) {
      if (resetCode < 0) {
        resetCode = code;
      }
    }

    int resetCode() {
      return resetCode;
    }

    boolean isOver() {
      return ended || isReset();
    }
  }

  private final Socket socket;
  private final DataInputStream in;
  private final DefaultHttp2HeadersDecoder hpack = new DefaultHttp2HeadersDecoder(false, 1 << 20);
  private final Map<Integer, Answer> answers = new HashMap<>();
  private final Map<Integer, Integer> serverSettings = new HashMap<>();
  private final Map<Integer, Integer> sendWindows = new HashMap<>();
  private final Set<Integer> stalled = new HashSet<>();
  private final ByteArrayOutputStream block = new ByteArrayOutputStream();
  private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();
  private Credit credit = Credit.EACH;
  private boolean acknowledges = true;
  private boolean holding;
  private int connectionUncredited;
  private int streamWindow = DEFAULT_WINDOW;
  private int nextStream = 1;
  private int settingsAcks;
  private int pings;
  private int pongs;
  private int goAwayCode = -1;
  private int goAwayLast = -1;
  private boolean closed;

  RawHttp2(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64 * 1024));
  }

  /** Connected, with empty settings sent and the server's acknowledged. */
  static RawHttp2 connect(int port) throws IOException {
    return new RawHttp2(new Socket(InetAddress.getLoopbackAddress(), port)).open();
  }

  /** Sends the preface and settings, given as identifiers and values in turn. */
  RawHttp2 open(int... settings) throws IOException {
    send(PREFACE);
    settings(settings);
    await(() -> settingsAcks == 1 && !serverSettings.isEmpty());
    return this;
  }

  /** Sends the preface and settings, and never acknowledges the server's. */
  RawHttp2 openUnacknowledging() throws IOException {
    acknowledges = false;
    return open();
  }

  Socket socket() {
    return socket;
  }

  void credit(Credit when) {
    credit = when;
  }

  /** From now on takes a stream's DATA as an application that does not read it: gives no credit. */
  void stall(int stream) {
    stalled.add(stream);
  }

  // --- sending ---

  RawHttp2 send(byte[] bytes) throws IOException {
    if (holding) {
      unsent.writeBytes(bytes);
      return this;
    }
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (SocketException e) {
      // The server has closed; what it said before is still to be read.
      acknowledges = false;
    }
    return this;
  }

  /** Gathers what is sent until {@link #release}, so that it arrives at once. */
  RawHttp2 hold() {
    holding = true;
    return this;
  }

  RawHttp2 release() throws IOException {
    holding = false;
    send(unsent.toByteArray());
    unsent.reset();
    return this;
  }

  RawHttp2 frame(int type, int flags, int stream, byte... payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
    frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
    return send(frame.array());
  }

  RawHttp2 settings(int... idsAndValues) throws IOException {
    ByteBuffer payload = ByteBuffer.allocate(idsAndValues.length * 3);
    for (int i = 0; i < idsAndValues.length; i += 2) {
      payload.putShort((short) idsAndValues[i]).putInt(idsAndValues[i + 1]);
      if (idsAndValues[i] == SETTINGS_INITIAL_WINDOW_SIZE) {
        streamWindow = idsAndValues[i + 1];
      }
    }
    return frame(SETTINGS, 0, 0, payload.array());
  }

  RawHttp2 windowUpdate(int stream, int increment) throws IOException {
    return frame(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(increment).array());
  }

  RawHttp2 resetStream(int stream) throws IOException {
    return frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, CANCEL});
  }

  RawHttp2 ping() throws IOException {
    pings++;
    return frame(PING, 0, 0, new byte[8]);
  }

  /** Sends a whole body as the server's windows allow, with as much padding in each frame. */
  void upload(int stream, byte[] body, int padding) throws IOException {
    int at = 0;
    while (at < body.length && !answer(stream).isOver() && !closed) {
      int room = Math.min(sendWindow(0), sendWindow(stream)) - padding - 1;
      int length = Math.min(body.length - at, Math.min(room, 16_384 - padding - 1));
      if (length <= 0) {
        next();
        continue;
      }
      byte[] payload = new byte[1 + length + padding];
      payload[0] = (byte) padding;
      System.arraycopy(body, at, payload, 1, length);
      at += length;
      int flags = PADDED | (at == body.length ? END_STREAM : 0);
      frame(DATA, flags, stream, payload);
      sendWindows.merge(0, -payload.length, Integer::sum);
      sendWindows.merge(stream, -payload.length, Integer::sum);
    }
  }

  /** Sends bytes as the server's windows allow, and leaves the stream open. */
  void uploadOpen(int stream, byte[] bytes) throws IOException {
    int at = 0;
    while (at < bytes.length && !answer(stream).isOver() && !closed) {
      int room = Math.min(16_384, Math.min(sendWindow(0), sendWindow(stream)));
      int length = Math.min(bytes.length - at, room);
      if (length <= 0) {
        next();
        continue;
      }
      frame(DATA, 0, stream, Arrays.copyOfRange(bytes, at, at + length));
      at += length;
      sendWindows.merge(0, -length, Integer::sum);
      sendWindows.merge(stream, -length, Integer::sum);
    }
  }

  /** How many bytes the server takes on a stream, or on the connection. */
  int sendWindow(int stream) {
    return DEFAULT_WINDOW + sendWindows.getOrDefault(stream, 0);
  }

  RawHttp2 data(int stream, String text, boolean end) throws IOException {
    return frame(DATA, end ? END_STREAM : 0, stream, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Opens a stream with a whole request without a body; its number. */
  int get(String path) throws IOException {
    return request("GET", path, true);
  }

  /** Opens a stream with a request. */
  int request(String method, String path, boolean end, String... more) throws IOException {
    String[] fields = new String[8 + more.length];
    String[] pseudo = {
      ":method", method, ":scheme", "http", ":path", path, ":authority", "localhost"
    };
    System.arraycopy(pseudo, 0, fields, 0, 8);
    System.arraycopy(more, 0, fields, 8, more.length);
    return headers(end, fields);
  }

  /** Opens a stream that asks to become a WebSocket (RFC 8441, section 4). */
  int connect(String path, String... more) throws IOException {
    String[] fields = new String[12 + more.length];
    String[] handshake = {
      ":method", "CONNECT",
      ":protocol", "websocket",
      ":scheme", "http",
      ":path", path,
      ":authority", "localhost",
      "sec-websocket-version", "13"
    };
    System.arraycopy(handshake, 0, fields, 0, 12);
    System.arraycopy(more, 0, fields, 12, more.length);
    return headers(false, fields);
  }

  /** Opens a stream with any fields. */
  int headers(boolean end, String... fields) throws IOException {
    int stream = nextStream();
    frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(fields));
    return stream;
  }

  /** The number of the stream that is opened next. */
  int nextStreamToBe() {
    return nextStream;
  }

  int nextStream() {
    int stream = nextStream;
    nextStream += 2;
    return stream;
  }

  /** A field block of names and values in turn: literals without indexing (RFC 7541, 6.2.2). */
  static byte[] block(String... fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i += 2) {
      out.write(0);
      string(out, fields[i]);
      string(out, fields[i + 1]);
    }
    return out.toByteArray();
  }

  private static void string(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < 127) {
      out.write(bytes.length);
    } else {
      out.write(127);
      int rest = bytes.length - 127;
      while (rest >= 128) {
        out.write(rest % 128 + 128);
        rest /= 128;
      }
      out.write(rest);
    }
    out.writeBytes(bytes);
  }

  // --- reading ---

  Answer answer(int stream) {
    return answers.computeIfAbsent(stream, id -> new Answer());
  }

  /** Reads until a stream's response has ended, or it was reset, or the connection has. */
  Answer awaitEnd(int stream) throws IOException {
    Answer answer = answer(stream);
    await(answer::isOver);
    return answer;
  }

  /** Reads until the head of a stream's response is there. */
  Answer awaitHead(int stream) throws IOException {
    Answer answer = answer(stream);
    await(() -> answer.head != null || answer.isOver());
    return answer;
  }

  /** Reads until the server has seen all that was sent before. */
  void awaitPong() throws IOException {
    ping();
    awaitPongs();
  }

  /** Reads until all pings have been answered. */
  void awaitPongs() throws IOException {
    await(() -> pongs == pings);
  }

  int serverSetting(int id) {
    return serverSettings.getOrDefault(id, -1);
  }

  boolean isClosed() {
    return closed;
  }

  /** The error of the GOAWAY; -1 when there was none. */
  int goAwayCode() {
    return goAwayCode;
  }

  int goAwayLastStream() {
    return goAwayLast;
  }

  /** Reads until the server closes the connection. */
  void awaitClose() throws IOException {
    await(() -> closed);
  }

  /** Reads frames until one fits, which is returned. */
  Frame awaitFrame(Predicate<Frame> fits) throws IOException {
    while (true) {
      Frame frame = next();
      if (frame == null) {
        throw new EOFException("closed before such a frame");
      }
      if (fits.test(frame)) {
        return frame;
      }
    }
  }

  /** Reads frames until something is true or the connection is closed. */
  void await(BooleanSupplier condition) throws IOException {
    while (!condition.getAsBoolean() && next() != null) {
      // each frame may be the one
    }
  }

  private @Nullable Frame next() throws IOException {
    Frame frame;
    try {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt() & Integer.MAX_VALUE;
      frame = new Frame(type, flags, stream, in.readNBytes(length));
    } catch (EOFException | SocketException e) {
      closed = true;
      return null;
    }
    handle(frame);
    return frame;
  }

  private void handle(Frame frame) throws IOException {
    switch (frame.type) {
      case DATA -> data(frame);
      case HEADERS, CONTINUATION -> fields(frame);
      case RST_STREAM -> answer(frame.stream).reset(frame.integer(0));
      case WINDOW_UPDATE -> sendWindows.merge(frame.stream, frame.integer(0), Integer::sum);
      case SETTINGS -> settings(frame);
      case PING -> {
        if (frame.has(ACK)) {
          pongs++;
        } else {
          frame(PING, ACK, 0, frame.payload);
        }
      }
      case GOAWAY -> {
        goAwayLast = frame.integer(0);
        goAwayCode = frame.integer(4);
      }
      default -> {}
    }
  }

  private void data(Frame frame) throws IOException {
    Answer answer = answer(frame.stream);
    answer.body.writeBytes(frame.payload);
    answer.ended |= frame.has(END_STREAM);
    if (credit == Credit.NONE || stalled.contains(frame.stream) || frame.payload.length == 0) {
      return;
    }
    connectionUncredited += frame.payload.length;
    answer.uncredited += frame.payload.length;
    if (isDue(connectionUncredited, DEFAULT_WINDOW)) {
      windowUpdate(0, connectionUncredited);
      connectionUncredited = 0;
    }
    if (isDue(answer.uncredited, streamWindow) && !answer.ended) {
      windowUpdate(frame.stream, answer.uncredited);
      answer.uncredited = 0;
    }
  }

  private boolean isDue(int consumed, int window) {
    return switch (credit) {
      case NONE -> false;
      case EACH -> true;
      case AT_HALF -> consumed >= window / 2;
      case ABOVE_HALF -> consumed > window / 2;
    };
  }

  private void fields(Frame frame) throws IOException {
    block.writeBytes(frame.payload);
    Answer answer = answer(frame.stream);
    answer.ended |= frame.type == HEADERS && frame.has(END_STREAM);
    if (frame.has(END_HEADERS)) {
      ByteBuf bytes = Unpooled.wrappedBuffer(block.toByteArray());
      block.reset();
      try {
        answer.head = hpack.decodeHeaders(frame.stream, bytes);
      } catch (Http2Exception e) {
        throw new IOException(e);
      }
    }
  }

  private void settings(Frame frame) throws IOException {
    if (frame.has(ACK)) {
      settingsAcks++;
      return;
    }
    ByteBuffer payload = ByteBuffer.wrap(frame.payload);
    while (payload.hasRemaining()) {
      serverSettings.put((int) payload.getShort(), payload.getInt());
    }
    if (acknowledges) {
      frame(SETTINGS, ACK, 0);
    }
  }

  // --- leaving ---

  /** Leaves in good order: a FIN, if nothing is unread. */
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
