package dev.millrace.room;

import dev.millrace.cluster.Retention;
import dev.millrace.cluster.Stored;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one room on this node, for readers on any loop. Who writes holds the monitor; any
 * number read, without it.
 *
 * <p><b>How that can be.</b> Entries are immutable and know their place. A reader takes the end
 * first, then the array, then the entry: what it finds at a place is either the entry of that place
 * or a newer one that has overwritten it, and then it knows that it has been overtaken. The array
 * is replaced when it grows, and an old one is not written any more.
 *
 * <p><b>Invariants.</b> Places grow by one from entry to entry, and so do sequences by one or more.
 */
final class Ring {
  private static final int SMALLEST = 4;

  private final Retention retention;

  /** Newest entries of keys; {@code null} where nobody asks. For the writer. */
  private final @Nullable Map<String, Entry> keys;

  private volatile @Nullable Entry[] slots = new @Nullable Entry[SMALLEST];
  private volatile long first;
  private volatile long end;

  /** The sequence of the last entry that has gone, and of the last that nothing has replaced. */
  private volatile long evicted;

  private volatile long lost;

  private volatile long bytes;

  /** An empty ring. */
  Ring(Retention retention, boolean conflates) {
    this.retention = retention;
    this.keys = conflates ? new HashMap<>() : null;
  }

  // --- the writer ---

  /** Notes that something has gone before this ring was. */
  synchronized void missing(long sequence) {
    evicted = sequence;
    lost = sequence;
  }

  synchronized void add(String epoch, Stored stored, Payload payload) {
    Entry entry = new Entry(epoch, end, stored, payload);
    long oldest = stored.millis() - retention.age().toMillis();
    while (isFull(entry.size()) || isOlder(oldest)) {
      evict();
    }
    if (keys != null && payload.key() != null) {
      Entry older = keys.put(payload.key(), entry);
      if (older != null) {
        older.replacedBy(entry.sequence);
      }
    }
    @Nullable Entry[] array = slots;
    if (end - first == array.length) {
      array = grown(array);
      slots = array;
    }
    array[(int) entry.index & (array.length - 1)] = entry;
    bytes = bytes + entry.size();
    end = entry.index + 1;
  }

  /** Whether the oldest has to go before so many bytes more can be kept. */
  boolean isFull(int more) {
    return end > first && (end - first >= retention.count() || bytes + more > retention.bytes());
  }

  /** The sequence of the last entry that has to go before so many bytes more can be kept; or 0. */
  long goesFor(int more) {
    long last = 0;
    long count = end - first;
    long held = bytes;
    for (long at = first; at < end; at++) {
      if (count < retention.count() && held + more <= retention.bytes()) {
        break;
      }
      Entry entry = at(at);
      if (entry != null) {
        last = entry.sequence;
        held -= entry.size();
      }
      count--;
    }
    return last;
  }

  private boolean isOlder(long millis) {
    Entry oldest = oldest();
    return oldest != null && oldest.millis < millis;
  }

  /** Lets go of what is too old. */
  synchronized void expire(long nowMillis) {
    while (isOlder(nowMillis - retention.age().toMillis())) {
      evict();
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
  private void evict() {
    @Nullable Entry[] array = slots;
    int slot = (int) first & (array.length - 1);
    Entry gone = array[slot];
    if (gone == null) {
      throw new IllegalStateException("no entry at place " + first);
    }
    if (!gone.isReplaced(Long.MAX_VALUE)) {
      lost = gone.sequence;
    }
    if (keys != null && gone.payload().key() != null) {
      keys.remove(gone.payload().key(), gone);
    }
    evicted = gone.sequence;
    bytes = bytes - gone.size();
    first = first + 1;
    array[slot] = null;
  }

  private @Nullable Entry[] grown(@Nullable Entry[] array) {
    @Nullable Entry[] larger = new @Nullable Entry[array.length * 2];
    for (long i = first; i < end; i++) {
      larger[(int) i & (larger.length - 1)] = array[(int) i & (array.length - 1)];
    }
    return larger;
  }

  // --- readers ---

  /** The oldest entry that is kept. */
  @Nullable Entry oldest() {
    long last = end;
    for (long at = first; at < last; at = Math.max(at + 1, first)) {
      Entry entry = at(at);
      if (entry != null) {
        return entry;
      }
    }
    return null;
  }

  /** The entry at a place; {@code null} when it has gone, or is to come. */
  @Nullable Entry at(long index) {
    if (index >= end) {
      return null;
    }
    @Nullable Entry[] array = slots;
    Entry entry = array[(int) index & (array.length - 1)];
    return entry != null && entry.index == index ? entry : null;
  }

  /** The newest entry that is kept. */
  @Nullable Entry newest() {
    long last = end;
    Entry entry = at(last - 1);
    while (entry == null && last > first) {
      // It has gone since, so there are newer ones.
      last = end;
      entry = at(last - 1);
    }
    return entry;
  }

  /** The first entry with a sequence or a higher one; {@code null} when there is none. */
  @Nullable Entry from(long sequence) {
    Entry newest = newest();
    if (newest == null || newest.sequence < sequence) {
      return null;
    }
    if (newest.previous < sequence) {
      return newest;
    }
    long low = first;
    long high = newest.index;
    // The entry at `high` has such a sequence; all those below `low` have not, or have gone.
    while (low < high) {
      long middle = (low + high) >>> 1;
      Entry entry = at(middle);
      if (entry == null || entry.sequence < sequence) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    Entry found = at(high);
    return found != null ? found : from(sequence);
  }

  /** The sequence of the last entry that has gone; 0 for none. */
  long evicted() {
    return evicted;
  }

  /** The same of those that no newer one with their key has replaced. */
  long lost() {
    return lost;
  }

  int size() {
    return (int) Math.max(0, end - first);
  }

  long bytes() {
    return bytes;
  }
}
