package dev.millrace.room;

import dev.millrace.cluster.History;
import dev.millrace.cluster.Link;
import dev.millrace.cluster.Position;
import dev.millrace.cluster.Stored;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A room that has members on this node: its log, as far as it is kept here, and its readers by
 * their loops. The backplane writes, one call at a time; loops read.
 */
final class LiveRoom implements Link.Listener {
  private static final Logger log = LoggerFactory.getLogger(LiveRoom.class);
  private static final AtomicReferenceFieldUpdater<LiveRoom, Section[]> SECTIONS =
      AtomicReferenceFieldUpdater.newUpdater(LiveRoom.class, Section[].class, "sections");
  private static final Section[] NONE = {};

  private final Rooms rooms;
  private final String name;
  private final RoomOptions options;
  private final @Nullable Presence presence;

  /** Empty rooms, of which there may be a million, share one that is never written. */
  private volatile Ring ring = Rooms.EMPTY;

  private volatile Section[] sections = NONE;
  private volatile @Nullable Tally tally;
  private volatile @Nullable Pacing pace;

  private Link.@Nullable Subscription subscription;

  /** How many hold it. Guarded by the table of rooms. */
  int held;

  LiveRoom(Rooms rooms, String name, RoomOptions options) {
    this.rooms = rooms;
    this.name = name;
    this.options = options;
    this.presence = options.presence() == null ? null : rooms.presence(this, options.presence());
  }

  String name() {
    return name;
  }

  RoomOptions options() {
    return options;
  }

  Ring ring() {
    return ring;
  }

  /** Whether nothing has ever come to it, as far as this node knows, nor anybody is present. */
  boolean isQuiet() {
    return ring == Rooms.EMPTY && presence == null;
  }

  @Nullable Presence presence() {
    return presence;
  }

  boolean isHidden() {
    return RoomName.isHidden(name);
  }

  boolean hasNews(int seen) {
    return presence != null && presence.version() != seen;
  }

  synchronized Tally tally() {
    if (tally == null) {
      tally = new Tally();
    }
    return tally;
  }

  RoomStats stats() {
    Ring kept = ring;
    Tally counted = tally;
    return (counted == null ? new Tally() : counted).stats(size(), kept.size(), kept.bytes());
  }

  // --- the backplane's side ---

  /** Begins to hear of the room, once; waits while another thread does. May block. */
  synchronized void open() {
    if (subscription == null) {
      subscription = rooms.link().subscribe(name, this);
    }
  }

  synchronized void shut() {
    if (subscription != null) {
      subscription.close();
    }
  }

  @Override
  public void history(History history) {
    if (history.evicted() > 0 || !history.entries().isEmpty()) {
      writable().missing(history.evicted());
      history.entries().forEach(this::add);
    }
    rooms.heard(history.head());
  }

  @Override
  public void entry(Stored stored) {
    add(stored);
    rooms.heard(stored.sequence());
  }

  private Ring writable() {
    Ring kept = ring;
    if (kept == Rooms.EMPTY) {
      kept = new Ring(options.retention(), options.slowReaders() == SlowReaders.ConflateByKey.ONLY);
      ring = kept;
    }
    return kept;
  }

  private void add(Stored stored) {
    try {
      writable().add(rooms.epoch(), stored, Payload.fromBytes(stored.payload()));
    } catch (IllegalArgumentException e) {
      log.error("room {}: message {} cannot be read", name, stored.sequence(), e);
    }
  }

  @Override
  public void delivered() {
    for (Section section : sections) {
      section.wake();
    }
  }

  @Override
  public void present(String node, String member, byte @Nullable [] attributes) {
    if (presence != null) {
      presence.present(node, member, attributes);
    }
  }

  // --- readers ---

  /** The readers on a loop. On that loop. */
  Section section(Lane lane) {
    for (Section section : sections) {
      if (section.lane == lane) {
        return section;
      }
    }
    Section added = new Section(this, lane);
    Section[] all;
    Section[] more;
    do {
      all = sections;
      more = Arrays.copyOf(all, all.length + 1);
      more[all.length] = added;
    } while (!SECTIONS.compareAndSet(this, all, more));
    return added;
  }

  /** Whether nobody holds it, and nobody in it is waited for. */
  boolean isUnused() {
    return held == 0 && (presence == null || presence.isIdle());
  }

