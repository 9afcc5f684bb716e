package dev.millrace.room;

import dev.millrace.stream.Batch;
import dev.millrace.stream.Event;
import dev.millrace.stream.Feed;
import dev.millrace.stream.Outbound;
import dev.millrace.stream.Wire;
import org.jspecify.annotations.Nullable;

/**
 * A stream's place in the logs of all its rooms: one number. What it has not been given lies in the
 * logs; nothing is queued for it. Belongs to the loop, but where a method says otherwise.
 *
 * <p><b>The problem.</b> A client has one position, its last event id, whatever the number of its
 * rooms. So it must be given the messages of all of them in their one order: an id that had gone
 * past a message which is still to come would lose that at a resume.
 *
 * <p><b>The idea.</b> {@code next} is the sequence of the first message that the stream may still
 * be given. The rooms are merged whenever the connection can take something: the room with the
 * lowest sequence gives a run of messages, up to where another room comes in. {@link Rooms#head} is
 * read before any room is looked at, and nothing above it is given, because another room may be
 * about to have something below.
 *
 * <p><b>Invariants.</b> Of each room, all messages below {@code next} have been given, or were not
 * for this stream, or it was told of a gap. What has begun to be given is finished before anything
 * else leaves.
 */
final class Cursor extends Seats implements Feed, Place {
  /** A {@link Run} that is being given, or a {@link Rest}. */
  private @Nullable Object staged;

  /** Lowest bits as below; above them its number among those that send without getting. */
  private volatile int state;

  private static final int BARE = 1;
  private static final int FLOWING = 2;
  private static final int CLOSED = 4;
  private static final int NUMBER_SHIFT = 3;

  Cursor(Port port) {
    super(port);
  }

  // --- for those who send ---

  /** What this stream is known by in messages that are not for it. From any thread. */
  String origin() {
    synchronized (this) {
      if (state >>> NUMBER_SHIFT == 0) {
        state |= rooms().nextNumber() << NUMBER_SHIFT;
      }
    }
    return rooms().node() + '/' + (state >>> NUMBER_SHIFT);
  }

  private synchronized void set(int flag) {
    state |= flag;
  }

  private boolean is(int flag) {
    return (state & flag) != 0;
  }

  // --- rooms come and go ---

  /**
   * Takes a seat in a room.
   *
   * @param room entered by the caller; this leaves it
   * @param start where to begin, and what the client is to be told
   * @param member who joins; {@code null} for nobody in particular, or without presence
   * @return {@code false} when the stream has ended
   */
  boolean sit(LiveRoom room, Start start, Join how, @Nullable Profile member) {
    if (is(CLOSED) || seat(room) != null) {
      return false;
    }
    if (!how.positions() && port.wire() != Wire.JSON_ARRAY) {
      set(BARE);
    }
    Section section = room.section(rooms().lane(port.turns()));
    long from = start.from();
    boolean later = size() > 0 && from > next;
    boolean wide = room.presence() != null || later;
    Seat seat = wide ? new WideSeat(section, this, member) : new Seat(section, this);
    if (size() == 0) {
      next = from;
    } else if (seat instanceof WideSeat late && later) {
      late.from(from);
    } else if (from < next) {
      rewind(from);
    }
    add(seat);
    section.add(seat);
    room.joined(seat);
    if (start.gap() != null) {
      tell(start.gap());
    }
    if (is(FLOWING)) {
      tellPosition();
      port.give();
    }
    return true;
  }

  /** From now on what there is flows; the client is told where it is. */
  @Override
  public void flow() {
    if (!is(FLOWING | CLOSED) && size() > 0) {
      set(FLOWING);
      tellPosition();
      port.give();
    }
  }

  private void tellPosition() {
    boolean told = !is(BARE) && !isHiddenOnly();
    port.outbound().feed(this, told ? rooms().position(next - 1).toString() : null);
  }

  /** Gives up the seat in a room, if there is one. */
  @Override
  public void leave(String room) {
    for (Seat seat : seatArray()) {
      if (seat.room().name().equals(room)) {
        leave(seat);
        return;
      }
    }
  }

