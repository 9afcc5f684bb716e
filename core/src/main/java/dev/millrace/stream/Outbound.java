package dev.millrace.stream;

import dev.millrace.time.TimeSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one stream on their way out: many threads put events in, the connection's event loop
 * takes bytes out when its socket has room. Handlers never see it.
 *
 * <p><b>The problem.</b> A handler may produce millions of small events a second, and a reader may
 * stall for ever. One object per event is slow in the first case, an unbounded queue deadly in the
 * second.
 *
 * <p><b>The idea.</b> Events are encoded straight into a short chain of growing arrays. Whatever
 * has gathered there when the loop comes by leaves as one piece: nothing waits for a batch to fill,
 * and nothing is sent alone that could have travelled together. Above the high-water mark, {@link
 * #send} waits until the reader has taken half of it. An idle stream holds no array at all.
 *
 * <p><b>Compressed.</b> With an {@link Encoder}, what has gathered is encoded when the loop asks
 * for bytes: a batch of 16 KiB at most, outside the monitor, and the next when it has been taken.
 * The high-water mark and the statistics count plain bytes.
 *
 * <p><b>Invariants.</b> {@code pending} is the number of bytes in the chain. After {@link #end},
 * {@link #discard} or a close frame nothing is added. The monitor guards all changes; it is never
 * held while user code runs or a socket is written to, and no user code can reach it.
 */
public final class Outbound extends Chain {
  /** Where the bytes go. */
  @FunctionalInterface
  public interface Sink {

    /** Takes bytes; the array is not the sink's to keep. */
    void write(byte[] bytes, int from, int length);
  }

  private enum State {
    OPEN,
    CLOSED,
    ENDED,
    DISCARDED
  }

  private final TimeSource time;

  /** Belongs to the loop. */
  private final @Nullable Encoder encoder;

  /** Belongs to the loop. */
  private @Nullable Feed feed;

  /** Of the feed's, what was said to be available: it comes even if the stream ends meanwhile. */
  private int promised;

  private @Nullable Runnable onRoom;

  /** Volatile for the loop, which asks more often than it changes. */
  private volatile State state = State.OPEN;

  /** Somebody waits for room. */
  private boolean awaited;

  private long lastRead;

  /** An empty buffer for a wire. */
  public Outbound(Wire wire, StreamOptions options, TimeSource time) {
    this(wire, options, time, null);
  }

  /**
   * An empty buffer whose bytes are encoded on their way out.
   *
   * @param encoder for these bytes alone; {@code null} for none
   */
  public Outbound(Wire wire, StreamOptions options, TimeSource time, @Nullable Encoder encoder) {
    super(wire, options);
    this.time = time;
    this.encoder = encoder;
    this.lastRead = time.nanoTime();
  }

  /**
   * A body that is whole already.
   *
   * @param content not copied: to be left alone from now on
   */
  public static Outbound whole(byte[] content, TimeSource time) {
    Outbound outbound = new Outbound(Wire.RAW, StreamOptions.DEFAULT, time);
    outbound.hold(content);
    outbound.state = State.ENDED;
    return outbound;
  }

  // --- the writers' side: any thread ---

  /**
   * Adds an event; waits while there is no room.
   *
   * @param event with data as {@link Wire#encode} made it
   * @return whether it was added; {@code false} when the stream has ended
   */
  public boolean send(Event event) throws InterruptedException {
    ByteBuilder large = encodedOutside(event);
    synchronized (this) {
      if (!awaitRoom()) {
        return false;
      }
      add(event, large);
      return true;
    }
  }

  /** Adds an event if there is room now. */
  public Offered offer(Event event) {
    ByteBuilder large = encodedOutside(event);
    synchronized (this) {
      if (state != State.OPEN) {
        return Offered.CLOSED;
      }
      if (pending >= options.highWaterMark()) {
        dropped++;
        return Offered.DROPPED;
      }
      add(event, large);
      return Offered.QUEUED;
    }
  }

  /** Adds an event whether there is room or not. For what is bounded by other means. */
  public boolean push(Event event) {
    wire.format().check(event);
    synchronized (this) {
      if (state != State.OPEN) {
        return false;
      }
      add(event, null);
      return true;
    }
  }

  /**
   * Adds a frame, whole and not masked, past the wire's format, whether there is room or not. After
   * a close frame nothing is added any more, but only {@link #end} makes it the end.
   */
  public synchronized boolean pushFrame(byte[] frame) {
    if (state != State.OPEN) {
      return false;
    }
    addBytes(out -> out.put(frame, 0, frame.length));
    if (SocketFormat.is(frame, SocketFormat.CLOSE)) {
      state = State.CLOSED;
      notifyAll();
    }
    return true;
  }

  /** Adds bytes past the format; waits while there is no room. */
  public synchronized boolean write(byte[] source, int from, int length)
      throws InterruptedException {
    if (!awaitRoom()) {
      return false;
    }
    addBytes(out -> out.put(source, from, length));
    return true;
  }

  /** Adds a comment, if the wire has such a thing; waits while there is no room. */
  public synchronized boolean comment(String text) throws InterruptedException {
    if (!awaitRoom()) {
      return false;
    }
    addBytes(out -> wire.format().comment(text, out));
    return true;
  }

  /** Adds a heartbeat. Not when bytes wait already: those will do. */
  public synchronized void heartbeat() {
    if (state == State.OPEN && pending == 0) {
      addBytes(out -> wire.format().heartbeat(options.heartbeatEvent(), out));
    }
  }

  /** Tells the client when to come back, where the wire can. */
  public synchronized void retry(long millis) {
    if (state == State.OPEN) {
      addBytes(out -> wire.format().retry(millis, out));
    }
  }

  /** Nothing will be added any more; what waits still leaves. */
  public synchronized void end() {
    if (state == State.OPEN) {
      addBytes(wire.format()::end);
    }
    if (state != State.DISCARDED) {
      state = State.ENDED;
      notifyAll();
    }
  }

  /** There is no reader any more: forgets everything and refuses all that follows. */
  public synchronized void discard() {
    state = State.DISCARDED;
    clear();
    onRoom = null;
    notifyAll();
  }

  /** Forgets all but the oldest bytes, and takes no more: what is kept is the end. */
  synchronized void cut(long keepAll) {
    if (state == State.DISCARDED) {
      return;
    }
    int fed = feed == null ? 0 : feed.rest();
    promised = 0;
    if (fed > keepAll) {
      Objects.requireNonNull(feed).cut((int) keepAll);
    }
    keep(Math.max(0, keepAll - fed));
    state = State.ENDED;
    onRoom = null;
    notifyAll();
  }

  /** Whether events can be added. */
  public boolean isOpen() {
    return state == State.OPEN;
  }

  /** Whether an event would be taken without waiting. */
  public synchronized boolean hasRoom() {
    return state == State.OPEN && pending < options.highWaterMark();
  }

  /**
   * Sets what is called once when there is room again, on the event loop: short, and never user
   * code.
   *
   * @return {@code false} when there is room already, and the callback was not kept
   */
  public synchronized boolean whenRoom(Runnable callback) {
    if (state != State.OPEN || pending < options.highWaterMark()) {
      return false;
    }
    onRoom = callback;
    return true;
  }

  // --- the event loop's side ---

  /** Whether what is available had to be encoded: 16 KiB of plain bytes for each piece taken. */
  public boolean isEncoded() {
    return encoder != null && encoder.isCostly();
  }

  /**
   * Sets what is given when nothing waits here. It has no say in when the stream ends: what it has
   * not begun to give by then is left.
   *
   * @param id tells the client where it is; {@code null} for nothing
   */
  public void feed(Feed newFeed, @Nullable String id) {
    feed = newFeed;
    synchronized (this) {
      if (state == State.OPEN) {
        addBytes(out -> {
          if (id != null) {
            separate(out);
            wire.format().position(id, out);
          }
        });
      }
    }
  }

  /**
   * The feed, if it may have something that may be sent past {@link #read}, because nothing waits
   * here and nothing is to be done to the bytes; otherwise {@code null}.
   */
  public @Nullable Feed direct() {
    return encoder == null || encoder.passes() ? due() : null;
  }

  /** The feed, if whole messages of it come next. */
  @Nullable Feed due() {
    Feed from = feed;
    if (from == null || from.rest() > 0 || !from.hasMore()) {
      return null;
    }
    // Without the monitor: who wants it noticed wakes the loop afterwards.
    return pending == 0 && state == State.OPEN ? from : null;
  }

  /** Reads what {@link #direct} will need, so that the processor has it near; returns anything. */
  public int fetch() {
    return (int) (pending + lastRead) + (encoder == null || encoder.passes() ? 0 : 1);
  }

  /** For the feed: counts what it has given. */
  public synchronized void given(int moreEvents, long moreBytes) {
    events += moreEvents;
    bytes += moreBytes;
    lastRead = time.nanoTime();
  }

  /** Whether bytes wait. Cheaper than how many. On the loop, as all that follows. */
  public boolean hasSome() {
    return encoder == null ? hasPlain() : encoder.hasSome(this);
  }

  boolean hasPlain() {
    Feed from = feed;
    // Without the monitor: who wants it noticed wakes the loop afterwards.
    return pending > 0
        || (from != null && (state == State.OPEN ? from.hasMore() : from.rest() > 0));
  }

  /** Whether something waits that was sent, and not fed. */
  public synchronized boolean isWaiting() {
    return pending > 0;
  }

  /** How many bytes wait, as they will leave. */
  public long available() {
    return encoder == null ? pending() : encoder.available(this);
  }

  /** Whether all bytes have been taken, and there were no others: not after {@link #discard}. */
  public boolean isFinished() {
    return state == State.ENDED && hasGivenAll() && (encoder == null || encoder.isDrained());
  }

  /**
   * Takes the oldest bytes.
   *
   * @param most how many at most; as many as are {@linkplain #available() available} are taken if
   *     they fit
   * @return how many were taken
   */
  public int read(Sink sink, int most) {
    int taken;
    if (encoder == null) {
      taken = take(sink, most, true);
    } else {
      synchronized (this) {
        lastRead = time.nanoTime();
      }
      taken = encoder.read(this, sink, most);
    }
    if (feed != null) {
      promised = 0;
      feed.settle();
    }
    return taken;
  }

  /** Takes plain bytes: for the reader, or to encode them for it. */
  int take(Sink sink, int most, boolean forReader) {
    Feed from = feed;
    if (from == null) {
      return takeSent(sink, most, forReader);
    }
    int first = Math.min(most, from.rest() > 0 ? from.rest() : promised);
    int taken = first == 0 ? 0 : from.read(sink, first);
    if (from.rest() == 0) {
      taken += takeSent(sink, most - taken, forReader);
      if (taken < most && state == State.OPEN) {
        taken += from.read(sink, most - taken);
      }
      if (taken == 0) {
        // What the feed had to tell first it has put here.
        taken = takeSent(sink, most, forReader);
      }
    }
    return taken;
  }

  private int takeSent(Sink sink, int most, boolean forReader) {
    Runnable room = null;
    int taken;
    synchronized (this) {
      taken = remove(sink, most);
      lastRead = forReader ? time.nanoTime() : lastRead;
      if (pending <= options.highWaterMark() / 2) {
        if (awaited) {
          awaited = false;
          notifyAll();
        }
        room = onRoom;
        onRoom = null;
      }
    }
    if (room != null) {
      room.run();
    }
    return taken;
  }

  /** How many plain bytes wait. */
  long pending() {
    Feed from = feed;
    int fed = from == null ? 0 : from.rest();
    promised = 0;
    synchronized (this) {
      if (from == null || fed > 0 || pending > 0 || state != State.OPEN) {
        return pending + fed;
      }
    }
    fed = from.hasMore() ? from.available() : 0;
    synchronized (this) {
      // What it had to tell first it has put here.
      promised = pending > 0 ? 0 : fed;
      return pending + promised;
    }
  }

  /** Whether no plain byte waits and none will come. */
  boolean hasGivenAll() {
    synchronized (this) {
      if (state != State.ENDED || pending > 0) {
        return false;
      }
    }
    return feed == null || feed.rest() == 0;
  }

  boolean isDiscarded() {
    return state == State.DISCARDED;
  }

  /** When bytes were last taken, in the time source's nanoseconds. */
  public synchronized long lastRead() {
    return lastRead;
  }

  // --- under the monitor ---

  private boolean awaitRoom() throws InterruptedException {
    while (state == State.OPEN && pending >= options.highWaterMark()) {
      awaited = true;
      wait();
    }
    return state == State.OPEN;
  }
}
