package dev.millrace.room;

import dev.millrace.json.JsonCodec;
import dev.millrace.stream.Turns;
import dev.millrace.time.Timeout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is in one room, on all nodes. What its readers are told is numbered: a reader has a number,
 * as it has a place in the log, and nothing is queued for it.
 *
 * <p>The truth is a table under this object's monitor, which is held for a few instructions. What
 * follows from a change (a timer, a word to other nodes, the next update) is done on the home loop,
 * so in order: who changes something leaves one task there at most. What readers see is a {@link
 * Roll}, made of the table once per batch and replaced whole, so that no reader waits for anybody.
 *
 * <p>A node says that a member has left when her grace is over, by empty attributes, and takes her
 * back at once. One that is taken back without that word was on a node that has ended. She will
 * perhaps come here, so she has her grace here.
 *
 * <p>Where a member says different attributes at once, the newest hold, as each node has heard
 * them.
 */
final class Presence {
  /** Beyond these streams of this node are counted, and not who they are. */
  static final int MOST_MEMBERS = 100_000;

  private static final byte[] LEFT = {};

  /** Says to the other nodes who is present on this one. */
  interface Announcer {

    /**
     * Never blocks. Called on the home loop only.
     *
     * @param attributes empty when she has left for good; {@code null} takes a member back
     */
    void announce(String member, byte @Nullable [] attributes);
  }

  /** What a reader is told, and the number that it has then. */
  record Update(int version, Shared event) {}

  /** One member. Its fields are guarded by the monitor of its presence; its timer is the loop's. */
  private final class Attendance extends Timeout {
    private Profile shown;

    /** How many there are on this node. */
    private int streams;

    /** What her streams here say, or said when the grace began. */
    private @Nullable Profile local;

    /** What other nodes say, the newest last; {@code null} as long as none has. */
    private @Nullable Map<String, Profile> remote;

    /** What other nodes have been told. */
    private @Nullable Profile announced;

    /** Whether she is here by grace alone, as far as it is this node's to know. */
    private boolean leaving;

    /** Whether the timer is still to be set for that. */
    private boolean unset;

    /** Whether it has been. */
    private boolean set;

    /** Whether the loop will look at it. */
    private boolean touched;

    Attendance(Profile shown) {
      this.shown = shown;
    }

    boolean isElsewhere() {
      return remote != null && !remote.isEmpty();
    }

    @Override
    protected void expired() {
      graceOver(this);
    }
  }

  private final JsonCodec json;
  private final Turns home;
  private final Announcer announcer;
  private final Runnable onChange;
  private final int threshold;
  private final long batchNanos;
  private final long graceNanos;

  private final Map<String, Attendance> members = new LinkedHashMap<>();
  private List<Attendance> touched = new ArrayList<>();
  private int beyond;

  /** Whether there may be something to tell. */
  private boolean changed;

  private boolean batchRuns;
  private boolean loopAsked;

  private final Timeout batch =
      new Timeout() {
        @Override
        protected void expired() {
          tell();
        }
      };

  private volatile Roll roll = Roll.empty();
  private volatile int version = roll.version();

  /**
   * Nobody yet.
   *
   * @param home where the timers are
   * @param onChange called when there is a new version, and when {@link #isIdle} has become true
   *     without one; on the home loop, under no lock
   */
  Presence(
      PresenceOptions options, JsonCodec json, Turns home, Announcer announcer, Runnable onChange) {
    this.json = json;
    this.home = home;
    this.announcer = announcer;
    this.onChange = onChange;
    this.threshold = options.threshold();
    this.batchNanos = options.batch().toNanos();
    this.graceNanos = options.grace().toNanos();
  }

  /**
   * A stream of a member has joined on this node. Any thread; never blocks, but runs the codec.
   *
   * @throws IllegalArgumentException when her attributes cannot be written, or are longer than 4
   *     KiB; nothing has happened then, so {@link #left} must not follow
   */
  void joined(Member member) {
    joined(Profile.of(member, json));
  }

  /** The same without the codec: for loops. */
  void joined(Profile profile) {
    boolean ask;
    synchronized (this) {
      Attendance one = find(profile);
      if (one == null) {
        beyond++;
        changed = true;
      } else {
        one.streams++;
        one.leaving = false;
        if (one.local == null || !one.local.sameAs(profile)) {
          one.local = profile;
        }
        show(one, profile);
        touch(one);
      }
      ask = mustAsk();
    }
    ask(ask);
  }

  /** A stream of a member has left. Any thread; never blocks. */
  void left(String member) {
    boolean ask;
    synchronized (this) {
      Attendance one = members.get(member);
      if (one == null || one.streams == 0) {
        // One of those that came when the table was full.
        changed |= beyond > 0;
        beyond = Math.max(0, beyond - 1);
      } else if (--one.streams == 0) {
        linger(one);
      }
      ask = mustAsk();
    }
    ask(ask);
  }

  /**
   * Another node has said who is present on it.
   *
   * @param attributes as its {@link Announcer} had them
   */
  void present(String node, String member, byte @Nullable [] attributes) {
    boolean ask;
    synchronized (this) {
      if (attributes == null || attributes.length == 0) {
        Attendance one = members.get(member);
        if (one != null) {
          takeBack(one, node, attributes == null);
        }
      } else {
        Profile profile = Profile.heard(member, attributes);
        Attendance one = find(profile);
        if (one != null) {
          put(one, node, profile);
        }
      }
      ask = mustAsk();
    }
    ask(ask);
  }

  /** Who is present; empty above the threshold. Runs the codec. */
  List<Member> members() {
    List<Profile> present;
    synchronized (this) {
      present = listed();
    }
    return present == null ? List.of() : present.stream().map(each -> each.member(json)).toList();
  }

