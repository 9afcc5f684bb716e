package dev.millrace.stream;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that wait in an {@link Outbound}: a short chain of growing arrays. Whatever has
 * gathered there leaves as one piece. An idle stream holds no array at all. A superclass and not a
 * part, because a hundred thousand idle streams would each hold one object more.
 *
 * <p>All but {@link #encodedOutside} is under the monitor. {@code pending} is the number of bytes
 * in the chain.
 */
abstract sealed class Chain permits Outbound {
  private static final int CHUNK = 16 * 1024;
  private static final int SMALL_CHUNK = 128;
  private static final int ENCODED_OUTSIDE = 4 * 1024;

  final Wire wire;
  final StreamOptions options;

  private @Nullable ByteBuilder head;
  private @Nullable ByteBuilder tail;

  /** The last array was well filled, so the next one need not grow to its size in steps. */
  private boolean busy;

  private boolean begun;
  private boolean separated = true;

  long pending;
  long bytes;
  long events;
  long dropped;

  Chain(Wire wire, StreamOptions options) {
    this.wire = wire;
    this.options = options;
  }

  /** Counts an event that never came here. */
  public final synchronized void countDropped() {
    dropped++;
  }

  /** What has moved so far. The duration is the caller's to know. */
  public final synchronized StreamStats stats(Duration duration) {
    return new StreamStats(bytes, events, dropped, duration);
  }

  /** Has nothing but these, which are not copied. */
  final void hold(byte[] content) {
    ByteBuilder only = new ByteBuilder(content);
    head = only;
    tail = only;
    pending = content.length;
  }

  /** Forgets all. */
  final void clear() {
    head = null;
    tail = null;
    pending = 0;
  }

  /** Forgets all but the oldest bytes. */
  final void keep(long most) {
    pending = Math.min(most, pending);
    tail = head == null ? null : head.cut(pending);
    head = tail == null ? null : head;
  }

  /** Hands out and forgets the oldest bytes. */
  final int remove(Outbound.Sink sink, int most) {
    int taken = (int) Math.min(most, pending);
    int left = taken;
    while (left > 0) {
      ByteBuilder first = Objects.requireNonNull(head);
      int part = Math.min(left, first.size());
      first.readTo(sink, part);
      left -= part;
      if (first.size() == 0) {
        busy = first.written() > CHUNK / 2;
        head = first.next;
        tail = head == null ? null : tail;
      }
    }
    pending -= taken;
    return taken;
  }

  final void add(Event event, @Nullable ByteBuilder large) {
    ByteBuilder out = begin();
    int before = out.size();
    separate(out);
    if (large == null) {
      wire.format().event(event, out);
      added(out, before);
    } else {
      added(out, before);
      link(large);
      added(large, 0);
    }
    events++;
  }

  final void separate(ByteBuilder out) {
    if (!separated) {
      wire.format().separate(out);
    }
    separated = false;
  }

  /** Adds what is no event; an idle stream holds no array, so not when it comes to nothing. */
  final void addBytes(Consumer<ByteBuilder> what) {
    ByteBuilder out = begin();
    int before = out.size();
    what.accept(out);
    added(out, before);
    if (pending == 0) {
      head = null;
      tail = null;
    }
  }

  /** The builder to write to: the last one, unless it has had its share. */
  private ByteBuilder begin() {
    ByteBuilder last = tail;
    if (last == null || last.written() >= CHUNK) {
      last = new ByteBuilder(last == null && !busy ? SMALL_CHUNK : CHUNK + SMALL_CHUNK);
      link(last);
    }
    if (!begun) {
      begun = true;
      int before = last.size();
      wire.format().begin(options, last);
      added(last, before);
    }
    return last;
  }

  private void link(ByteBuilder builder) {
    if (tail == null) {
      head = builder;
    } else {
      tail.next = builder;
    }
    tail = builder;
  }

  private void added(ByteBuilder out, int sizeBefore) {
    int more = out.size() - sizeBefore;
    pending += more;
    bytes += more;
  }

  /**
   * A large event is encoded before the monitor is taken, so that the event loop never waits for
   * it.
   */
  final @Nullable ByteBuilder encodedOutside(Event event) {
    wire.format().check(event);
    if (Wire.size(event.data()) < ENCODED_OUTSIDE) {
      return null;
    }
    ByteBuilder out = new ByteBuilder(SMALL_CHUNK);
    wire.format().event(event, out);
    return out;
  }
}
