package dev.millrace.room;

import dev.millrace.cluster.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds what one stream is given against the truth, while it is given it. Belongs to the stream's
 * loop, but for {@link #expect}.
 *
 * <p>When a position or a message has come, all before it in all rooms of the stream must have
 * come, unless there was a gap over it, or the policy of the room lets it be left out. Where it
 * began is known exactly when it came back with a position; otherwise it is between the last
 * message before it joined and the last one after.
 */
@SuppressWarnings({
  "NonAtomicVolatileUpdate",
  "JdkObsolete"
}) // one loop writes; others read the story
final class ModelReader implements ModelParser.Reader {

  /** A room that it is in, or is to be. */
  static final class Seat {
    private final int room;

    /** The position that it joined with; -1 for none. */
    private final long after;

    /** Of the room, the next message. */
    private int next;

    /** It may have joined after this one; -1 when it is known where it began. */
    private long loose = Long.MAX_VALUE;

    /** Between these it joined. */
    private final long lowest;

    private long highest = Long.MAX_VALUE;

    private Seat(int room, long after, long lowest, int next) {
      this.room = room;
      this.after = after;
      this.lowest = lowest;
      this.next = next;
      if (after >= 0) {
        loose = -1;
      }
    }

    @Override
    public String toString() {
      return room + " after " + after + " from " + next;
    }

    private boolean began(long at) {
      return after >= 0 ? after == at : at >= lowest && at <= highest;
    }
  }

  private record Change(long bytes, Runnable what) {}

  private record Gap(long from, long to) {}

  private final ModelTruth truth;
  private final String epoch;
  private final LongSupplier head;
  private final Consumer<String> failed;
  private final Queue<Seat> pending = new ConcurrentLinkedQueue<>();
  private final Map<Integer, Seat> seats = new HashMap<>();
  private final List<Gap> gaps = new ArrayList<>();
  private final Set<Long> allowed = new HashSet<>();
  private final Set<Integer> rooms = new HashSet<>();

  /** Those too that it has left. */
  private final List<Seat> all = new ArrayList<>();

  private final Queue<Change> deferred = new ArrayDeque<>();
  private long last = -1;
  private int direct;
  private long come;
  private volatile int number = -1;
  private final String how;
  private final StringBuffer story = new StringBuffer();

  /** What the client would send back. */
  private volatile @Nullable String lastId;

  volatile long events;
  volatile int told;

  ModelReader(
      ModelTruth truth, String epoch, LongSupplier head, String how, Consumer<String> failed) {
    this.truth = truth;
    this.epoch = epoch;
    this.head = head;
    this.how = how;
    this.failed = failed;
  }

  @Nullable String lastId() {
    return lastId;
  }

  /** Its number among those that send without getting. */
  void number(int known) {
    number = known;
  }

  @Override
  public void come(long bytes) {
    come += bytes;
  }

  @Override
  public void failed(String what) {
    failed.accept(how + ", at " + last + ": " + what + "\n  " + story);
  }

  void tell(String what) {
    if (story.length() > 3000) {
      story.delete(0, 1500);
    }
    story.append(what).append("; ");
  }

  // --- rooms ---

  /** Before it joins. From the thread that joins. */
  Seat expect(int room, long after) {
    long lowest = after >= 0 ? after : head.getAsLong();
    Seat seat = new Seat(room, after, lowest, truth.firstAfter(room, lowest));
    story.append("expects ").append(seat).append("; ");
    pending.add(seat);
    return seat;
  }

  /**
   * It has joined what it was to join.
   *
   * @param bytes how many had been given by then, whether or not they have come
   */
  void joined(Seat seat, long bytes) {
    long now = head.getAsLong();
    after(
        bytes,
        () -> {
          tell("joined " + seat);
          if (pending.remove(seat)) {
            activate(seat);
          }
          seat.highest = now;
          seat.loose = Math.min(seat.loose, now);
        });
  }

  private void activate(Seat seat) {
    seats.put(seat.room, seat);
    rooms.add(seat.room);
    all.add(seat);
    allowed.add(seat.after);
  }

  /** It has left. */
  void left(int room, long bytes) {
    after(
        bytes,
        () -> {
          tell("left " + room);
          seats.remove(room);
        });
  }

  private void after(long bytes, Runnable change) {
    deferred.add(new Change(bytes, change));
    through();
  }

  private void through() {
    while (!deferred.isEmpty() && deferred.peek().bytes <= come) {
      deferred.remove().what.run();
    }
  }

  // --- what comes ---

  @Override
  public void position(String id) {
    long at = sequence(id);
    boolean own = number >= 0 && truth.isKnown(at) && truth.origin(at) == number;
    tell("told " + at + (own ? " (its own)" : ""));
    if (at < last && !mayGoBack(at)) {
      failed("position " + at + " is behind");
    }
    last = at;
    lastId = id;
    told++;
    for (Seat seat : seats.values()) {
      advance(seat, at + 1);
    }
    through();
  }

  /** For the sake of a room that it has joined further back, or while it went on. */
  private boolean mayGoBack(long at) {
    return allowed.contains(at)
        || pending.stream().anyMatch(seat -> seat.began(at))
        || all.stream().anyMatch(seat -> seat.began(at));
  }

  private long sequence(String id) {
    Position position = Position.parse(id).orElse(null);
    if (position == null || !position.epoch().equals(epoch)) {
      failed("no position: " + id);
      return last;
    }
    return position.sequence();
  }

  @Override
  public void message(@Nullable String id, @Nullable String name, String data) {
    events++;
    if (id == null) {
      unnumbered(name, data);
      through();
      return;
    }
    long at = sequence(id);
    if (!truth.isKnown(at) || truth.hash(at) != ModelTruth.hash(name, data)) {
      failed("message " + at + " is not what was sent: " + data);
      return;
    }
    if (at <= last) {
      failed("message " + at + " is behind");
    }
    int room = truth.room(at);
    last = at;
    lastId = id;
    Seat seat = seat(room);
    if (seat == null) {
      failed("message " + at + " is of room " + room + ", which it is not in");
    }
    if (number >= 0 && truth.origin(at) == number) {
      failed("message " + at + " is its own");
    }
    for (Seat each : seats.values()) {
      advance(each, at);
    }
    if (seat != null) {
      if (truth.index(at) < seat.next) {
        failed("message " + at + " of room " + room + " has come before");
      }
      seat.next = Math.max(seat.next, truth.index(at) + 1);
      seat.loose = -1;
    }
    through();
  }

  private @Nullable Seat seat(int room) {
    Seat seat = seats.get(room);
    for (Seat each : List.copyOf(pending)) {
      if (seat == null && each.room == room) {
        pending.remove(each);
        activate(each);
        seat = each;
      }
    }
    return seat;
  }

  private void unnumbered(@Nullable String name, String data) {
    if ("direct".equals(name)) {
      if (Integer.parseInt(data) != direct) {
        failed("direct message " + data + " instead of " + direct);
      }
      direct++;
    } else if ("gap".equals(name)) {
      gap(data);
    } else {
      failed("a message without an id: " + name + ' ' + data);
    }
  }

  private void gap(String data) {
    tell(data);
    String from = field(data, "from");
    long to = sequence(field(data, "to"));
    String reason = field(data, "reason");
    boolean counted = reason.equals("overtaken") || reason.equals("expired");
    long begin = counted ? sequence(from) : -1;
    gaps.add(new Gap(begin, to));
    allowed.add(to);
    if (!counted) {
      return;
    }
    int room = truth.isKnown(to) ? truth.room(to) : -1;
    if (to <= begin || room < 0 || !mayBeOf(room)) {
      failed("a gap that covers nothing: " + data);
    } else {
      long first = truth.sequence(room, truth.firstAfter(room, begin));
      boolean skips = truth.options(room).slowReaders() == SlowReaders.SkipToLatest.ONLY;
      if (!truth.hasGone(skips && reason.equals("overtaken") ? first : to)) {
        failed("a gap over what is still there: " + data);
      }
    }
  }

  private boolean mayBeOf(int room) {
    return rooms.contains(room) || pending.stream().anyMatch(seat -> seat.room == room);
  }

  private static String field(String json, String name) {
    int at = json.indexOf('"' + name + "\":\"") + name.length() + 4;
    return json.substring(at, json.indexOf('"', at));
  }

  /** All before a sequence must have come. */
  private void advance(Seat seat, long to) {
    long missing = truth.sequence(seat.room, seat.next);
    while (missing < to) {
      if (!mayMiss(seat, missing)) {
        failed("message " + missing + " of room " + seat.room + " is missing before " + to);
      }
      seat.next++;
      missing = truth.sequence(seat.room, seat.next);
    }
  }

  private boolean mayMiss(Seat seat, long sequence) {
    if (sequence <= seat.loose || truth.mayBeSkipped(sequence)) {
      return true;
    }
    if (number >= 0 && truth.origin(sequence) == number) {
      return true;
    }
    for (Gap gap : gaps) {
      if (sequence > gap.from && sequence <= gap.to) {
        return true;
      }
    }
    // In a room that samples nothing is said of what has gone.
    return truth.options(seat.room).slowReaders() instanceof SlowReaders.Sample
        && truth.hasGone(sequence);
  }

  /** Nothing more is to come. */
  void finish() {
    for (Seat seat : seats.values()) {
      advance(seat, Long.MAX_VALUE);
    }
  }
}
