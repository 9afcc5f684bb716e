package dev.millrace.test;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.http.Headers;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * One request and its response on a socket of their own (RFC 9112). One virtual thread writes the
 * request and reads the response into the transcript; the socket is closed when that is whole. When
 * the server switches protocols, all that follows its head goes to the transcript.
 */
final class Http1Channel implements Client.Line {
  private static final int RECEIVE_BUFFER = 64 * 1024;
  private static final int LONGEST_LINE = 64 * 1024;
  private static final int SWITCHING = 101;
  private static final int PATIENCE_MILLIS = 5000;

  private final Socket socket = new Socket();
  private final Gate gate = new Gate();
  private final Transcript transcript;
  private final Consumer<Http1Channel> onDone;
  private final byte[] piece = new byte[16 * 1024];
  private final CountDownLatch headSent = new CountDownLatch(1);

  Http1Channel(int port, Transcript transcript, Consumer<Http1Channel> onDone) throws IOException {
    this.transcript = transcript;
    this.onDone = onDone;
    // Before connecting: the buffer's size decides the window that TCP agrees on.
    socket.setReceiveBufferSize(RECEIVE_BUFFER);
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
  }

  void start(Client.Wanted wanted) {
    Thread.startVirtualThread(() -> run(wanted));
  }

  private void run(Client.Wanted wanted) {
    try (socket) {
      writeApart(wanted);
      read(wanted, new BufferedInputStream(socket.getInputStream()));
      transcript.end();
    } catch (EOFException e) {
      transcript.cut("the server closed the connection");
    } catch (IOException e) {
      transcript.cut("the connection failed: " + e.getMessage());
    } catch (InterruptedException e) {
      transcript.cut("the reader was interrupted");
    } finally {
      onDone.accept(this);
    }
  }

  // --- the request ---

  /** A server may answer, and refuse, before it has read the whole body: that must be seen. */
  private void writeApart(Client.Wanted wanted) throws IOException {
    OutputStream out = socket.getOutputStream();
    try {
      out.write(head(wanted));
    } finally {
      headSent.countDown();
    }
    byte[] body = wanted.body();
    if (body != null) {
      Thread.startVirtualThread(() -> {
        try {
          out.write(wanted.sized() ? body : chunked(body));
        } catch (IOException e) {
          // The reader is told the same, or has an answer that came before.
        }
      });
    }
  }

  private byte[] head(Client.Wanted wanted) {
    StringBuilder head = new StringBuilder();
    head.append(wanted.method()).append(' ').append(wanted.target()).append(" HTTP/1.1\r\n");
    if (!wanted.headers().contains("Host")) {
      head.append("Host: localhost:").append(socket.getPort()).append("\r\n");
    }
    wanted
        .headers()
        .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    byte[] body = wanted.body();
    if (body != null && !wanted.sized()) {
      head.append("Transfer-Encoding: chunked\r\n");
    } else if (body != null && !wanted.headers().contains("Content-Length")) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] chunked(byte[] body) {
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    if (body.length > 0) {
      chunks.writeBytes((Integer.toHexString(body.length) + "\r\n").getBytes(US_ASCII));
      chunks.writeBytes(body);
      chunks.writeBytes("\r\n".getBytes(US_ASCII));
    }
    chunks.writeBytes("0\r\n\r\n".getBytes(US_ASCII));
    return chunks.toByteArray();
  }

  // --- the response ---

  private void read(Client.Wanted wanted, InputStream in) throws IOException, InterruptedException {
    int status = readHead(in);
    Headers headers = readFields(in);
    while (status < 200 && status != SWITCHING) {
      status = readHead(in);
      headers = readFields(in);
    }
    if (status == SWITCHING) {
      SocketHandshake.check(wanted.headers(), headers);
      transcript.upgraded(status, headers);
      readToEnd(in);
      return;
    }
    transcript.head(status, headers);
    if (wanted.method().equals("HEAD") || status == 204 || status == 304) {
      return;
    }
    if (headers.first("Transfer-Encoding").orElse("").equalsIgnoreCase("chunked")) {
      readChunks(in);
    } else if (headers.contains("Content-Length")) {
      readExactly(in, Long.parseLong(headers.first("Content-Length").orElseThrow()));
    } else {
      readToEnd(in);
    }
  }

  private static int readHead(InputStream in) throws IOException {
    String line = readLine(in);
    String[] parts = line.split(" ", 3);
    if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || !parts[1].matches("[1-5]\\d\\d")) {
      throw new ProtocolException("status line \"" + line + "\" (expected: HTTP/1.1 200 OK)");
    }
    return Integer.parseInt(parts[1]);
  }

  private static Headers readFields(InputStream in) throws IOException {
    List<String> fields = new ArrayList<>();
    for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new ProtocolException("header line \"" + line + "\" (expected: name: value)");
      }
      fields.add(line.substring(0, colon));
      fields.add(line.substring(colon + 1).trim());
    }
    return Headers.of(fields.toArray(String[]::new));
  }

  private void readChunks(InputStream in) throws IOException, InterruptedException {
    while (true) {
      String line = readLine(in);
      long size = Long.parseLong(line.split(";", 2)[0].trim(), 16);
      if (size == 0) {
        readFields(in);
        return;
      }
      readExactly(in, size);
      if (!readLine(in).isEmpty()) {
        throw new ProtocolException("a chunk is longer than it says");
      }
    }
  }

  private void readExactly(InputStream in, long length) throws IOException, InterruptedException {
    long left = length;
    while (left > 0) {
      int read = in.read(piece, 0, (int) Math.min(piece.length, left));
      if (read < 0) {
        throw new EOFException();
      }
      deliver(read);
      left -= read;
    }
  }

  private void readToEnd(InputStream in) throws IOException, InterruptedException {
    for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
      deliver(read);
    }
  }

  private void deliver(int length) throws InterruptedException {
    gate.pass(() -> transcript.bytes(piece, 0, length));
  }

  private static String readLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException();
      }
      if (line.size() == LONGEST_LINE) {
        throw new ProtocolException("a line is longer than " + LONGEST_LINE + " bytes");
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    if (!text.endsWith("\r")) {
      throw new ProtocolException("a line ends with LF alone (expected: CRLF)");
    }
    return text.substring(0, text.length() - 1);
  }

  // --- after it ---

  @Override
  public void write(byte[] bytes) throws IOException, InterruptedException {
    headSent.await();
    socket.getOutputStream().write(bytes);
  }

  @Override
  public void finish() throws IOException {
    socket.shutdownOutput();
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  // --- the client's ways ---

  @Override
  public void stall() {
    gate.shut();
  }

  @Override
  public void resume() {
    gate.open();
  }

  @Override
  public void close() {
    leave(false);
  }

  @Override
  public void reset() {
    leave(true);
  }

  private void leave(boolean abruptly) {
    transcript.cut(abruptly ? "the client reset the stream" : "the client closed the stream");
    try {
      if (abruptly) {
        socket.setSoLinger(true, 0);
      }
      socket.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("cannot close the client's socket", e);
    } finally {
      gate.open();
    }
  }
}
