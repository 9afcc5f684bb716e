package dev.millrace.engine;

import dev.millrace.stream.CloseReason;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.stream.SocketEncoder;
import dev.millrace.websocket.CloseCode;
import dev.millrace.websocket.Frames;
import org.jspecify.annotations.Nullable;

/**
 * The end of a WebSocket (RFC 6455, section 7), whoever begins it. Belongs to the loop, but for
 * {@link #heard} and {@link #begun}.
 *
 * <p><b>The client's close, and its faults</b>, take their turn behind the messages that came
 * before: these are heard, and may be answered, for the close time at most. Then a close frame
 * follows what has been sent.
 *
 * <p><b>The server's close</b> refuses what is sent from then on; its close frame follows what was
 * sent before, and the client's is waited for, again for the close time.
 *
 * <p>A close frame that the application has not asked for waits for data before it a second at
 * most; then it overtakes them.
 */
final class SocketClose {
  private static final long OVERTAKES_AFTER = 1_000_000_000;

  private final SocketSession session;
  private final SocketEncoder frames;
  private final long patience;

  /** Why it will end, once what came before has been heard. */
  private volatile @Nullable CloseReason pending;

  /** Whether there is nothing to be expected of the client: it has closed, or is at fault. */
  private boolean peerDone;

  /** The connection has gone while messages were still being heard. */
  private boolean connectionOver;

  /** The close frame has been put before all that waits. */
  private boolean hasOvertaken;

  /** When the present wait began: for messages to be heard, then for the client's close. */
  private long since;

  SocketClose(SocketSession session, SocketEncoder frames, long patience) {
    this.session = session;
    this.frames = frames;
    this.patience = patience;
  }

  // --- it begins ---

  /** A close frame has come. */
  void byPeer(int code, String reason) {
    after(CloseReason.of(Kind.DISCONNECTED).with(code, reason));
  }

  /** Ends it when what came before has been heard. */
  void after(CloseReason why) {
    peerDone = true;
    if (!session.isOpen()) {
      // Ours came first.
      frames.release();
      session.exchange().wake();
      return;
    }
    pending = why;
    since = session.time().nanoTime();
    if (session.inbox().end()) {
      heard();
    } else {
      session.clock().lookAfter(patience);
    }
  }

  /** What came before has been heard, or there is no more time for it. From any thread. */
  void heard() {
    CloseReason why = pending;
    if (why != null) {
      session.close(why);
      session.loop().execute(this::endOfConnection);
    }
  }

  /** The session does not take anything to be sent any more; its close frame is on its way. */
  void begun() {
    since = session.time().nanoTime();
    if (peerDone) {
      frames.release();
      session.exchange().wake();
    }
    session.clock().lookAfter(overtakes() ? Math.min(OVERTAKES_AFTER, patience) : patience);
  }

  /** Whether nobody has asked for the messages before it to go out first. */
  private boolean overtakes() {
    CloseReason why = session.reason();
    return peerDone || (why != null && (why.kind() == Kind.SHUTDOWN || why.kind() == Kind.FAILED));
  }

  /** The client has gone without a word, or does not answer. */
  void lost() {
    session.gone(Kind.DISCONNECTED);
    session.exchange().abort();
  }

  // --- it goes on ---

  /**
   * The connection has ended: the session has not as long as what came is still being heard.
   *
   * @return whether the session is to end too
   */
  boolean connectionEnded() {
    if (pending != null && session.isOpen()) {
      connectionOver = true;
      return false;
    }
    return true;
  }

  private void endOfConnection() {
    if (connectionOver) {
      session.ended();
    }
  }

  /** Whether the end has begun. */
  boolean isPending() {
    return pending != null;
  }

  /**
   * What is to be done by the clock once the end has begun.
   *
   * @return in how many nanoseconds to look again; 0 for never
   */
  long tick(long now) {
    if (session.isOpen()) {
      long left = since + patience - now;
      if (left > 0) {
        return left;
      }
      heard();
      return OVERTAKES_AFTER;
    }
    if (frames.hasSentClose()) {
      return awaitPeer(now);
    }
    if (!overtakes()) {
      since = now;
      return patience;
    }
    if (hasOvertaken) {
      // Not even the close frame is taken.
      lost();
      return 0;
    }
    long left = since + OVERTAKES_AFTER - now;
    if (left > 0) {
      return left;
    }
    hasOvertaken = true;
    frames.closeNow(frame(session.reason()), session.outbound());
    session.exchange().wake();
    since = now;
    return patience;
  }

  private long awaitPeer(long now) {
    long left = since + patience - now;
    if (left > 0) {
      return left;
    }
    frames.release();
    session.exchange().wake();
    return 0;
  }

  /** The close frame for a reason. */
  static byte[] frame(@Nullable CloseReason why) {
    return why == null
        ? Frames.close(CloseCode.NORMAL, "")
        : Frames.close(why.code(), why.kind() == Kind.DISCONNECTED ? "" : why.text());
  }
}
