package dev.millrace.websocket;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of a client (RFC 6455, section 5) as their bytes come, in pieces of any size.
 *
 * <p>Belongs to one thread. Between two messages it holds no buffer. A rule that is broken is
 * noticed at the first byte that breaks it, so a message that is too long at the end of the frame's
 * head which says so; nothing is allocated for bytes that have only been announced.
 */
public final class FrameReader {

  /** Is told of what has come, on the reader's thread. What it is given is its own to keep. */
  public interface Target {

    /**
     * A message is whole.
     *
     * @param text whether it is text; if it is not compressed, it is UTF-8
     * @param compressed whether its bytes are still to be inflated
     */
    void message(boolean text, boolean compressed, byte[] payload);

    /** A ping has come, to be answered with the same bytes; at most 125. */
    void ping(byte[] payload);

    /** A pong has come; at most 125 bytes. */
    void pong(byte[] payload);

    /**
     * A close frame has come; whatever follows it is passed over.
     *
     * @param code {@link CloseCode#NO_STATUS} when there was none
     */
    void close(int code, String reason);
  }

  /** What the next byte is. */
  private enum State {
    FIRST,
    SECOND,
    LENGTH,
    KEY,
    PAYLOAD,
    OVER
  }

  private static final int FIN = 0x80;
  private static final int RSV1 = 0x40;
  private static final int RSV2_AND_3 = 0x30;
  private static final int MASKED = 0x80;
  private static final int CONTROL = 0x8;

  /** The length that says that it stands in the two bytes that follow; one more, in eight. */
  private static final int IN_2 = 126;

  private final int maxFragments;
  private final Target target;
  private final boolean compression;
  private final MessageBuffer message;

  private State state = State.FIRST;

  // The frame
  private int opcode;
  private boolean last;
  private long length;
  private int key;

  /** How many bytes of the length or key are still to come. */
  private int missing;

  /** The length must be told in as few bytes as possible (section 5.2). */
  private int leastOfItsForm;

  /** How many bytes of the payload have come. */
  private long position;

  /** The payload of a control frame that comes in pieces. */
  private byte @Nullable [] control;

  // The message
  private boolean text;
  private boolean compressed;

  /** Frames of the message that have begun; 0 between messages. */
  private int fragments;

  /**
   * A reader at the beginning of a connection.
   *
   * @param maxPayload most bytes of a message, all its fragments together
   * @param maxFragments most frames of a message
   * @param compression whether permessage-deflate was agreed on
   */
  public FrameReader(int maxPayload, int maxFragments, boolean compression, Target target) {
    this.message = new MessageBuffer(maxPayload);
    this.maxFragments = maxFragments;
    this.compression = compression;
    this.target = target;
  }

  /**
   * Takes all bytes that there are.
   *
   * @param bytes may be changed; not kept
   * @throws FrameException when the peer broke the protocol or a limit; nothing more is read then
   */
  public void read(ByteBuffer bytes) throws FrameException {
    try {
      while (bytes.hasRemaining()) {
        switch (state) {
          case FIRST -> first(bytes.get());
          case SECOND -> second(bytes.get());
          case LENGTH -> length(bytes);
          case KEY -> key(bytes);
          case PAYLOAD -> payload(bytes);
          case OVER -> bytes.position(bytes.limit());
        }
      }
    } catch (FrameException e) {
      end();
      bytes.position(bytes.limit());
      throw e;
    }
  }

  private void first(byte b) throws FrameException {
    opcode = b & 0x0f;
    last = (b & FIN) != 0;
    if ((b & RSV2_AND_3) != 0 || ((b & RSV1) != 0 && !mayBeCompressed())) {
      throw broken("a reserved bit is set");
    }
    switch (opcode) {
      case Frames.CONTINUATION -> {
        if (fragments == 0) {
          throw broken("a continuation of nothing");
        }
        oneMoreFragment();
      }
      case Frames.TEXT, Frames.BINARY -> {
        if (fragments != 0) {
          throw broken("a new message within a fragmented one");
        }
        text = opcode == Frames.TEXT;
        compressed = (b & RSV1) != 0;
        oneMoreFragment();
      }
      case Frames.CLOSE, Frames.PING, Frames.PONG -> {
        if (!last) {
          throw broken("a fragmented control frame");
        }
      }
      default -> throw broken("a reserved opcode");
    }
    state = State.SECOND;
  }