  private void leave(Seat seat) {
    remove(seat);
    seat.section.remove(seat);
    seat.room().left(seat);
    if (!seat.room().isHidden()) {
      port.left();
    }
  }

  /** The stream has ended. */
  @Override
  public void close() {
    leaveAll();
    staged = null;
  }

  /** Something went wrong here: the stream ends, and its client may resume. */
  void fail(Throwable failure) {
    port.broken(failure);
    leaveAll();
  }

  private void leaveAll() {
    set(CLOSED);
    for (Seat seat : seatArray()) {
      leave(seat);
    }
    settle();
  }

  // --- what comes next ---

  /** Reads what {@link #give} will need. */
  int fetch() {
    return state + fetchSeats() + port.fetch();
  }

  /** Has the connection look. */
  void give() {
    if (is(FLOWING) && hasMore()) {
      port.give();
    }
  }

  @Override
  public boolean hasMore() {
    return staged != null || next <= rooms().head() || News.isFor(this);
  }

  @Override
  public @Nullable Batch batch() {
    return stage();
  }

  private @Nullable Run stage() {
    if (is(CLOSED)) {
      return null;
    }
    while (true) {
      // Before the rooms: another may be about to have something below what is found here.
      long head = rooms().head();
      Seat only = only();
      Run run = only == null ? merged(head) : alone(only, head);
      if (run == null) {
        next = staysAt(head);
        News.tell(this);
        return null;
      }
      if (run.size() > 0) {
        staged = run;
        return run;
      }
      advance(run, 0, 0);
      if (!finish(run) || is(CLOSED)) {
        return null;
      }
    }
  }

  /** What was pushed instead of given comes first; otherwise everything up to the head is done. */
  private long staysAt(long head) {
    return port.outbound().isWaiting() ? next : Math.max(next, head + 1);
  }

  private @Nullable Run alone(Seat seat, long head) {
    Entry first = firstOf(seat, head);
    if (first == null) {
      return null;
    }
    boolean told = tells(seat);
    return mine(seat.section.lane.run(seat.room(), first, head, port.wire(), told));
  }

  private boolean tells(Seat seat) {
    return !is(BARE) && !seat.room().isHidden();
  }

  private @Nullable Run merged(long head) {
    Seat lowest = null;
    Entry first = null;
    long second = Long.MAX_VALUE;
    for (Seat seat : seatArray()) {
      Entry entry = firstOf(seat, head);
      if (is(CLOSED)) {
        return null;
      }
      if (entry != null && (first == null || entry.sequence < first.sequence)) {
        second = first == null ? second : first.sequence;
        first = entry;
        lowest = seat;
      } else if (entry != null) {
        second = Math.min(second, entry.sequence);
      }
    }
    if (lowest == null || first == null || port.outbound().isWaiting()) {
      return null;
    }
    boolean told = tells(lowest);
    Run run =
        second == Long.MAX_VALUE
            ? lowest.section.lane.run(lowest.room(), first, head, port.wire(), told)
            : Run.of(lowest.room(), first, Math.min(head, second - 1), port.wire(), told);
    return mine(run);
  }

  private Run mine(Run run) {
    return state >>> NUMBER_SHIFT == 0 ? run : run.without(origin());
  }

  /**
   * The first message of a room that is to be given; {@code null} for none, or when it fell behind.
   */
  private @Nullable Entry firstOf(Seat seat, long head) {
    long place = place(seat);
    Ring ring = seat.room().ring();
    Entry first = ring.from(place);
    long missed = seat.room().missed(place, first);
    if (missed >= place) {
      return overtaken(seat, place, missed, first, head);
    }
    return first == null || first.sequence > head ? null : first;
  }

