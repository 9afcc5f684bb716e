package dev.millrace.test;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.util.Arrays;
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
 * The monitor guards what is kept and whether it is over.
 */
final class Http2Line implements Client.Line {
  private static final int PATIENCE_MILLIS = 5000;
  private static final int INITIAL_WINDOW_SIZE = 0x4;
  private static final int ENABLE_CONNECT_PROTOCOL = 0x8;
  private static final int CANCEL = 0x8;

  private final SSLSocket socket;
  private final Http2Wire wire;
  private final Transcript transcript;
  private final Consumer<Http2Line> onDone;
  private final CountDownLatch asked = new CountDownLatch(1);
  private final Http2SendWindow window = new Http2SendWindow();

  private boolean over;
  private boolean stalled;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();

  /** What was held's length on the wire, with padding. */
  private int owed;

  private @Nullable Runnable end;

  /** Belongs to the reader, as the block of a head that is not whole yet. */
  private boolean headRead;

  private final Http2ResponseHead head = new Http2ResponseHead();
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
      case Http2Wire.WINDOW_UPDATE -> window.opened(frame.stream(), frame.number());
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
        window.initial(frame.number(at + 2));
      }
    }
    wire.frame(Http2Wire.SETTINGS, Http2Wire.ACK, 0, new byte[0]);
  }

  private void headers(Http2Wire.Frame frame, byte[] part) throws IOException {
    head.add(part);
    if (!frame.has(Http2Wire.END_HEADERS)) {
      return;
    }
    head.decode();
    if (!headRead) {
      head();
    }
    if (blockEnds) {
      over(transcript::end);
    }
  }

  private void head() throws ProtocolException {
    int status = head.status();
    if (status == 0) {
      throw new ProtocolException("a response without a good :status (expected: 100 to 599)");
    }
    headRead = status >= 200;
    if (status >= 300) {
      transcript.head(status, head.headers());
    } else if (headRead) {
      transcript.upgraded(status, head.headers());
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

  /** What the end is, for the test when it takes again. */
  private synchronized void over(Runnable what) {
    if (over) {
      return;
    }
    over = true;
    window.over();
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
      int part = window.take(Math.min(bytes.length - from, Http2Wire.MOST));
      wire.frame(Http2Wire.DATA, 0, Http2Wire.STREAM, Arrays.copyOfRange(bytes, from, from + part));
      from += part;
    }
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
    }
    window.over();
    try (socket) {
      if (first && asked.getCount() == 0) {
        wire.number(Http2Wire.RST_STREAM, Http2Wire.STREAM, CANCEL);
      }
    } catch (IOException e) {
      // It is over already.
    }
  }
}