  /** Only the first frame of a message says whether it is compressed (RFC 7692, section 6.2). */
  private boolean mayBeCompressed() {
    return compression && (opcode == Frames.TEXT || opcode == Frames.BINARY);
  }

  private void oneMoreFragment() throws FrameException {
    if (fragments == maxFragments) {
      throw new FrameException(CloseCode.POLICY, "a message in too many fragments");
    }
    fragments++;
  }

  private void second(byte b) throws FrameException {
    if ((b & MASKED) == 0) {
      throw broken("a frame that is not masked");
    }
    int coded = b & 0x7f;
    if (isControl() && coded > Frames.MOST_CONTROL) {
      throw broken("a control frame of more than 125 bytes");
    }
    if (coded < IN_2) {
      length = coded;
      lengthIsKnown();
    } else {
      length = 0;
      missing = coded == IN_2 ? Short.BYTES : Long.BYTES;
      leastOfItsForm = coded == IN_2 ? IN_2 : 0x1_0000;
      state = State.LENGTH;
    }
  }

  private boolean isControl() {
    return (opcode & CONTROL) != 0;
  }

  private void length(ByteBuffer bytes) throws FrameException {
    length = length << Byte.SIZE | (bytes.get() & 0xff);
    missing--;
    if (missing == Long.BYTES - 1 && length > Byte.MAX_VALUE) {
      throw broken("a length of 2^63 or more");
    }
    if (missing == 0) {
      if (length < leastOfItsForm) {
        throw broken("a length in more bytes than it needs");
      }
      lengthIsKnown();
    }
  }

  private void lengthIsKnown() throws FrameException {
    if (!isControl()) {
      message.expect(length);
    } else if (opcode == Frames.CLOSE && length == 1) {
      throw broken("a close frame with half a code");
    }
    key = 0;
    missing = Integer.BYTES;
    state = State.KEY;
  }

  private void key(ByteBuffer bytes) throws FrameException {
    if (missing == Integer.BYTES && bytes.remaining() >= Integer.BYTES) {
      int next = bytes.getInt();
      key = bytes.order() == ByteOrder.BIG_ENDIAN ? next : Integer.reverseBytes(next);
      missing = 0;
    } else {
      key = key << Byte.SIZE | (bytes.get() & 0xff);
      missing--;
    }
    if (missing == 0) {
      position = 0;
      state = State.PAYLOAD;
      if (length == 0) {
        // Not left to the loop, which ends with the last byte.
        payload(bytes);
      }
    }
  }

  private void payload(ByteBuffer bytes) throws FrameException {
    if (isControl()) {
      control(bytes);
    } else {
      data(bytes);
    }
  }

  private void data(ByteBuffer bytes) throws FrameException {
    int count = (int) Math.min(bytes.remaining(), length - position);
    message.append(bytes, count, key, position, last, text && !compressed);
    position += count;
    if (position < length) {
      return;
    }
    state = State.FIRST;
    if (last) {
      fragments = 0;
      byte[] whole = message.take();
      target.message(text, compressed, whole);
    }
  }

  private void control(ByteBuffer bytes) throws FrameException {
    byte[] payload = control;
    if (payload == null) {
      payload = new byte[(int) length];
      control = payload;
    }
    int from = (int) position;
    int count = Math.min(bytes.remaining(), payload.length - from);
    bytes.get(payload, from, count);
    Masks.apply(key, position, payload, from, from + count);
    position += count;
    if (position < length) {
      return;
    }
    control = null;
    state = State.FIRST;
    switch (opcode) {
      case Frames.PING -> target.ping(payload);
      case Frames.PONG -> target.pong(payload);
      default -> close(payload);
    }
  }

  private void close(byte[] payload) throws FrameException {
    end();
    if (payload.length == 0) {
      target.close(CloseCode.NO_STATUS, "");
      return;
    }
    int code = (payload[0] & 0xff) << Byte.SIZE | (payload[1] & 0xff);
    if (!CloseCode.isSendable(code)) {
      throw broken("a close frame with a code that must not be sent");
    }
    if (!Utf8.isValid(payload, 2, payload.length)) {
      throw new FrameException(CloseCode.INVALID_PAYLOAD, "a close reason that is not UTF-8");
    }
    target.close(code, new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
  }

  private void end() {
    state = State.OVER;
    control = null;
    message.clear();
  }

  private static FrameException broken(String how) {
    return new FrameException(CloseCode.PROTOCOL_ERROR, how);
  }
}
