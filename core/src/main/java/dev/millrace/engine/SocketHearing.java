package dev.millrace.engine;

import dev.millrace.http.HttpException;
import dev.millrace.stream.Event;
import dev.millrace.stream.Message;
import dev.millrace.stream.SocketOptions;
import dev.millrace.stream.StreamClosedException;
import dev.millrace.websocket.FrameException;
import dev.millrace.websocket.Inflation;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Takes what waits in the {@link Inbox} of a WebSocket and gives it to those it is for: to the
 * handler, on its own thread, or to listeners, in the mailbox or on the loop. One at a time, as the
 * inbox sees to.
 */
final class SocketHearing implements Runnable {
  /**
   * A compressed message may be up to 1,032 times as long as it came (RFC 1951): of a longer one,
   * inflating is work that must not fill all processors at once.
   */
  private static final int SMALL = 512;

  /** How many messages listeners hear before a timer that is due has its turn. */
  private static final int TURN = 64;

  private final SocketSession session;
  private final SocketOptions options;
  private final Inbox inbox;
  private final @Nullable Inflation inflation;
  private volatile @Nullable SocketListeners listeners;

  /** What is being heard, if its sender wants to know. Belongs to who hears. */
  private @Nullable Numbered heard;

  SocketHearing(
      SocketSession session, SocketOptions options, Inbox inbox, @Nullable Inflation inflation) {
    this.session = session;
    this.options = options;
    this.inbox = inbox;
    this.inflation = inflation;
  }

  // --- the handler's thread ---

  /** The next message; nothing at the end, or when the patience is. */
  Optional<Message> pull(@Nullable Patience patience) {
    while (true) {
      Object item = await(patience);
      if (item == null) {
        endIfHeard();
        return Optional.empty();
      }
      readOn();
      Message message = messageOf(item);
      if (message != null) {
        acknowledge();
        return Optional.of(message);
      }
    }
  }

  private @Nullable Object await(@Nullable Patience patience) {
    try {
      return inbox.await(patience);
    } catch (InterruptedException e) {
      if (session.isOpen() && !session.end().isPending()) {
        throw session.interrupted();
      }
      return null;
    }
  }

  /** The message that something is; what is none is heard by those that want to. */
  private @Nullable Message messageOf(Object item) {
    if (item instanceof Message message) {
      return unwrapped(message);
    }
    if (item instanceof Inbox.Deflated deflated) {
      Message message = inflated(deflated);
      return message == null ? null : unwrapped(message);
    }
    hear(item);
    return null;
  }

  /** Takes a number off a message that has one; nothing is left of one that has been heard. */
  private @Nullable Message unwrapped(Message message) {
    if (!session.isNumbered()) {
      return message;
    }
    try {
      Numbered numbered = Numbered.of(message);
      if (numbered == null) {
        return message;
      }
      if (session.dispatcher().outboxes().begins(numbered, !session.loop().inLoop())) {
        heard = numbered;
        return numbered.message();
      }
      tellSender(Event.of(numbered.acknowledgement()));
    } catch (HttpException e) {
      tellSender(session.errorEvent(e));
    }
    return null;
  }

  /** Tells the sender that what was heard need not be sent again. */
  private void acknowledge() {
    Numbered done = heard;
    if (done != null) {
      endHearing();
      tellSender(Event.of(done.acknowledgement()));
    }
  }

  /** Whatever became of it. */
  private void endHearing() {
    Numbered done = heard;
    if (done != null) {
      heard = null;
      session.dispatcher().outboxes().ended(done);
    }
  }

  private @Nullable Message inflated(Inbox.Deflated deflated) {
    Inflation by = Objects.requireNonNull(inflation, "nothing is compressed without an agreement");
    boolean takesTurn = deflated.payload().length > SMALL && !session.loop().inLoop();
    Semaphore turns = session.dispatcher().inflating();
    if (takesTurn) {
      turns.acquireUninterruptibly();
    }
    try {
      return new Message(content(by, deflated), deflated.text(), session.dispatcher().decoding());
    } catch (FrameException e) {
      inbox.drop();
      session.loop().execute(() -> session.intake().failInflating(e));
      return null;
    } finally {
      if (takesTurn) {
        turns.release();
      }
    }
  }

