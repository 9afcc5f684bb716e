package dev.millrace.stream;

import dev.millrace.json.JsonText;
import java.nio.charset.StandardCharsets;

/**
 * Messages of a WebSocket as whole frames that are not masked (RFC 6455, section 5). A message of
 * more than 256 KiB is fragments of 256 KiB, so that control frames can get between.
 *
 * <p>Events with a name or an id travel in an envelope, as text. What keeps the connection alive,
 * and what ends it, are control frames, which are the session's.
 */
final class SocketFormat implements WireFormat {
  static final int FIN = 0x80;
  static final int RSV1 = 0x40;
  static final int OPCODE = 0x0f;
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PONG = 10;

  /** Most bytes of a frame's payload. */
  static final int FRAGMENT = 256 * 1024;

  /** Most bytes of a frame's header without a mask. */
  static final int MOST_HEADER = 10;

  @Override
  public boolean keepsText() {
    return true;
  }

  @Override
  public void check(Event event) {
    if (!isBare(event) && event.data() instanceof Message message && !message.isText()) {
      throw new IllegalArgumentException(
          "an event with a name or an id and %s (expected: text or what becomes JSON, because the"
                  .formatted(message)
              + " envelope is JSON; send the bytes without name and id)");
    }
  }

  private static boolean isBare(Event event) {
    return event.name() == null && event.id() == null;
  }

  @Override
  public void event(Event event, ByteBuilder out) {
    if (!isBare(event)) {
      envelope(event, out);
    } else if (event.data() instanceof Message message) {
      message(message.isText() ? TEXT : BINARY, message.bytes(), out);
    } else {
      message(TEXT, utf8(event), out);
    }
  }

  private static byte[] utf8(Event event) {
    return event.data() instanceof byte[] json
        ? json
        : String.valueOf(event.data()).getBytes(StandardCharsets.UTF_8);
  }

  private void envelope(Event event, ByteBuilder out) {
    check(event);
    Event quoted =
        switch (event.data()) {
          case byte[] json -> event;
          case Message message -> event.data(JsonText.quote(message.text()));
          case null, default -> event.data(JsonText.quote(String.valueOf(event.data())));
        };
    ByteBuilder text = new ByteBuilder(128);
    NdJsonFormat.element(quoted, text);
    message(TEXT, text.toByteArray(), out);
  }

  @Override
  public void position(String id, ByteBuilder out) {
    ByteBuilder text = new ByteBuilder(64);
    NdJsonFormat.positionElement(id, text);
    message(TEXT, text.toByteArray(), out);
  }

  /** Two messages: an envelope with the id and the number of the bytes, and the bytes. */
  static void announced(byte[] bytes, String id, ByteBuilder out) {
    ByteBuilder text = new ByteBuilder(64);
    text.ascii("{\"id\":").utf8(JsonText.quote(id));
    text.ascii(",\"binary\":").ascii(Integer.toString(bytes.length)).put('}');
    message(TEXT, text.toByteArray(), out);
    message(BINARY, bytes, out);
  }

  private static void message(int opcode, byte[] payload, ByteBuilder out) {
    int length = payload.length;
    out.reserve(length + MOST_HEADER * (1 + length / FRAGMENT));
    int begin = opcode;
    int at = 0;
    while (length - at > FRAGMENT) {
      header(begin, FRAGMENT, out);
      out.put(payload, at, FRAGMENT);
      begin = CONTINUATION;
      at += FRAGMENT;
    }
    header(begin | FIN, length - at, out);
    out.put(payload, at, length - at);
  }

  /**
   * The beginning of a frame, its length in as few bytes as it fits in (section 5.2).
   *
   * @param first the bits and the opcode
   */
  static void header(int first, int length, ByteBuilder out) {
    out.octet(first);
    if (length < 126) {
      out.octet(length);
    } else if (length < 1 << 16) {
      out.octet(126).octet(length >>> 8).octet(length);
    } else {
      out.octet(127).octet(0).octet(0).octet(0).octet(0);
      out.octet(length >>> 24).octet(length >>> 16).octet(length >>> 8).octet(length);
    }
  }

  /** Whether a frame is of a kind. */
  static boolean is(byte[] frame, int opcode) {
    return (frame[0] & OPCODE) == opcode;
  }
}
