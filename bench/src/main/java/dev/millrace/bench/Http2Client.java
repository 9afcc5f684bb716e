package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The little of an HTTP/2 client that the load tools need: open streams, read heads and DATA.
 *
 * <p>Its windows are 16 MB, and credit is given back for every megabyte, so that the connection and
 * not the window sets the pace. It blocks; one thread uses it.
 */
final class Http2Client implements AutoCloseable, Http2Frames.Receiver {
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
  private static final int SETTINGS_ENABLE_PUSH = 2;
  private static final int SETTINGS_INITIAL_WINDOW_SIZE = 4;
  private static final int WINDOW = 16 * 1024 * 1024;
  private static final int INITIAL_WINDOW = 65_535;
  private static final int CREDIT_EVERY = 1024 * 1024;
  private static final int CANCEL = 8;

  /** Bytes of a request's frame. */
  private static final int MOST_REQUEST = 512;

  /** {@code :status: 200} in the static table of RFC 7541, as every encoder writes it. */
  private static final int STATUS_200 = 0x88;

  private final Target target;
  private final SocketChannel channel;
  private final InputBuffer in;
  private final Http2Frames frames = new Http2Frames(this);
  private final EventCounter events = new EventCounter();
  private final Content content;
  private final boolean oneStream;
  private int lastStreamId = -1;
  private int heads;
  private int ends;
  private int uncredited;

  /** What a stream's DATA frames hold, in pieces cut anywhere. */
  @FunctionalInterface
  interface Content {
    void accept(int streamId, byte[] bytes, int from, int to) throws IOException;
  }

  /** Connects; the buffer may be shared with connections that are read in turn. */
  Http2Client(Target target, InputBuffer in) throws IOException {
    this(target, in, null);
  }

  /** The same for streams whose content is told apart, each of up to {@link #WINDOW} bytes. */
  Http2Client(Target target, InputBuffer in, @Nullable Content content) throws IOException {
    this.target = target;
    this.in = in;
    this.oneStream = content == null;
    this.content =
        content == null ? (streamId, bytes, from, to) -> events.accept(bytes, from, to) : content;
    this.channel = Http1Client.connect(target);
    ByteBuffer out = ByteBuffer.allocate(PREFACE.length + 9 + 12 + 13).put(PREFACE);
    header(out, 12, Http2Frames.SETTINGS, 0, 0);
    out.putShort((short) SETTINGS_ENABLE_PUSH).putInt(0);
    out.putShort((short) SETTINGS_INITIAL_WINDOW_SIZE).putInt(WINDOW);
    windowUpdate(out, 0, WINDOW - INITIAL_WINDOW);
    write(out);
  }

  EventCounter events() {
    return events;
  }

  /** Opens that many streams and waits until each has its response head. */
  void openStreams(int count) throws IOException {
    openStreams(Collections.nCopies(count, target.pathAndQuery()));
  }

  /** The same, with a path for each stream. */
  void openStreams(List<String> paths) throws IOException {
    int count = paths.size();
    ByteBuffer out = ByteBuffer.allocate(count * MOST_REQUEST);
    for (String path : paths) {
      byte[] block = headerBlock(path);
      lastStreamId += 2;
      int flags = Http2Frames.END_HEADERS | Http2Frames.END_STREAM;
      header(out, block.length, Http2Frames.HEADERS, flags, lastStreamId);
      out.put(block);
    }
    write(out);
    int wanted = heads + count;
    while (heads < wanted) {
      read();
    }
  }

  /** Reads until the server has ended every stream. */
  void readToEnd() throws IOException {
    while (ends < heads) {
      read();
    }
  }

  /** Cuts all streams, each by an RST_STREAM, and leaves the connection open. */
  void resetStreams() throws IOException {
    ByteBuffer out = ByteBuffer.allocate(heads * 13);
    for (int streamId = 1; streamId <= lastStreamId; streamId += 2) {
      header(out, 4, Http2Frames.RST_STREAM, 0, streamId);
      out.putInt(CANCEL);
    }
    write(out);
  }

  /** Fails when the server has ended the connection. Nothing can be read afterwards. */
  void requireOpen() throws IOException {
    channel.configureBlocking(false);
    in.clear();
    in.read(channel);
  }

