package dev.millrace.engine;

import dev.millrace.stream.CloseReason;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.stream.Message;
import dev.millrace.stream.SocketOptions;
import dev.millrace.websocket.CloseCode;
import dev.millrace.websocket.FrameException;
import dev.millrace.websocket.FrameReader;
import java.nio.ByteBuffer;

/**
 * What comes in on a WebSocket: has its frames read, puts messages into the {@link Inbox}, answers
 * pings, and holds the client to its limits. Belongs to the loop.
 */
final class SocketIntake implements SocketInput, FrameReader.Target {
  /** Pings and pongs that a client may send in a second. */
  static final int MOST_CONTROL = 100;

  private static final long SECOND = 1_000_000_000;

  private final SocketSession session;
  private final SocketOptions options;
  private final Inbox inbox;
  private final FrameReader reader;

  /** When something was last read, whatever it was. */
  private long heardAt;

  private long messagesSince;
  private long controlsSince;
  private int messages;
  private int controls;
  private boolean pinged;

  /** What comes is of no interest any more: there was a close frame, or a fault. */
  private boolean deaf;

  SocketIntake(SocketSession session, SocketOptions options, boolean compression, Inbox inbox) {
    this.session = session;
    this.options = options;
    this.inbox = inbox;
    this.reader = new FrameReader(options.maxPayload(), options.maxFragments(), compression, this);
    this.heardAt = session.time().nanoTime();
    this.messagesSince = heardAt;
    this.controlsSince = heardAt;
  }

  // --- from the transport ---

  @Override
  public boolean receive(ByteBuffer bytes) {
    heardAt = session.time().nanoTime();
    pinged = false;
    if (!deaf) {
      try {
        reader.read(bytes);
      } catch (FrameException e) {
        violated(e);
      }
    }
    return deaf || !inbox.isFull();
  }

  @Override
  public void received() {
    session.hearLater();
  }

  /** Without a close frame, this is the connection's end. */
  @Override
  public void inputEnded() {
    if (!deaf) {
      deaf = true;
      session.end().lost();
    }
  }

  // --- from the reader ---

  @Override
  public void message(boolean text, boolean compressed, byte[] payload) {
    if (deaf) {
      return;
    }
    if (!isWithinRate()) {
      violated(
          Limit.MESSAGE_RATE,
          CloseCode.POLICY,
          "more than %d messages in %d ms"
              .formatted(options.rate(), options.ratePeriod().toMillis()));
    } else if (compressed) {
      inbox.add(new Inbox.Deflated(payload, text));
    } else {
      Message message = new Message(payload, text, session.dispatcher().decoding());
      if (!session.hearNow(message)) {
        inbox.add(message);
      }
    }
  }

  /** Counted in windows that begin with a message. */
  private boolean isWithinRate() {
    if (options.rate() == 0) {
      return true;
    }
    if (messages == 0 || heardAt - messagesSince >= options.ratePeriod().toNanos()) {
      messagesSince = heardAt;
      messages = 0;
    }
    return ++messages <= options.rate();
  }

  @Override
  public void ping(byte[] payload) {
    if (isControlTaken()) {
      session.answerPing(payload);
      session.heardControl(new Inbox.Control(true, payload));
    }
  }

  @Override
  public void pong(byte[] payload) {
    if (isControlTaken()) {
      session.heardControl(new Inbox.Control(false, payload));
    }
  }

  private boolean isControlTaken() {
    if (deaf) {
      return false;
    }
    if (heardAt - controlsSince >= SECOND) {
      controlsSince = heardAt;
      controls = 0;
    }
    if (++controls > MOST_CONTROL) {
      violated(
          Limit.CONTROL_RATE,
          CloseCode.POLICY,
          "more than " + MOST_CONTROL + " pings and pongs in a second");
      return false;
    }
    return true;
  }

  @Override
  public void close(int code, String reason) {
    if (!deaf) {
      deaf = true;
      session.end().byPeer(code, reason);
    }
  }

  // --- faults ---

  private void violated(FrameException fault) {
    switch (fault.code()) {
      case CloseCode.TOO_BIG -> session.dispatcher().counters().count(Limit.MESSAGE_BYTES);
      case CloseCode.POLICY -> session.dispatcher().counters().count(Limit.MESSAGE_FRAGMENTS);
      default -> {}
    }
    fail(fault);
  }

  private void violated(Limit limit, int code, String text) {
    session.dispatcher().counters().count(limit);
    fail(new FrameException(code, text));
  }

  /** The client broke a rule: nothing more is heard of it. */
  void fail(FrameException fault) {
    if (deaf) {
      return;
    }
    deaf = true;
    session.heardFault(fault);
    session
        .end()
        .after(
            CloseReason.of(Kind.VIOLATED).with(fault.code(), String.valueOf(fault.getMessage())));
  }

  /** What was at fault only when it was inflated; whatever came after it does not count. */
  void failInflating(FrameException fault) {
    deaf = false;
    inbox.faultCame();
    violated(fault);
    session.hearLater();
  }

  // --- silence ---

  /**
   * Has a silent client sent a ping, and one that stays silent taken for gone.
   *
   * @return in how many nanoseconds to look again; 0 for never
   */
  long tick(long now) {
    long every = options.ping().toNanos();
    if (every == 0) {
      return 0;
    }
    if (inbox.isFull() && pinged) {
      // It is we who do not read its pong. That it takes the ping, the system sees to.
      heardAt = now - every;
      pinged = false;
    }
    long silent = now - heardAt;
    if (silent >= 2 * every) {
      session.dispatcher().counters().count(Limit.PONG);
      session.end().lost();
      return 0;
    }
    if (silent >= every && !pinged) {
      pinged = true;
      session.sendPing();
    }
    return heardAt + (pinged ? 2 : 1) * every - now;
  }
}
