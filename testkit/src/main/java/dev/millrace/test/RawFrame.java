package dev.millrace.test;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A frame of a WebSocket as it came from the server (RFC 6455, section 5.2): nothing put together,
 * nothing inflated. Immutable.
 */
public final class RawFrame {
  /** The opcode of what goes on with a message. */
  public static final int CONTINUATION = 0x0;

  /** The opcode of a message, or the first part of one, that is text. */
  public static final int TEXT = 0x1;

  /** The opcode of a message, or the first part of one, that is bytes. */
  public static final int BINARY = 0x2;

  /** The opcode of a close frame. */
  public static final int CLOSE = 0x8;

  /** The opcode of a ping. */
  public static final int PING = 0x9;

  /** The opcode of a pong. */
  public static final int PONG = 0xa;

  /** The bit of the first byte that says that a message ends with the frame. */
  public static final int FIN = 0x80;

  /** The bit of the first byte that says that a message is compressed (RFC 7692, section 6). */
  public static final int RSV1 = 0x40;

  private static final int SHOWN = 60;

  private final int first;
  private final byte[] payload;

  RawFrame(int first, byte[] payload) {
    this.first = first;
    this.payload = payload;
  }

  /** Whether it is the last frame of its message. */
  public boolean fin() {
    return (first & FIN) != 0;
  }

  /** The three reserved bits, as a number from 0 to 7; 4 is RSV1. */
  public int rsv() {
    return first >> 4 & 7;
  }

  /** The opcode, 0 to 15. */
  public int opcode() {
    return first & 0xf;
  }

  /** The payload. */
  public byte[] payload() {
    return payload.clone();
  }

  /** The payload as UTF-8. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  /**
   * What a close frame says (section 5.5.1): 1005 where it has no code.
   *
   * @throws IllegalStateException when this is no close frame
   */
  public TestClose close() {
    if (opcode() != CLOSE) {
      throw new IllegalStateException(this + " has no code (expected: a close frame)");
    }
    return TestClose.of(payload);
  }

  byte[] content() {
    return payload;
  }

  /** For a failed assertion: kind, bits, length and the beginning of the payload. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(name());
    if (!fin()) {
      text.append(" without FIN");
    }
    if (rsv() != 0) {
      text.append(" rsv ").append(rsv());
    }
    text.append(", ").append(payload.length).append(" bytes");
    if (payload.length > 0) {
      text.append(": ").append(shown());
    }
    return text.toString();
  }

  private String name() {
    return switch (opcode()) {
      case CONTINUATION -> "continuation";
      case TEXT -> "text";
      case BINARY -> "binary";
      case CLOSE -> "close";
      case PING -> "ping";
      case PONG -> "pong";
      default -> "opcode " + opcode();
    };
  }

  private String shown() {
    if (opcode() == CLOSE) {
      return close().toString();
    }
    return opcode() == TEXT && rsv() == 0 ? start(text()) : hex(payload);
  }

  /** The beginning of a text, for messages. */
  static String start(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  /** The first bytes, for messages. */
  static String hex(byte[] bytes) {
    String all = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, SHOWN / 2));
    return bytes.length <= SHOWN / 2 ? all : all + "…";
  }
}
