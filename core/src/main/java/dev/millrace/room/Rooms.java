package dev.millrace.room;

import dev.millrace.cluster.Backplane;
import dev.millrace.cluster.Link;
import dev.millrace.cluster.Position;
import dev.millrace.cluster.Retention;
import dev.millrace.http.HttpException;
import dev.millrace.http.Request;
import dev.millrace.json.JsonCodec;
import dev.millrace.stream.Turns;
import dev.millrace.time.TimeSource;
import dev.millrace.time.Timeout;
import java.util.Collections;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All rooms of an application, on one node. Users reach it by {@code Millrace.room} and {@code
 * LiveStream.join}; the rest is for engines. Thread-safe.
 */
public final class Rooms {
  /** What a room has that nothing was sent to. Never written. */
  static final Ring EMPTY = new Ring(Retention.DEFAULT, false);

  private static final long SWEEP = 1_000_000_000;

  /** How many rooms are looked at in one sweep: some milliseconds. */
  private static final int SWEPT = 10_000;

  private final ConcurrentHashMap<String, LiveRoom> live = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Turns, Lane> lanes = new ConcurrentHashMap<>();
  private final RoomPatterns patterns = new RoomPatterns();
  private final AtomicInteger numbers = new AtomicInteger();

  /** There are no loops any more. */
  private volatile boolean ended;

  /** Servers that run. */
  private final AtomicInteger starts = new AtomicInteger();

  private final Productions productions = new Productions(this::home);
  private volatile JsonCodec json = JsonCodec.standard();
  private volatile TimeSource time = TimeSource.system();
  private volatile @Nullable Turns home;
  private volatile @Nullable Backplane backplane;
  private volatile @Nullable Link link;

  /** All messages up to this sequence are where readers look, as far as this node hears of them. */
  private volatile long head;

  /** No rooms yet. */
  public Rooms() {}

  // --- setting up ---

  /** See {@code Millrace.rooms}. */
  public void options(String pattern, RoomOptions options) {
    patterns.set(pattern, options);
  }

  /**
   * See {@code Millrace.backplane}.
   *
   * @throws IllegalStateException when rooms have been used already
   */
  public synchronized void backplane(Backplane newBackplane) {
    if (link != null) {
      throw new IllegalStateException(
          "the backplane has been set after rooms were used (expected: before the start)");
    }
    backplane = newBackplane;
  }

  /**
   * The application starts.
   *
   * @param codec for what is sent
   * @param clock for all times
   * @param loop for timers that belong to no stream
   */
  public void start(JsonCodec codec, TimeSource clock, Turns loop) {
    json = codec;
    time = clock;
    home = loop;
    starts.incrementAndGet();
    ended = false;
    loop.execute(() -> loop.timers().schedule(new Sweep(loop), SWEEP));
  }

  /** Lets go of what is too old in rooms that nothing new comes to, some rooms at a time. */
  private final class Sweep extends Timeout {
    private final Turns loop;
    private Iterator<LiveRoom> rest = Collections.emptyIterator();

    private Sweep(Turns loop) {
      this.loop = loop;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // this loop, not one like it
    protected void expired() {
      if (home != loop) {
        return;
      }
      if (!rest.hasNext()) {
        rest = live.values().iterator();
      }
      long now = time.instant().toEpochMilli();
      for (int i = 0; i < SWEPT && rest.hasNext(); i++) {
        rest.next().expire(now);
      }
      Backplane used = backplane;
      if (used != null) {
        used.sweep();
      }
      loop.timers().schedule(this, SWEEP);
    }
  }

  /**
   * The application stops: interrupts its producers and waits for them a little.
   *
   * @param loop that it was started with; does nothing when it has been started again
   */
  @SuppressWarnings("ReferenceEquality") // this loop, not one like it
  public void stop(Turns loop) {
    if (home == loop) {
      productions.stop();
      home = null;
    }
  }

  // --- using ---

  /**
   * A handle to a room.
   *
   * @throws IllegalArgumentException when the name is none
   */
  public Room room(String name) {
    return new RoomHandle(this, RoomName.check(name));
  }

  /** A room, as a stream sends to it. */
  public Audience audience(String name, Port port) {
    return new Aimed(this, RoomName.check(name), port);
  }

  /**
   * What has become of a join.
   *
   * @param isOver whether the room's producer has ended, and the client has had all of it: then the
   *     stream has not joined
   */
  public record Admission(Membership membership, boolean isOver) {}

  /**
   * Has a stream join a room. On the joining thread; may block.
   *
   * @param token the position that the client has sent; {@code null} for none
   */
  public Admission join(Port port, Request request, String name, Join how, @Nullable String token) {
    RoomOptions options = admit(request, name);
    Member who = options.presence() == null ? null : how.member();
    // Here, because the codec is the user's code, and who joins is to hear what it does not like.
    Profile member = who == null ? null : Profile.of(who, json);
    LiveRoom room = enter(name, options);
    if (ended) {
      exit(room);
      port.left();
      return new Admission(new Joined(this, name, port), false);
    }
    room.expire(time.instant().toEpochMilli());
    Start start = room.start(how.after() == null ? token : how.after(), how.history());
    Membership joined = new Joined(this, name, port);
    if (start.gap() == null && room.isOver(start.from())) {
      exit(room);
      return new Admission(joined, true);
    }
    Cursor cursor = (Cursor) port.place();
    port.turns()
        .execute(() -> {
          if (!cursor.sit(room, start, how, member)) {
            exit(room);
            port.left();
          }
        });
    return new Admission(joined, false);
  }

