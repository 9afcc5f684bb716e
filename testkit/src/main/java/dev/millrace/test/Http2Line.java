package dev.millrace.test;

import dev.millrace.http.Headers;
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
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket over HTTP/2 (RFC 8441), which the JDK's client cannot open: one extended CONNECT on a
 * connection of its own. One virtual thread reads.
 *
 * <p>A stalled client reads on, gives no more credit, and keeps what its window still let through.
 * The monitor guards the windows and what is kept.
 */
final class Http2Line implements Client.Line {
  private static final int PATIENCE_MILLIS = 5000;
  private static final int WINDOW = 65_535;
  private static final int INITIAL_WINDOW_SIZE = 0x4;
  private static final int ENABLE_CONNECT_PROTOCOL = 0x8;
  private static final int CANCEL = 0x8;
  private static final long MOST_HEADERS = 64 * 1024;

  private final SSLSocket socket;
  private final Http2Wire wire;
  private final Transcript transcript;
  private final Consumer<Http2Line> onDone;
  private final CountDownLatch asked = new CountDownLatch(1);
  private final DefaultHttp2HeadersDecoder decoder =
      new DefaultHttp2HeadersDecoder(true, MOST_HEADERS);

  private int connectionWindow = WINDOW;
  private int streamWindow = WINDOW;
  private int initialWindow = WINDOW;
  private boolean over;
  private boolean stalled;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();

  /** What was held's length on the wire, with padding. */
  private int owed;

  private @Nullable Runnable end;

  /** Belongs to the reader, as the block of a head that is not whole yet. */
  private boolean headRead;

  private final ByteArrayOutputStream block = new ByteArrayOutputStream();
  private boolean blockEnds;

  Http2Line(int port, SSLContext tls, Transcript transcript, Consumer<Http2Line> onDone)
      throws IOException {
    this.transcript = transcript;
    this.onDone = onDone;
    Socket plain = new Socket();
    plain.setTcpNoDelay(true);
    plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
    socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    wire =
        new Http2Wire(
            new DataInputStream(new BufferedInputStream(socket.getInputStream())),
            socket.getOutputStream());
  }

  void start(Client.Wanted wanted) {
    Thread.startVirtualThread(() -> run(wanted));
  }

  private void run(Client.Wanted wanted) {
    try (socket) {
      wire.begin();
      Http2Wire.Frame settings = wire.read();
      settings(settings);
      if (!allowsConnect(settings)) {
        throw new ProtocolException("its SETTINGS do not allow extended CONNECT (RFC 8441)");
      }
      wire.connect("127.0.0.1:" + socket.getPort(), wanted);
      asked.countDown();
      while (!isOver()) {
        take(wire.read());
      }
    } catch (IOException e) {
      String why = e instanceof EOFException ? "" : "the connection failed: ";
      over(() -> transcript.cut(why + e.getMessage()));
    } finally {
      asked.countDown();
      over(() -> transcript.cut("the reader has failed"));
      onDone.accept(this);
    }
  }

  // --- the reader ---

  private static boolean allowsConnect(Http2Wire.Frame settings) {
    for (int at = 0; at + 6 <= settings.payload().length; at += 6) {
      if (id(settings, at) == ENABLE_CONNECT_PROTOCOL) {
        return settings.number(at + 2) == 1;
      }
    }
    return false;
  }

  private static int id(Http2Wire.Frame settings, int at) {
    return settings.payload()[at] << 8 | settings.payload()[at + 1];
  }

  private void take(Http2Wire.Frame frame) throws IOException {
    switch (frame.type()) {
      case Http2Wire.DATA -> data(frame);
      case Http2Wire.HEADERS -> {
        blockEnds = frame.has(Http2Wire.END_STREAM);
        headers(frame, frame.unpadded());
      }
      case Http2Wire.CONTINUATION -> headers(frame, frame.payload());
      case Http2Wire.SETTINGS -> settings(frame);
      case Http2Wire.WINDOW_UPDATE -> opened(frame.stream(), frame.number());
      case Http2Wire.PING -> {
        if (!frame.has(Http2Wire.ACK)) {
          wire.frame(Http2Wire.PING, Http2Wire.ACK, 0, frame.payload());
        }
      }
      case Http2Wire.RST_STREAM -> {
        int code = frame.number();
        over(() -> transcript.cut("the server reset the stream with code " + code));
      }
      case Http2Wire.GOAWAY -> {
        if (frame.number() < Http2Wire.STREAM) {
          int code = frame.number(4);
          over(() -> transcript.cut("the server refused the stream by GOAWAY, code " + code));
        }
      }
      default -> {
        // Unknown frames are to be passed over (RFC 9113, section 4.1).
      }
    }
  }

  private void settings(Http2Wire.Frame frame) throws IOException {
    if (frame.type() != Http2Wire.SETTINGS) {
      throw new ProtocolException("the first frame is no SETTINGS (RFC 9113, section 3.4)");
    }
    if (frame.has(Http2Wire.ACK)) {
      return;
    }
    for (int at = 0; at + 6 <= frame.payload().length; at += 6) {
      if (id(frame, at) == INITIAL_WINDOW_SIZE) {
        int size = frame.number(at + 2);
        opened(Http2Wire.STREAM, size - initialWindow);
        initialWindow = size;
      }
    }
    wire.frame(Http2Wire.SETTINGS, Http2Wire.ACK, 0, new byte[0]);
  }