  private byte[] content(Inflation by, Inbox.Deflated deflated) throws FrameException {
    int most = options.maxPayload();
    return deflated.text()
        ? by.inflateText(deflated.payload(), most)
        : by.inflate(deflated.payload(), most);
  }

  private void readOn() {
    if (inbox.mayReadOn()) {
      session.exchange().readMore();
    }
  }

  private void endIfHeard() {
    if (inbox.isExhausted()) {
      session.end().heard();
    }
  }

  // --- listeners ---

  /** Those that listen, to add one. */
  synchronized SocketListeners listeners() {
    SocketListeners all = listeners;
    if (all == null) {
      all = new SocketListeners();
      listeners = all;
      inbox.use();
    }
    return all;
  }

  boolean hears(Inbox.Control control) {
    SocketListeners all = listeners;
    return all != null && all.hear(control.ping());
  }

  boolean hasListeners() {
    return listeners != null;
  }

  /** Tells what has gone wrong. Never throws. */
  void tell(Throwable failure) {
    SocketListeners all = listeners;
    if (all != null) {
      all.tell(failure);
    }
  }

  /**
   * Has a message heard at once, if its listeners run on the loop and nothing is before it.
   *
   * @return whether it has been
   */
  boolean hearNow(Message message) {
    if (!options.runOnEventLoop() || !inbox.isPassing() || !session.outbound().hasRoom()) {
      return false;
    }
    hear(message);
    return true;
  }

  /** Has what has come heard, if it is for listeners. On the loop. */
  void hearLater() {
    if (inbox.beginHearing()) {
      if (options.runOnEventLoop()) {
        hearOnLoop();
      } else {
        session.begin(this);
      }
    }
  }

  /** Listeners hear, in the mailbox. */
  @Override
  public void run() {
    for (int i = 0; i < TURN; i++) {
      if (!hearNext()) {
        return;
      }
    }
    session.lifecycle().mailbox().submit(this);
  }

  private void hearOnLoop() {
    for (int i = 0; i < TURN && (session.outbound().hasRoom() || !session.isOpen()); i++) {
      if (!hearNext()) {
        return;
      }
    }
    if (!session.outbound().whenRoom(() -> session.loop().execute(this::hearOnLoop))) {
      session.loop().nextTurn(this::hearOnLoop);
    }
  }

  private boolean hearNext() {
    Object item = inbox.poll();
    if (item == null) {
      endIfHeard();
      return false;
    }
    readOn();
    hear(item);
    return true;
  }

  /** Never throws. */
  private void hear(Object item) {
    SocketListeners all = listeners;
    if (all == null || !session.isOpen()) {
      return;
    }
    try {
      switch (item) {
        case Inbox.Control control -> all.tell(control);
        case Throwable failure -> all.tell(failure);
        default -> {
          Message message = messageOf(item);
          if (message != null) {
            all.tell(message);
            acknowledge();
          }
        }
      }
    } catch (HttpException e) {
      atFault(all, e);
      acknowledge();
    } catch (StreamClosedException e) {
      // Who has gone cannot be answered; what it sent before is heard all the same.
      if (!session.end().isPending()) {
        session.failed(e);
      }
    } catch (Throwable t) {
      session.failed(t);
    } finally {
      endHearing();
    }
  }

  /** A message did not fit: its sender is told, if it reads. */
  private void atFault(SocketListeners all, HttpException refusal) {
    if (refusal.status() >= 500) {
      session.failed(refusal);
      return;
    }
    tellSender(session.errorEvent(refusal));
    all.tell(refusal);
  }

  private void tellSender(Event encoded) {
    try {
      if (!options.runOnEventLoop()) {
        session.sendEncoded(encoded);
      } else {
        // Who does not read is not told.
        var _ = session.offerEncoded(encoded);
      }
    } catch (StreamClosedException e) {
      // Who has gone cannot be told.
    }
  }
}
