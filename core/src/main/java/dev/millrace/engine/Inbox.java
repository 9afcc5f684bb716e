package dev.millrace.engine;

import dev.millrace.stream.Message;
import dev.millrace.stream.SocketOptions;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What has come on a WebSocket and waits for who is to have it, in order. The loop puts in; the
 * handler's thread or the mailbox's takes out. Its monitor guards all fields, and no user code runs
 * under it. Empty, it holds nothing.
 *
 * <p>When a limit is reached the transport is asked to read no more, and when half is free again,
 * to go on. So it holds at most what one read pass brings beyond the limits.
 */
final class Inbox {

  /** A message that is still to be inflated. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Deflated(byte[] payload, boolean text) {}

  /** A control frame that somebody wants to hear of. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Control(boolean ping, byte[] payload) {}

  /** Who takes what is here. */
  private enum Use {
    /** Nobody yet: the handler may still say. */
    OPEN,
    /** The handler's own thread. */
    PULLED,
    /** Listeners, in the mailbox or on the loop. */
    HEARD,
    /** Nobody: it is thrown away. */
    NONE
  }

  private final int mostMessages;
  private final int mostBytes;
  private @Nullable Object first;
  private @Nullable ArrayDeque<Object> rest;
  private Use use = Use.OPEN;
  private int count;
  private long bytes;

  /** Changed under the monitor only. */
  private volatile boolean full;

  /** Listeners are at work, or will be. */
  private boolean hearing;

  private boolean handlerRuns = true;

  /** There are listeners of messages, which will take. */
  private boolean listened;

  /** Nothing more will come. */
  private boolean ending;

  /** What comes is not taken any more, but for a fault. */
  private boolean spoilt;

  private boolean faultComing;
  private boolean over;

  Inbox(SocketOptions options, boolean used) {
    this.mostMessages = options.inboxMessages();
    this.mostBytes = options.inboxBytes();
    this.use = used ? Use.OPEN : Use.NONE;
  }

  // --- the loop's side ---

  /** Puts something in, unless nobody will take it. */
  synchronized void add(Object item) {
    if (over || use == Use.NONE || (spoilt && !(item instanceof Throwable))) {
      return;
    }
    if (first == null) {
      first = item;
    } else {
      if (rest == null) {
        rest = new ArrayDeque<>(8);
      }
      rest.add(item);
    }
    count++;
    bytes += weight(item);
    if (count >= mostMessages || bytes >= mostBytes) {
      full = true;
    }
    if (use == Use.PULLED) {
      notifyAll();
    }
  }

  private static int weight(Object item) {
    return switch (item) {
      case Message message -> message.length();
      case Deflated deflated -> deflated.payload().length;
      default -> 0;
    };
  }

  /** Whether the transport is to stop reading. */
  boolean isFull() {
    return full;
  }

  /** Whether what comes would be heard next. On the loop, where the listeners run too. */
  synchronized boolean isPassing() {
    return use == Use.HEARD && count == 0 && !hearing && !ending && !over && !spoilt;
  }

  /** Claims the work of having listeners hear what waits; {@code false} when there is none. */
  synchronized boolean beginHearing() {
    if (use != Use.HEARD || hearing || count == 0) {
      return false;
    }
    hearing = true;
    return true;
  }

  /**
   * Nothing more will come, and what is here is the last.
   *
   * @return whether nobody is at work with it: otherwise who is tells so
   */
  synchronized boolean end() {
    if (faultComing) {
      return false;
    }
    ending = true;
    notifyAll();
    return count == 0 && !hearing && !(use == Use.PULLED && handlerRuns);
  }

  // --- what becomes of it ---

  /** From now on the handler's thread takes. */
  synchronized void pull() {
    if (listened) {
      throw new IllegalStateException(
          "the listeners of this socket hear its messages: pull them, or listen, but not both");
    }
    if (use == Use.OPEN) {
      use = Use.PULLED;
    }
  }

  /** A listener of messages is there, which takes as soon as it is settled that they all are. */
  synchronized void listen() {
    if (use == Use.PULLED) {
      throw new IllegalStateException(
          "the messages of this socket are pulled: pull them, or listen, but not both");
    }
    listened = true;
  }

  /** Somebody wants to hear what has been thrown away until now. */
  synchronized void use() {
    if (use == Use.NONE) {
      use = handlerRuns ? Use.OPEN : Use.HEARD;
    }
  }

  synchronized boolean isPulled() {
    return use == Use.PULLED;
  }

  /** Whether it is still open who takes, while the handler runs. */
  synchronized boolean isUndecided() {
    return use == Use.OPEN && handlerRuns;
  }

  /** From now on listeners take. */
  synchronized void hear() {
    if (use == Use.OPEN) {
      use = Use.HEARD;
    }
  }

  /**
   * The handler has returned.
   *
   * @param listeners whether it has registered any, of whatever
   * @return whether the transport, which had stopped, is to read on: nobody will take anything
   */
  synchronized boolean handlerReturned(boolean listeners) {
    handlerRuns = false;
    if (use == Use.OPEN) {
      use = listeners ? Use.HEARD : Use.NONE;
    }
    boolean readOn = use == Use.NONE && full;
    if (use == Use.NONE) {
      forget();
    }
    return readOn;
  }

  /** Whether anything waits. */
  synchronized boolean hasSome() {
    return count > 0;
  }

  /**
   * A message was none: what came after it, or still comes, is thrown away, the client's close
   * frame too, until the loop knows of the fault.
   */
  synchronized void drop() {
    forget();
    spoilt = true;
    faultComing = true;
    ending = false;
  }

  /** The loop knows of the fault, and will end this. */
  synchronized void faultCame() {
    faultComing = false;
  }

  /**
   * The socket has ended: nothing is given any more.
   *
   * @return whether the transport, which had stopped, is to read on: to the client's close frame
   */
  synchronized boolean stop() {
    boolean readOn = full;
    over = true;
    forget();
    notifyAll();
    return readOn;
  }

  private void forget() {
    first = null;
    rest = null;
    count = 0;
    bytes = 0;
    full = false;
  }

  // --- the taker's side ---

  /** The oldest, for listeners; with nothing left their work is over until it is claimed again. */
  synchronized @Nullable Object poll() {
    Object item = take();
    hearing = item != null;
    return item;
  }

  /** Claims what a taker has to say to the transport: that it may read on. */
  synchronized boolean mayReadOn() {
    if (full && count <= mostMessages / 2 && bytes <= mostBytes / 2) {
      full = false;
      return true;
    }
    return false;
  }

  /** Whether nothing more will come and nothing is left. */
  synchronized boolean isExhausted() {
    return ending && count == 0;
  }

  /**
   * Waits for the next, for the handler's thread.
   *
   * @param patience says when it is over; {@code null} for never
   * @return {@code null} when there is none and will be none, or not in time
   */
  synchronized @Nullable Object await(@Nullable Patience patience) throws InterruptedException {
    while (count == 0 && !ending && !over && (patience == null || !patience.isOver())) {
      wait();
    }
    return take();
  }

  /** Has those that wait look again. */
  synchronized void wakeAll() {
    notifyAll();
  }

  private @Nullable Object take() {
    Object item = first;
    if (item == null) {
      return null;
    }
    first = rest == null ? null : rest.poll();
    if (rest != null && rest.isEmpty()) {
      rest = null;
    }
    count--;
    bytes -= weight(item);
    return item;
  }
}
