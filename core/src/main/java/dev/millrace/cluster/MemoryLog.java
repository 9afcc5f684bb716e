package dev.millrace.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The messages of all rooms. Not thread-safe: the backplane's lock is around it.
 *
 * <p>Each message hangs in two lists: that of its room, and that of all in the order of their
 * sequences. Both lose their messages from the front, so the oldest of all is the first of its room
 * too, and letting any of them go takes a few pointer writes.
 *
 * <p>A room that has nothing any more, neither messages nor anybody who listens, is forgotten. What
 * must not be forgotten is that there was something: its last sequence goes into one of {@value
 * #FLOORS} floors, chosen by the name's hash. A room that begins takes its floor for the sequence
 * of a message before it. So it may speak of messages that never were, but never conceals one.
 */
final class MemoryLog {
  private static final int FLOORS = 4096;

  private final Map<String, MemoryRoom> rooms = new HashMap<>();
  private final long[] floors = new long[FLOORS];
  private final MemoryLimits limits;

  private @Nullable Kept oldest;
  private @Nullable Kept newest;

  /** The next message that {@link #sweep} looks at; {@code null} for the oldest. */
  private @Nullable Kept cursor;

  /** No message that is younger can be too old. */
  private long shortestAge = Long.MAX_VALUE;

  private int roomsWithMessages;
  private long messages;
  private long bytes;
  private long retired;
  private long droppedForBytes;
  private long droppedForRooms;

  MemoryLog(MemoryLimits limits) {
    this.limits = limits;
  }

  /** That of a name, made if there is none. */
  MemoryRoom room(String name) {
    MemoryRoom room = rooms.get(name);
    if (room == null) {
      room = new MemoryRoom(name, floors[floor(name)]);
      rooms.put(name, room);
    }
    return room;
  }

  @Nullable MemoryRoom find(String name) {
    return rooms.get(name);
  }

  List<MemoryRoom> rooms(Predicate<MemoryRoom> wanted) {
    List<MemoryRoom> found = new ArrayList<>();
    for (MemoryRoom room : rooms.values()) {
      if (wanted.test(room)) {
        found.add(room);
      }
    }
    return found;
  }

  /** Drops a room that has nothing any more. */
  void forgetIfIdle(MemoryRoom room) {
    if (room.isIdle() && rooms.remove(room.name, room)) {
      int floor = floor(room.name);
      floors[floor] = Math.max(floors[floor], room.newest);
    }
  }

  private static int floor(String name) {
    int hash = name.hashCode();
    return (hash ^ (hash >>> 16)) & (FLOORS - 1);
  }

  /** Adds a message behind all others, and lets go what is too much then. */
  void add(Kept kept, Retention retention) {
    MemoryRoom room = kept.room;
    // By what held until now: what was too old does not come back.
    expire(room, kept.nanos);
    room.retention = retention;
    shortestAge = Math.min(shortestAge, nanos(retention.age()));
    link(kept);
    while (room.count > retention.count() || (room.bytes > retention.bytes() && room.count > 1)) {
      dropFirst(room);
      retired++;
    }
    expire(room, kept.nanos);
    keepLimits(kept);
  }

  private void link(Kept kept) {
    MemoryRoom room = kept.room;
    Kept before = newest;
    if (before == null) {
      oldest = kept;
    } else {
      before.newer = kept;
      kept.older = before;
    }
    newest = kept;
    Kept beforeInRoom = room.last;
    if (beforeInRoom == null) {
      room.first = kept;
      roomsWithMessages++;
    } else {
      beforeInRoom.next = kept;
    }
    room.last = kept;
    room.newest = kept.stored.sequence();
    int length = kept.stored.payload().length;
    room.count++;
    room.bytes += length;
    messages++;
    bytes += length + MemoryLimits.OVERHEAD;
  }

  private void keepLimits(Kept added) {
    while (oldest != null && oldest != added) {
      if (bytes > limits.bytes()) {
        droppedForBytes++;
      } else if (roomsWithMessages > limits.rooms()) {
        droppedForRooms++;
      } else {
        return;
      }
      MemoryRoom room = oldest.room;
      dropFirst(room);
      forgetIfIdle(room);
    }
  }

  /** Lets go what is too old in a room. */
  void expire(MemoryRoom room, long now) {
    long age = nanos(room.retention.age());
    while (room.first != null && now - room.first.nanos >= age) {
      dropFirst(room);
      retired++;
    }
  }

  /**
   * Looks at some messages, going round all of them over time, and lets go those that are too old.
   *
   * @return whether the end was reached: no message behind can be too old
   */
  boolean sweep(int looks, long now) {
    for (int i = 0; i < looks; i++) {
      Kept kept = cursor == null ? oldest : cursor;
      if (kept == null || now - kept.nanos < shortestAge) {
        cursor = null;
        return true;
      }
      // Dropping moves the cursor on if it is dropped.
      cursor = kept.newer;
      expire(kept.room, now);
      forgetIfIdle(kept.room);
      if (cursor == null) {
        return true;
      }
    }
    return false;
  }

  private void dropFirst(MemoryRoom room) {
    Kept kept = room.first;
    if (kept == null) {
      return;
    }
    room.first = kept.next;
    if (room.first == null) {
      room.last = null;
      roomsWithMessages--;
    }
    int length = kept.stored.payload().length;
    room.count--;
    room.bytes -= length;
    messages--;
    bytes -= length + MemoryLimits.OVERHEAD;
    if (cursor == kept) {
      cursor = kept.newer;
    }
    unlink(kept);
  }

  /** Its own pointers go too, so that what has grown old does not hold on to what is young. */
  private void unlink(Kept kept) {
    Kept before = kept.older;
    Kept after = kept.newer;
    if (before == null) {
      oldest = after;
    } else {
      before.newer = after;
    }
    if (after == null) {
      newest = before;
    } else {
      after.older = before;
    }
    kept.older = null;
    kept.newer = null;
    kept.next = null;
  }

  private static long nanos(Duration age) {
    return age.toSeconds() >= Long.MAX_VALUE / 1_000_000_000 ? Long.MAX_VALUE : age.toNanos();
  }

  void clear() {
    rooms.clear();
    oldest = null;
    newest = null;
    cursor = null;
    roomsWithMessages = 0;
    messages = 0;
    bytes = 0;
  }

  long messages() {
    return messages;
  }

  MemoryStats stats() {
    return new MemoryStats(
        roomsWithMessages, messages, bytes, retired, droppedForBytes, droppedForRooms);
  }
}
