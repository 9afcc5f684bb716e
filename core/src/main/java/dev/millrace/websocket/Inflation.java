package dev.millrace.websocket;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates the messages of one client (RFC 7692, section 7.2.2), in their order. Belongs to one
 * thread at a time. Between two messages it holds no native memory, and no buffer unless the client
 * may refer to earlier messages.
 */
public final class Inflation {
  private static final byte[] NOTHING = {};

  /**
   * What the client has left away from the end of its message, and then a last, empty block. Only
   * if the message ended where a block may begin does the inflater see that block, and is finished:
   * otherwise the message was cut.
   */
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff, 3, 0};

  /**
   * Blocks of a message that may say that they are the last (section 7.2.3.4). Each makes the
   * inflater begin anew, which costs more than two bytes should.
   */
  private static final int MOST_LAST_BLOCKS = 1_000;

  /** zlib's compressors take 9 bits where 8 were agreed on. */
  private static final int LEAST_BITS = 9;

  private static final int LEAST_ROOM = 256;
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final @Nullable Window window;

  /** For one connection. */
  public Inflation(Agreement agreement) {
    this.window =
        agreement.clientContext()
            ? new Window(1 << Math.max(LEAST_BITS, agreement.clientBits()))
            : null;
  }

  /**
   * A message's payload.
   *
   * @param compressed left alone
   * @param most how long it may be
   * @throws FrameException 1009 when it is longer, as soon as that shows; 1007 when it is not
   *     deflated data. Nothing more can be inflated then
   */
  public byte[] inflate(byte[] compressed, int most) throws FrameException {
    if (compressed.length == 0) {
      // A compressor that has nothing to flush may give nothing, without the 00 it should.
      return NOTHING;
    }
    Inflater inflater = InflaterPool.SHARED.borrow();
    try {
      if (window != null && window.size() > 0) {
        inflater.setDictionary(window.bytes(), 0, window.size());
      }
      byte[] message = new Run(inflater, compressed, most).message();
      if (window != null) {
        window.add(message);
      }
      return message;
    } catch (DataFormatException e) {
      throw notDeflated();
    } finally {
      InflaterPool.SHARED.giveBack(inflater);
    }
  }

  /**
   * A text message's payload, which has to be UTF-8 when it is inflated.
   *
   * @param compressed left alone
   * @param most how many bytes it may have
   * @throws FrameException as {@link #inflate}; also 1007 when it is not UTF-8
   */
  public byte[] inflateText(byte[] compressed, int most) throws FrameException {
    byte[] utf8 = inflate(compressed, most);
    if (!Utf8.isValid(utf8, 0, utf8.length)) {
      throw new FrameException(CloseCode.INVALID_PAYLOAD, "text that is not UTF-8");
    }
    return utf8;
  }

  private static FrameException notDeflated() {
    return new FrameException(CloseCode.INVALID_PAYLOAD, "a message that is not deflated data");
  }

  /** The inflating of one message. */
  private static final class Run {
    private final Inflater inflater;
    private final byte[] compressed;
    private final int most;
    private byte[] out;
    private int size;
    private boolean inTail;
    private int lastBlocks;

    Run(Inflater inflater, byte[] compressed, int most) {
      this.inflater = inflater;
      this.compressed = compressed;
      this.most = Math.min(most, LONGEST_ARRAY - 1);
      this.out = new byte[room(Math.max(LEAST_ROOM, 3L * compressed.length))];
    }

    /** One byte over what is allowed shows that there is too much. */
    private int room(long wanted) {
      return (int) Math.min(wanted, most + 1L);
    }

    byte[] message() throws DataFormatException, FrameException {
      inflater.setInput(compressed);
      while (!isWhole()) {
        int room = out.length - size;
        int count = inflater.inflate(out, size, room);
        size += count;
        if (size > most) {
          throw new FrameException(
              CloseCode.TOO_BIG, "a message of more than " + most + " bytes (the limit), inflated");
        }
        if (count == room) {
          out = Arrays.copyOf(out, room(2L * out.length));
        } else if (inflater.getRemaining() == 0 && !inflater.finished()) {
          nextInput();
        } else if (count == 0 && !inflater.finished()) {
          throw notDeflated();
        }
      }
      return size == out.length ? out : Arrays.copyOf(out, size);
    }

    private void nextInput() throws FrameException {
      if (inTail) {
        throw notDeflated();
      }
      inTail = true;
      inflater.setInput(TAIL);
    }

    /** Whether the end has been reached; goes on behind a last block that is not the end. */
    private boolean isWhole() throws FrameException {
      if (!inflater.finished()) {
        return false;
      }
      int left = inflater.getRemaining();
      if (inTail) {
        if (left > 0) {
          throw notDeflated();
        }
        return true;
      }
      if (left == 0) {
        return true;
      }
      lastBlocks++;
      if (lastBlocks > MOST_LAST_BLOCKS) {
        throw new FrameException(CloseCode.POLICY, "a message with too many last blocks");
      }
      inflater.reset();
      inflater.setInput(compressed, compressed.length - left, left);
      return false;
    }
  }
}