  /** Lets go of what is too old, where nothing new does. */
  void expire(long nowMillis) {
    Ring kept = ring;
    if (kept != Rooms.EMPTY) {
      kept.expire(nowMillis);
    }
  }

  /** For rooms whose senders wait for readers: a reader has been given something. */
  void moved() {
    Pacing pacing = pace;
    if (pacing != null) {
      pacing.moved();
    }
  }

  /** What makes its senders wait. */
  synchronized Pacing pacing() {
    Pacing pacing = pace == null ? new Pacing(this) : pace;
    pace = pacing;
    return pacing;
  }

  Section[] sections() {
    return sections;
  }

  int size() {
    int size = 0;
    for (Section section : sections) {
      size += section.size();
    }
    return size;
  }

  /** A reader has taken its seat. On its loop. */
  void joined(Seat seat) {
    if (seat instanceof WideSeat wide && wide.member != null && presence != null) {
      presence.joined(wide.member);
    }
    Pacing pacing = pace;
    if (pacing != null) {
      pacing.joined();
    }
    rooms.productions().joined(name);
  }

  /** A reader has given up its seat. On its loop. */
  void left(Seat seat) {
    if (seat instanceof WideSeat wide && wide.member != null && presence != null) {
      presence.left(wide.member.id());
    }
    moved(); // who waited for it waits for the others now
    rooms.productions().left(name);
    rooms.exit(this);
  }

  /**
   * Where a client begins.
   *
   * @param token the position that it has sent; {@code null} for none
   * @param history how many messages it is given without one
   */
  Start start(@Nullable String token, int history) {
    // Of what nobody here listens to the rooms hear nothing, but a page may have its position.
    long live = Math.max(rooms.link().position().sequence(), rooms.head()) + 1;
    if (token == null || token.isEmpty()) {
      return new Start(history == 0 ? live : newest(history, live), null);
    }
    Optional<Position> parsed = Position.parse(token);
    String shown = token.length() > 64 ? token.substring(0, 64) : token;
    if (parsed.isEmpty()) {
      return lost(shown, live, "malformed");
    }
    Position position = parsed.get();
    if (!position.epoch().equals(rooms.epoch())) {
      return lost(shown, ring.evicted() + 1, "epoch");
    }
    if (position.sequence() >= live) {
      return lost(shown, live, "future");
    }
    long next = position.sequence() + 1;
    long missed = missed(next, ring.from(next));
    return missed >= next ? lost(shown, missed + 1, "expired") : new Start(next, null);
  }

  private Start lost(String token, long from, String reason) {
    return new Start(from, News.gap(token, rooms.position(from - 1).toString(), reason));
  }

  private long newest(int count, long live) {
    Entry newest = ring.newest();
    if (newest == null) {
      return live;
    }
    Entry entry = null;
    for (long at = Math.max(0, newest.index - count + 1); entry == null && at <= newest.index; ) {
      entry = ring.at(at++);
    }
    return entry == null ? live : entry.sequence;
  }

  /**
   * Whether a client has had all of a room whose producer has ended. An end that says nothing is
   * given to nobody: who has had the last message before it has had all.
   */
  boolean isOver(long from) {
    Entry newest = ring.newest();
    if (newest == null || !newest.isEnd()) {
      return false;
    }
    return from > (newest.size() == 0 ? newest.previous : newest.sequence);
  }

  /**
   * The sequence of the last message that a reader has not been given and cannot be any more.
   *
   * @param place where the reader is
   * @param first what it would be given next
   * @return below its place when nothing is missing
   */
  long missed(long place, @Nullable Entry first) {
    Ring kept = ring;
    if (options.slowReaders() == SlowReaders.ConflateByKey.ONLY) {
      return kept.lost();
    }
    return first == null ? kept.evicted() : first.previous;
  }

  /** Whether the policy for slow readers leaves out a message, because a later one will do. */
  boolean skips(Entry entry, Ring kept, long limit) {
    return switch (options.slowReaders()) {
      case SlowReaders.ConflateByKey policy -> entry.isReplaced(limit);
      case SlowReaders.Sample sample -> {
        Entry following = kept.at(entry.index + 1);
        yield following != null
            && following.sequence <= limit
            && !following.isEnd()
            && period(following, sample) == period(entry, sample);
      }
      default -> false;
    };
  }

  private static long period(Entry entry, SlowReaders.Sample sample) {
    return (long) (entry.millis * sample.perSecond() / 1000);
  }
}
