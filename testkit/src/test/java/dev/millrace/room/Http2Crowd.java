package dev.millrace.room;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Socket;

/**
 * A connection of HTTP/2 in clear text whose streams take nothing: their windows are closed (RFC
 * 9113, section 6.9.2) until one is opened by {@link #read}.
 */
final class Http2Crowd implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 15_000;
  private static final int DATA = 0x0;
  private static final int HEADERS = 0x1;
  private static final int SETTINGS = 0x4;
  private static final int PING = 0x6;
  private static final int WINDOW_UPDATE = 0x8;
  private static final int ACK = 0x1;
  private static final int WHOLE = 0x5; // END_STREAM and END_HEADERS
  private static final int INITIAL_WINDOW_SIZE = 0x4;

  /** The connection's own window (RFC 9113, section 6.9.2). */
  private static final int WINDOW = 65_535;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  /** Opens streams, with the numbers 1, 3, 5 and so on. Waits for nothing. */
  Http2Crowd(int port, String path, int streams) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    frame(SETTINGS, 0, 0, 6);
    out.writeShort(INITIAL_WINDOW_SIZE);
    out.writeInt(0);
    byte[] block = block(path);
    for (int i = 0; i < streams; i++) {
      frame(HEADERS, WHOLE, 2 * i + 1, block.length);
      out.write(block);
    }
    out.flush();
  }

  /** Fields by the numbers of the static table (RFC 7541, appendix A). */
  private static byte[] block(String path) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(0x82); // :method: GET
    block.write(0x86); // :scheme: http
    block.write(0x04); // :path
    block.write(path.length());
    block.writeBytes(path.getBytes(US_ASCII));
    block.write(0x01); // :authority
    block.write(9);
    block.writeBytes("localhost".getBytes(US_ASCII));
    return block.toByteArray();
  }

  private void frame(int type, int flags, int stream, int length) throws IOException {
    out.writeInt(length << 8 | type);
    out.writeByte(flags);
    out.writeInt(stream);
  }

  /** Opens a stream's window, as far as the connection's goes, and reads until it has a text. */
  String read(int stream, String text) throws IOException {
    frame(WINDOW_UPDATE, 0, stream, 4);
    out.writeInt(WINDOW);
    out.flush();
    StringBuilder all = new StringBuilder();
    while (all.indexOf(text) < 0) {
      int head = in.readInt();
      int flags = in.readUnsignedByte();
      int of = in.readInt();
      byte[] payload = in.readNBytes(head >>> 8);
      switch (head & 0xff) {
        case DATA -> {
          if (of != stream) {
            throw new ProtocolException("data of stream " + of + ", whose window is closed");
          }
          all.append(new String(payload, UTF_8));
        }
        case SETTINGS, PING -> {
          if ((flags & ACK) == 0) {
            boolean ping = (head & 0xff) == PING;
            frame(head & 0xff, ACK, 0, ping ? payload.length : 0);
            out.write(payload, 0, ping ? payload.length : 0);
            out.flush();
          }
        }
        case HEADERS, WINDOW_UPDATE -> {}
        default -> throw new ProtocolException("a frame of type " + (head & 0xff));
      }
    }
    return all.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