  /** The number of the newest update, never 0. Cheap: loops ask it for each reader. */
  int version() {
    return version;
  }

  /**
   * What comes next for a reader: the update behind the version it has had, or a snapshot if that
   * is not kept any more, or it has had none (0). Never waits.
   *
   * @return {@code null} when it has had everything; the same object for all readers of a version
   */
  @Nullable Update after(int seen) {
    return roll.after(seen);
  }

  /** Whether nobody is present and nothing is waited for, so that this can be forgotten. */
  synchronized boolean isIdle() {
    return members.isEmpty()
        && beyond == 0
        && !changed
        && !batchRuns
        && !loopAsked
        && touched.isEmpty()
        && roll.size() == 0;
  }

  // --- under the monitor ---

  private @Nullable Attendance find(Profile profile) {
    Attendance one = members.get(profile.id());
    if (one == null && members.size() < MOST_MEMBERS) {
      one = new Attendance(profile);
      members.put(profile.id(), one);
      changed = true;
    }
    return one;
  }

  private void put(Attendance one, String node, Profile profile) {
    if (one.remote == null) {
      one.remote = new LinkedHashMap<>(2);
    }
    one.remote.remove(node);
    one.remote.put(node, profile);
    if (one.local == null) {
      one.leaving = false;
      touch(one);
    }
    show(one, profile);
  }

  private void takeBack(Attendance one, String node, boolean ended) {
    if (one.remote == null || one.remote.remove(node) == null) {
      return;
    }
    if (ended && one.streams == 0 && one.remote.isEmpty()) {
      linger(one);
    } else if (one.streams == 0 && !one.leaving) {
      gone(one);
    } else {
      showAnother(one);
    }
  }

  private void linger(Attendance one) {
    if (graceNanos == 0) {
      gone(one);
    } else {
      one.leaving = true;
      one.unset = true;
      touch(one);
    }
  }

  private void gone(Attendance one) {
    one.leaving = false;
    one.local = null;
    if (one.isElsewhere()) {
      showAnother(one);
    } else {
      members.remove(one.shown.id());
      changed = true;
    }
    touch(one);
  }

  private void show(Attendance one, Profile profile) {
    changed |= !one.shown.sameAs(profile);
    one.shown = profile;
  }

  /** Whose words were shown may be gone: this node's own, then those of the newest. */
  private void showAnother(Attendance one) {
    List<Profile> said = new ArrayList<>();
    if (one.remote != null) {
      said.addAll(one.remote.values());
    }
    if (one.local != null) {
      said.add(one.local);
    }
    if (!said.isEmpty() && said.stream().noneMatch(one.shown::sameAs)) {
      show(one, said.getLast());
    }
  }

  /** The loop is to look at its timer and at what other nodes know. */
  private void touch(Attendance one) {
    if (!one.touched && (one.unset || one.set || !isAnnounced(one))) {
      one.touched = true;
      touched.add(one);
    }
  }

  private static boolean isAnnounced(Attendance one) {
    return one.local == null
        ? one.announced == null
        : one.announced != null && one.announced.sameAs(one.local);
  }

  private @Nullable List<Profile> listed() {
    if (beyond > 0 || members.size() > threshold) {
      return null;
    }
    return members.values().stream().map(one -> one.shown).toList();
  }

  private boolean mustAsk() {
    boolean ask = !loopAsked && (!touched.isEmpty() || (changed && !batchRuns));
    loopAsked |= ask;
    return ask;
  }

  // --- on the home loop ---

  private void ask(boolean needed) {
    if (needed) {
      home.execute(this::settle);
    }
  }

  /** Does what follows from changes. */
  private void settle() {
    boolean tellNow;
    List<Attendance> news = new ArrayList<>();
    synchronized (this) {
      loopAsked = false;
      for (Attendance one : touched) {
        one.touched = false;
        setTimer(one);
        if (!isAnnounced(one)) {
          news.add(one);
        }
      }
      touched = new ArrayList<>();
      tellNow = changed && !batchRuns && batchNanos == 0;
      if (changed && !batchRuns && !tellNow) {
        batchRuns = true;
        home.timers().schedule(batch, batchNanos);
      }
    }
    news.forEach(this::announce);
    if (tellNow) {
      tell();
    } else if (isIdle()) {
      onChange.run();
    }
  }

  private void setTimer(Attendance one) {
    if (!one.leaving) {
      home.timers().cancel(one);
      one.set = false;
    } else if (one.unset) {
      home.timers().schedule(one, graceNanos);
      one.set = true;
    }
    one.unset = false;
  }

  private void graceOver(Attendance one) {
    synchronized (this) {
      one.set = false;
      if (!one.leaving || one.unset) {
        return; // She has come back, or has even left once more.
      }
      gone(one);
    }
    settle();
  }

  private void announce(Attendance one) {
    Profile local;
    String id;
    synchronized (this) {
      if (isAnnounced(one)) {
        return;
      }
      local = one.local;
      one.announced = local;
      id = one.shown.id();
    }
    announcer.announce(id, local == null ? LEFT : local.attributes());
    if (local == null) {
      announcer.announce(id, null);
    }
  }

  /** Makes the next version, if anybody is to be told anything. */
  private void tell() {
    List<Profile> present;
    int size;
    synchronized (this) {
      batchRuns = false;
      changed = false;
      present = listed();
      size = members.size() + beyond;
    }
    Roll next = roll.next(present, size);
    if (next != null) {
      roll = next;
      version = next.version();
      onChange.run();
    } else if (isIdle()) {
      onChange.run();
    }
  }
}