  /**
   * Has a stream join what its route broadcasts to. On the joining thread; may block.
   *
   * @param route names it
   */
  public void joinRoute(Port port, String route) {
    String name = RoomName.hidden(route);
    LiveRoom room = enter(name, RoomOptions.DEFAULT);
    Start start = room.start(null, 0);
    Cursor cursor = (Cursor) port.place();
    port.turns()
        .execute(() -> {
          if (!cursor.sit(room, start, Join.DEFAULT, null)) {
            exit(room);
          }
        });
  }

  /** Whom a stream's route broadcasts to: all but itself. */
  public Recipients route(Port port, String route) {
    return new Sender(this, RoomName.hidden(route)).without(port);
  }

  /** A stream's place, for engines to keep. */
  public static Place place(Port port) {
    return new Cursor(port);
  }

  private RoomOptions admit(Request request, String name) {
    try {
      RoomName.check(name);
    } catch (IllegalArgumentException e) {
      throw new HttpException(400, String.valueOf(e.getMessage()));
    }
    RoomOptions options = patterns.of(name);
    try {
      if (!options.guard().admits(request, name)) {
        throw new HttpException(403, "this room may not be joined");
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the guard of room \"" + name + "\" failed", e);
    }
    return options;
  }

  // --- the table of rooms ---

  /** A room that has somebody in it, to be left by {@link #exit}. May block. */
  LiveRoom enter(String name, RoomOptions options) {
    LiveRoom room =
        live.compute(
            name,
            (key, there) -> {
              LiveRoom entered = there == null ? new LiveRoom(this, key, options) : there;
              entered.held++;
              return entered;
            });
    try {
      room.open();
    } catch (RuntimeException e) {
      exit(room);
      throw e;
    }
    return room;
  }

  /** Leaves a room, which is forgotten when nobody holds it. Never blocks. */
  void exit(LiveRoom room) {
    live.computeIfPresent(
        room.name(),
        (key, there) -> {
          // Another one, if all were forgotten meanwhile.
          there.held -= there == room ? 1 : 0;
          return there;
        });
    forget(room);
  }

  /** Forgets a room that nobody needs any more. */
  void forget(LiveRoom room) {
    boolean[] gone = {false};
    live.computeIfPresent(
        room.name(),
        (key, there) -> {
          gone[0] = there == room && there.isUnused();
          return gone[0] ? null : there;
        });
    if (gone[0]) {
      room.shut();
    }
  }

  /** A server of the application has stopped: after the last one, this node leaves the others. */
  public void stopped() {
    if (starts.decrementAndGet() == 0) {
      ended = true;
      for (LiveRoom room : live.values()) {
        if (live.remove(room.name(), room)) {
          room.shut();
        }
      }
      lanes.clear();
      detach();
    }
  }

  private synchronized void detach() {
    Link made = link;
    link = null;
    if (made != null) {
      made.close();
    }
  }

  @Nullable LiveRoom live(String name) {
    return live.get(name);
  }

  Lane lane(Turns turns) {
    return lanes.computeIfAbsent(turns, Lane::new);
  }

  // --- what rooms share ---

  Position append(String name, Payload payload) {
    RoomOptions options = RoomName.isHidden(name) ? RoomOptions.DEFAULT : patterns.of(name);
    int length = payload.size();
    if (length > options.maxPayload()) {
      throw new IllegalArgumentException(
          "a message of %d bytes to room \"%s\" (expected: at most %d; see RoomOptions.maxPayload)"
              .formatted(length, name, options.maxPayload()));
    }
    byte[] bytes = payload.toBytes();
    LiveRoom room = live.get(name);
    if (room != null && options.slowReaders() instanceof SlowReaders.Wait wait) {
      return room.pacing()
          .append(wait.most(), length, time, () -> link().append(name, bytes, options.retention()));
    }
    return link().append(name, bytes, options.retention());
  }

  Link link() {
    Link made = link;
    return made == null ? attach() : made;
  }

  private synchronized Link attach() {
    Link made = link;
    if (made == null) {
      Backplane used = backplane == null ? Backplane.inMemory(time) : backplane;
      backplane = used;
      made = used.attach();
      link = made;
    }
    return made;
  }

  String epoch() {
    return link().position().epoch();
  }

  String node() {
    return link().node();
  }

  Position position() {
    return link().position();
  }

  Position position(long sequence) {
    return link().position().at(sequence);
  }

  long head() {
    return head;
  }

  /** The backplane has delivered everything up to a sequence. One call at a time. */
  void heard(long sequence) {
    if (sequence > head) {
      head = sequence;
    }
  }

  int nextNumber() {
    return numbers.incrementAndGet();
  }

  JsonCodec json() {
    return json;
  }

  Productions productions() {
    return productions;
  }

  RoomOptions optionsOf(String name) {
    return patterns.of(name);
  }

  Presence presence(LiveRoom room, PresenceOptions options) {
    return new Presence(
        options,
        json,
        home(),
        (member, attributes) -> link().announce(room.name(), member, attributes),
        () -> {
          room.delivered();
          forget(room);
        });
  }

  private Turns home() {
    Turns loop = home;
    if (loop == null) {
      throw new IllegalStateException(
          "the application has not been started (expected: before rooms need timers)");
    }
    return loop;
  }
}