  private void headers(Http2Wire.Frame frame, byte[] part) throws IOException {
    block.writeBytes(part);
    if (block.size() > MOST_HEADERS) {
      throw new ProtocolException("a head has over " + MOST_HEADERS + " bytes");
    }
    if (!frame.has(Http2Wire.END_HEADERS)) {
      return;
    }
    Http2Headers fields = decode(block.toByteArray());
    block.reset();
    if (!headRead) {
      head(fields);
    }
    if (blockEnds) {
      over(transcript::end);
    }
  }

  private Http2Headers decode(byte[] bytes) throws ProtocolException {
    ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
    try {
      return decoder.decodeHeaders(Http2Wire.STREAM, buffer);
    } catch (Http2Exception e) {
      throw new ProtocolException("a head that cannot be read: " + e.getMessage());
    }
  }

  private void head(Http2Headers fields) throws ProtocolException {
    String text = String.valueOf(fields.status());
    if (!text.matches("[1-5]\\d\\d")) {
      throw new ProtocolException(":status " + text + " (expected: 100 to 599)");
    }
    int status = Integer.parseInt(text);
    if (status < 200) {
      return;
    }
    headRead = true;
    List<String> headers = new ArrayList<>();
    fields.forEach(field -> {
      if (field.getKey().charAt(0) != ':') {
        headers.add(field.getKey().toString());
        headers.add(field.getValue().toString());
      }
    });
    Headers known = Headers.of(headers.toArray(String[]::new));
    if (status < 300) {
      transcript.upgraded(status, known);
    } else {
      transcript.head(status, known);
    }
  }

  private void data(Http2Wire.Frame frame) throws IOException {
    byte[] bytes = frame.unpadded();
    int length = frame.payload().length;
    boolean now;
    synchronized (this) {
      now = !stalled;
      if (now) {
        transcript.bytes(bytes, 0, bytes.length);
      } else {
        held.writeBytes(bytes);
        owed += length;
      }
    }
    if (frame.has(Http2Wire.END_STREAM)) {
      over(transcript::end);
    } else if (now) {
      credit(length);
    }
  }

  private void credit(int length) throws IOException {
    if (length > 0) {
      wire.number(Http2Wire.WINDOW_UPDATE, 0, length);
      wire.number(Http2Wire.WINDOW_UPDATE, Http2Wire.STREAM, length);
    }
  }

  private synchronized void opened(int stream, int more) {
    if (stream == 0) {
      connectionWindow += more;
    } else {
      streamWindow += more;
    }
    notifyAll();
  }

  /** What the end is, for the test when it takes again. */
  private synchronized void over(Runnable what) {
    if (over) {
      return;
    }
    over = true;
    notifyAll();
    if (stalled) {
      end = what;
    } else {
      what.run();
    }
  }

  private synchronized boolean isOver() {
    return over;
  }

  // --- the client's ways ---

  @Override
  public void write(byte[] bytes) throws IOException, InterruptedException {
    asked.await();
    int from = 0;
    while (from < bytes.length) {
      int part = room(bytes.length - from);
      wire.frame(Http2Wire.DATA, 0, Http2Wire.STREAM, Arrays.copyOfRange(bytes, from, from + part));
      from += part;
    }
  }

  private synchronized int room(int wanted) throws IOException, InterruptedException {
    while (!over && Math.min(connectionWindow, streamWindow) <= 0) {
      wait();
    }
    if (over) {
      throw new IOException("the stream is over");
    }
    int part = Math.min(Math.min(wanted, Http2Wire.MOST), Math.min(connectionWindow, streamWindow));
    connectionWindow -= part;
    streamWindow -= part;
    return part;
  }

  @Override
  public void finish() throws IOException {
    wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, Http2Wire.STREAM, new byte[0]);
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  @Override
  public synchronized void stall() {
    stalled = true;
  }

  @Override
  public void resume() {
    int length;
    synchronized (this) {
      stalled = false;
      transcript.bytes(held.toByteArray(), 0, held.size());
      held.reset();
      length = owed;
      owed = 0;
      if (end != null) {
        end.run();
        end = null;
      }
    }
    try {
      if (!isOver()) {
        credit(length);
      }
    } catch (IOException e) {
      // The reader is told the same.
    }
  }

  @Override
  public void close() {
    leave("the client closed the stream");
  }

  @Override
  public void reset() {
    leave("the client reset the stream");
  }

  private void leave(String why) {
    transcript.cut(why);
    boolean first;
    synchronized (this) {
      first = !over;
      over = true;
      notifyAll();
    }
    try (socket) {
      if (first && asked.getCount() == 0) {
        wire.number(Http2Wire.RST_STREAM, Http2Wire.STREAM, CANCEL);
      }
    } catch (IOException e) {
      // It is over already.
    }
  }
}
