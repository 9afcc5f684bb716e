package dev.millrace.room;

import dev.millrace.stream.Batch;
import dev.millrace.stream.Codings;
import dev.millrace.stream.Wire;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Messages of one room that a reader gets one after the other, as bytes of one wire. Those who are
 * at the same place get the same run. Immutable, but for its codings.
 */
final class Run implements Batch {
  /** About how many bytes a run has at most, if it has more than one message. */
  private static final int MOST_BYTES = 32 * 1024;

  private static final int MOST_EVENTS = 256;

  private final LiveRoom room;
  private final Entry first;
  private final long limit;
  private final Wire wire;
  private final boolean told;
  private byte[][] events = new byte[1][];

  /** The sequences of those. */
  private long[] sequences = new long[1];

  private int size;
  private int length;
  private boolean hasOrigins;

  /** Where a reader goes on that has been given all of it. */
  private long next;

  private int skipped;

  /** How many were skipped before each event. */
  private int[] skippedBefore = new int[1];

  /** What the room ends with, behind the run. */
  private @Nullable Entry end;

  /** Of compressed readers. */
  private @Nullable Codings codings;

  private Run(LiveRoom room, Entry first, long limit, Wire wire, boolean told) {
    this.room = room;
    this.first = first;
    this.limit = limit;
    this.wire = wire;
    this.told = told;
    this.next = first.sequence;
  }

  /**
   * Makes a run.
   *
   * @param first where it begins
   * @param limit no message above this sequence
   * @param told with positions
   */
  static Run of(LiveRoom room, Entry first, long limit, Wire wire, boolean told) {
    Run run = new Run(room, first, limit, wire, told);
    Ring ring = room.ring();
    Entry entry = first;
    while (entry != null && entry.sequence <= limit && run.end == null && !run.isFull()) {
      if (entry.isEnd()) {
        run.end = entry;
      } else if (room.skips(entry, ring, limit)) {
        run.skipped++;
      } else {
        run.add(entry.sequence, entry.on(wire, told));
        run.hasOrigins |= entry.origin() != null;
      }
      run.next = entry.sequence + 1;
      entry = ring.at(entry.index + 1);
    }
    return run;
  }

  /**
   * The same for the stream that sent some of it and is not to get that: its position instead.
   *
   * @param origin that stream
   */
  Run without(String origin) {
    if (!hasOrigins) {
      return this;
    }
    Run run = new Run(room, first, limit, wire, told);
    run.next = next;
    run.skipped = skipped;
    run.end = end;
    int at = 0;
    for (Entry entry = first; entry != null && at < size; entry = room.ring().at(entry.index + 1)) {
      if (entry.sequence != sequences[at]) {
        continue;
      }
      if (!origin.equals(entry.origin())) {
        run.add(entry.sequence, events[at]);
      } else if (told) {
        run.add(entry.sequence, wire.shared(entry.id()));
      }
      at++;
    }
    if (at < size) {
      // The log has overtaken it meanwhile: what follows is found out about next time.
      run.next = sequences[at];
      run.end = null;
    }
    return run;
  }

  private void add(long sequence, byte[] bytes) {
    if (size == events.length) {
      events = Arrays.copyOf(events, size * 2);
      sequences = Arrays.copyOf(sequences, size * 2);
      skippedBefore = Arrays.copyOf(skippedBefore, size * 2);
    }
    events[size] = bytes;
    sequences[size] = sequence;
    skippedBefore[size] = skipped;
    size++;
    length += bytes.length;
  }

  private boolean isFull() {
    return size >= MOST_EVENTS || length >= MOST_BYTES;
  }

  @SuppressWarnings("ReferenceEquality") // an entry is the same or another one
  boolean isFor(Entry from, long to, Wire onWire, boolean withPositions) {
    return first == from && limit == to && wire == onWire && told == withPositions;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public byte[] event(int index) {
    return events[index];
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public Codings codings() {
    Codings made = codings == null ? new Codings() : codings;
    codings = made;
    return made;
  }

  /** Where a reader goes on that has been given so many events of it. */
  long next(int given) {
    if (given == size) {
      return next;
    }
    return given == 0 ? first.sequence : sequences[given - 1] + 1;
  }

  /** The first event that a reader at a place has not been given. */
  int indexFrom(long place) {
    int index = 0;
    while (index < size && sequences[index] < place) {
      index++;
    }
    return index;
  }

  LiveRoom room() {
    return room;
  }

  /** How many messages were left out, for a reader that has been given so many events. */
  int skipped(int given) {
    return given == size ? skipped : given == 0 ? 0 : skippedBefore[given - 1];
  }

  @Nullable Entry end() {
    return end;
  }
}
