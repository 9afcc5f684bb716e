package dev.millrace.bench;

import java.io.IOException;

/** Takes HTTP/2 frames (RFC 9113, section 4.1) out of bytes that come in pieces, cut anywhere. */
final class Http2Frames {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;

  static final int ACK = 1;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  static final int PADDED = 8;

  static final int HEADER_BYTES = 9;

  /** The largest frame that a peer may send before it was told otherwise. */
  private static final int MAX_PAYLOAD = 16 * 1024;

  /** What the frames are for. */
  interface Receiver {
    /** A part of the content of a DATA frame, whose end {@link #frame} tells. */
    void data(int streamId, byte[] bytes, int from, int to) throws IOException;

    /** One frame; {@code payload} is valid during the call, up to {@code length}. Not for DATA. */
    void frame(int type, int flags, int streamId, byte[] payload, int length) throws IOException;
  }

  private final Receiver receiver;
  private final byte[] header = new byte[HEADER_BYTES];
  private final byte[] payload = new byte[MAX_PAYLOAD];
  private int headerLength;
  private int payloadLength;

  Http2Frames(Receiver receiver) {
    this.receiver = receiver;
  }

  void accept(byte[] bytes, int from, int to) throws IOException {
    int at = from;
    while (at < to) {
      int wanted = Math.min(to - at, HEADER_BYTES - headerLength);
      System.arraycopy(bytes, at, header, headerLength, wanted);
      headerLength += wanted;
      at += wanted;
      if (headerLength == HEADER_BYTES) {
        at = payload(bytes, at, to);
      }
    }
  }

  private int payload(byte[] bytes, int from, int to) throws IOException {
    int length = ((header[0] & 0xff) << 16) | number16(header, 1);
    int part = Math.min(to - from, length - payloadLength);
    if (length > MAX_PAYLOAD) {
      throw new IOException("a frame of %,d bytes".formatted(length));
    }
    int streamId = number32(header, 5) & Integer.MAX_VALUE;
    if (header[3] == DATA) {
      receiver.data(streamId, bytes, from, from + part);
    } else {
      System.arraycopy(bytes, from, payload, payloadLength, part);
    }
    payloadLength += part;
    if (payloadLength == length) {
      headerLength = 0;
      payloadLength = 0;
      receiver.frame(header[3], header[4], streamId, payload, length);
    }
    return from + part;
  }

  private static int number16(byte[] bytes, int at) {
    return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
  }

  static int number32(byte[] bytes, int at) {
    return (number16(bytes, at) << 16) | number16(bytes, at + 2);
  }
}
