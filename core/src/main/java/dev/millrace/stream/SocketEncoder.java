package dev.millrace.stream;

import dev.millrace.websocket.Agreement;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one WebSocket on their way out: those of its {@link Outbound}, and the control
 * frames that overtake them. Belongs to the event loop; for engines.
 *
 * <p><b>The problem.</b> A ping, or the answer to one, must not wait behind all that a slow reader
 * has not taken yet. But bytes leave in pieces of any size, and a control frame may stand between
 * two frames only (RFC 6455, section 5.4).
 *
 * <p><b>The idea.</b> The headers of what passes are looked at, so that the end of a frame is known
 * when it has come. There a waiting control frame leaves, and in front of all that has not begun.
 * Nothing is copied, and nothing is held but the control frames themselves: 128 at most.
 *
 * <p><b>Invariants.</b> The frames in an Outbound are whole. Where they are compressed, so are
 * those that have been staged. After a close frame nothing leaves.
 */
public final class SocketEncoder extends Encoder {
  private static final int MOST_WAITING = 128;

  private final @Nullable Deflation deflation;
  private final FrameWalk walk = new FrameWalk();

  /** What leaves next, whatever waits: it belongs to a frame that has begun. */
  private @Nullable ByteBuilder leading;

  /** Control frames; {@code null} when there are none. */
  private @Nullable ArrayDeque<byte[]> waiting;

  private long waitingBytes;

  /** The close frame, which leaves after those. */
  private byte @Nullable [] closing;

  /** A close frame has been asked for that overtakes. */
  private boolean closed;

  /** Nobody waits for the client's close frame. */
  private boolean released;

  SocketEncoder(@Nullable Agreement agreement, DeflaterPool pool) {
    deflation = agreement == null ? null : new Deflation(agreement, pool);
  }

  /**
   * Sends a ping or a pong before all messages, and fragments of messages, that have not begun. At
   * most 128 wait; then the oldest is dropped, as pongs may be (RFC 6455, section 5.5.3). Once
   * there is a close frame, nothing is sent. The exchange is the caller's to wake.
   *
   * @param frame whole and not masked; not copied
   */
  public void control(byte[] frame) {
    if (hasClosed()) {
      return;
    }
    ArrayDeque<byte[]> queue = waiting;
    if (queue == null) {
      queue = new ArrayDeque<>(2);
      waiting = queue;
    }
    if (queue.size() == MOST_WAITING) {
      waitingBytes -= queue.remove().length;
    }
    queue.add(frame);
    waitingBytes += frame.length;
  }

  /**
   * Sends a close frame after the frame that has begun and the control frames that wait. All else
   * is dropped, and nothing is added any more: when the close frame has been taken, the Outbound
   * {@linkplain Outbound#isFinished() is finished}. If a close frame has begun already, or waits
   * here, it remains the only one. The exchange is the caller's to wake.
   *
   * @param frame whole and not masked; not copied
   * @param plain what this encoder is behind of
   */
  public void closeNow(byte[] frame, Outbound plain) {
    if (!hasClosed()) {
      closed = true;
      closing = frame;
    }
    released = true;
    cut(plain);
  }

  /**
   * The client has closed too, or is not waited for: when the close frame has been taken, the
   * Outbound is finished. The exchange is the caller's to wake.
   */
  public void release() {
    released = true;
  }

  /** Whether a close frame has been taken. */
  public boolean hasSentClose() {
    return walk.hasClosed() || (closed && closing == null && leading == null);
  }

  private boolean hasClosed() {
    return closed || walk.hasClosed();
  }

  /** Drops what has not begun. */
  private void cut(Outbound plain) {
    if (walk.isInHeader()) {
      leading = restOfHeader(plain);
    }
    if (deflation == null) {
      plain.cut(walk.toGo());
    } else {
      deflation.cut(walk.toGo());
      plain.cut(0);
    }
  }

  /** How long a frame is, must be known to keep no more of it. */
  private ByteBuilder restOfHeader(Outbound plain) {
    ByteBuilder rest = new ByteBuilder(SocketFormat.MOST_HEADER);
    int taken = 1;
    while (walk.isInHeader() && taken > 0) {
      taken = take(plain, rest::put, (int) walk.toGo());
    }
    return rest;
  }

  @Override
  long available(Outbound plain) {
    if (plain.isDiscarded()) {
      forget();
      return 0;
    }
    return (leading == null ? 0 : leading.size())
        + waitingBytes
        + (closing == null ? 0 : closing.length)
        + (deflation == null ? plain.pending() : deflation.available(plain));
  }

  @Override
  boolean hasSome(Outbound plain) {
    boolean inOrder = deflation == null && !plain.isDiscarded();
    return inOrder
        ? leading != null || waiting != null || closing != null || plain.hasPlain()
        : available(plain) > 0;
  }

  @Override
  boolean passes() {
    return deflation == null
        && leading == null
        && waiting == null
        && !hasClosed()
        && walk.toGo() == 0;
  }

  private void forget() {
    leading = null;
    waiting = null;
    waitingBytes = 0;
    closing = null;
    if (deflation != null) {
      deflation.cut(0);
    }
  }

  @Override
  int read(Outbound plain, Outbound.Sink sink, int most) {
    if (deflation != null) {
      deflation.available(plain);
    }
    int taken = 0;
    int more = 1;
    while (taken < most && more > 0) {
      if (leading == null && walk.toGo() == 0) {
        leading = nextControl();
      }
      more = leading == null ? data(plain, sink, most - taken) : lead(leading, sink, most - taken);
      taken += more;
    }
    return taken;
  }

  private @Nullable ByteBuilder nextControl() {
    byte[] frame = closing;
    if (waiting == null) {
      closing = null;
    } else {
      frame = waiting.remove();
      waitingBytes -= frame.length;
      if (waiting.isEmpty()) {
        waiting = null;
      }
    }
    return frame == null ? null : new ByteBuilder(frame);
  }

  private int lead(ByteBuilder first, Outbound.Sink sink, int most) {
    int length = Math.min(most, first.size());
    first.readTo(sink, length);
    if (first.size() == 0) {
      leading = null;
    }
    return length;
  }

  /** No further than to the end of a frame, if something waits for that. */
  private int data(Outbound plain, Outbound.Sink sink, int most) {
    boolean awaited = waiting != null || closing != null;
    return take(plain, sink, awaited ? (int) Math.min(most, walk.toGo()) : most);
  }

  private int take(Outbound plain, Outbound.Sink sink, int most) {
    try {
      walk.to(sink);
      return deflation == null ? plain.take(walk, most, false) : deflation.take(walk, most);
    } finally {
      walk.to(null);
    }
  }

  @Override
  boolean isDrained() {
    return released
        && leading == null
        && waiting == null
        && closing == null
        && (deflation == null || deflation.isEmpty());
  }

  @Override
  boolean isCostly() {
    return deflation != null && deflation.isCostly();
  }

  /** For tests: how many bytes are held. */
  long held() {
    return (leading == null ? 0 : leading.size())
        + waitingBytes
        + (closing == null ? 0 : closing.length)
        + (deflation == null ? 0 : deflation.held());
  }
}