  private @Nullable Entry overtaken(
      Seat seat, long place, long missed, @Nullable Entry first, long head) {
    LiveRoom room = seat.room();
    room.tally().overtaken();
    long from = missed + 1;
    switch (room.options().slowReaders()) {
      case SlowReaders.SkipToLatest policy -> {
        Entry newest = room.ring().newest();
        if (newest != null && first != null) {
          room.tally().skipped(newest.index - first.index);
          from = newest.previous + 1;
        }
        tell(News.overtaken(rooms(), place - 1, from - 1));
      }
      case SlowReaders.ConflateByKey policy -> tell(News.overtaken(rooms(), place - 1, missed));
      case SlowReaders.Sample policy -> {}
      case SlowReaders.Disconnect policy -> {
        disconnect(room);
        return null;
      }
      case SlowReaders.Wait policy -> {
        disconnect(room);
        return null;
      }
    }
    Seat now = goOn(seat, from);
    // What there is to tell comes first.
    return is(CLOSED) || port.outbound().isWaiting() ? null : firstOf(now, head);
  }

  /** Ends the stream, which is too slow for a room. What has begun to leave still does. */
  void disconnect(LiveRoom room) {
    room.tally().disconnected();
    // In this order: a stream that leaves its last room ends otherwise.
    port.overtaken();
    leaveAll();
  }

  /** What cannot be told any more must not be passed over: then nothing more is given. */
  private void tell(Event event) {
    if (!News.tell(port, event)) {
      set(CLOSED);
    }
  }

  // --- what is given ---

  @Override
  public int available() {
    if (staged instanceof Rest rest) {
      return rest.length();
    }
    Run run = stage();
    return run == null ? 0 : run.length();
  }

  @Override
  public int read(Outbound.Sink sink, int most) {
    if (staged instanceof Rest rest) {
      return readRest(rest, sink, most);
    }
    Run run = staged instanceof Run made ? made : stage();
    if (run == null) {
      return 0;
    }
    int index = run.indexFrom(next);
    int begun = index;
    int taken = 0;
    Rest rest = null;
    while (index < run.size() && taken < most) {
      byte[] bytes = run.event(index);
      int part = Math.min(bytes.length, most - taken);
      sink.write(bytes, 0, part);
      taken += part;
      rest = part < bytes.length ? new Rest(bytes, part) : null;
      index++;
    }
    port.outbound().given(index - begun, taken);
    advance(run, begun, index);
    staged = run;
    if (index == run.size()) {
      staged = null;
      finish(run);
    }
    if (rest != null) {
      staged = rest;
    }
    return taken;
  }

  private int readRest(Rest rest, Outbound.Sink sink, int most) {
    int part = rest.read(sink, most);
    if (rest.length() == 0) {
      staged = null;
    }
    port.outbound().given(0, part);
    return part;
  }

  @Override
  public void given(int events) {
    if (staged instanceof Run run) {
      staged = null;
      int length = 0;
      for (int i = 0; i < events; i++) {
        length += run.event(i).length;
      }
      port.outbound().given(events, length);
      advance(run, 0, events);
      if (events == run.size()) {
        finish(run);
      }
    }
  }

  private void advance(Run run, int from, int to) {
    next = run.next(to);
    int skipped = run.skipped(to) - (from == 0 ? 0 : run.skipped(from));
    if (skipped > 0) {
      run.room().tally().skipped(skipped);
    }
    run.room().moved();
  }

  /**
   * Goes past a run that has been given.
   *
   * @return whether there may be more
   */
  private boolean finish(Run run) {
    next = Math.max(next, run.next(run.size()));
    Entry end = run.end();
    if (end == null) {
      return true;
    }
    Seat ended = seat(run.room());
    if (end.size() > 0) {
      String id = ended != null && tells(ended) ? end.id() : null;
      tell(new Event(end.payload().data(), "error", id, null, null));
    }
    if (ended != null && roomCount() == 1) {
      port.completed();
      return false;
    }
    if (ended != null) {
      leave(ended);
    }
    return true;
  }

  @Override
  public void settle() {
    if (staged instanceof Run) {
      staged = null;
    }
  }

  @Override
  public int rest() {
    return staged instanceof Rest rest ? rest.length() : 0;
  }

  @Override
  public void cut(int most) {
    if (staged instanceof Rest rest) {
      rest.cut(most);
      if (rest.length() == 0) {
        staged = null;
      }
    }
  }
}