  SocketChannel channel() {
    return channel;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void read() throws IOException {
    in.clear();
    in.read(channel);
    accept(in.bytes(), 0, in.end());
  }

  /** Takes what somebody else has read from the connection. */
  void accept(byte[] bytes, int from, int to) throws IOException {
    frames.accept(bytes, from, to);
  }

  @Override
  public void data(int streamId, byte[] bytes, int from, int to) throws IOException {
    content.accept(streamId, bytes, from, to);
  }

  @Override
  public void frame(int type, int flags, int streamId, byte[] payload, int length)
      throws IOException {
    switch (type) {
      case Http2Frames.HEADERS -> head(payload, flags);
      case Http2Frames.DATA -> dataEnd(flags, streamId, length);
      case Http2Frames.SETTINGS, Http2Frames.PING -> acknowledge(type, flags, payload, length);
      case Http2Frames.RST_STREAM ->
          throw new IOException(
              "stream %d was reset, error %d"
                  .formatted(streamId, Http2Frames.number32(payload, 0)));
      case Http2Frames.GOAWAY ->
          throw new IOException(
              "GOAWAY, error %d: %s"
                  .formatted(
                      Http2Frames.number32(payload, 4), new String(payload, 8, length - 8, UTF_8)));
      default -> {
        // Window updates and what is new: nothing to do.
      }
    }
  }

  private void head(byte[] block, int flags) throws IOException {
    int at = 0;
    while ((block[at] & 0xe0) == 0x20) {
      // Changes of the dynamic table's size come first (RFC 7541, section 6.3).
      at = endOfInteger(block, at);
    }
    if ((block[at] & 0xff) != STATUS_200) {
      throw new IOException("a response with another status than 200");
    }
    heads++;
    ends += flags & Http2Frames.END_STREAM;
  }

  private static int endOfInteger(byte[] block, int from) {
    int at = from;
    boolean goesOn = (block[at++] & 0x1f) == 0x1f;
    while (goesOn) {
      goesOn = block[at++] < 0;
    }
    return at;
  }

  private void dataEnd(int flags, int streamId, int length) throws IOException {
    if ((flags & Http2Frames.PADDED) != 0) {
      throw new IOException("padded DATA, which this client does not read");
    }
    ends += flags & Http2Frames.END_STREAM;
    uncredited += length;
    if (uncredited >= CREDIT_EVERY) {
      ByteBuffer out = ByteBuffer.allocate(2 * 13);
      windowUpdate(out, 0, uncredited);
      if (oneStream) {
        windowUpdate(out, streamId, uncredited);
      }
      uncredited = 0;
      write(out);
    }
  }

  private void acknowledge(int type, int flags, byte[] payload, int length) throws IOException {
    if ((flags & Http2Frames.ACK) == 0) {
      // A PING is answered with its content, SETTINGS with none.
      int echoed = type == Http2Frames.PING ? length : 0;
      ByteBuffer out = ByteBuffer.allocate(Http2Frames.HEADER_BYTES + echoed);
      header(out, echoed, type, Http2Frames.ACK, 0);
      write(out.put(payload, 0, echoed));
    }
  }

  /** The request, without the dynamic table: static entries, and literals that are not indexed. */
  private byte[] headerBlock(String path) {
    ByteBuffer block = ByteBuffer.allocate(MOST_REQUEST - Http2Frames.HEADER_BYTES);
    int methodGet = 0x82;
    int schemeHttp = 0x86;
    block.put((byte) methodGet).put((byte) schemeHttp);
    literal(block, 4, path);
    literal(block, 1, target.authority());
    literal(block, 19, "text/event-stream");
    return Arrays.copyOf(block.array(), block.position());
  }

  /** A literal field without indexing (RFC 7541, section 6.2.2), its name from the static table. */
  private static void literal(ByteBuffer block, int nameIndex, String value) {
    if (nameIndex < 15) {
      block.put((byte) nameIndex);
    } else {
      block.put((byte) 15).put((byte) (nameIndex - 15));
    }
    if (value.length() > 126) {
      throw new IllegalArgumentException("\"%s\" (expected: up to 126 bytes)".formatted(value));
    }
    block.put((byte) value.length()).put(value.getBytes(US_ASCII));
  }

  private static void windowUpdate(ByteBuffer out, int streamId, int increment) {
    header(out, 4, Http2Frames.WINDOW_UPDATE, 0, streamId);
    out.putInt(increment);
  }

  private static void header(ByteBuffer out, int length, int type, int flags, int streamId) {
    out.put((byte) (length >> 16)).putShort((short) length);
    out.put((byte) type).put((byte) flags).putInt(streamId);
  }

  private void write(ByteBuffer out) throws IOException {
    Http1Client.write(channel, out.flip());
  }
}
