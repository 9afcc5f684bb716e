package dev.millrace.engine;

import dev.millrace.room.Audience;
import dev.millrace.room.Join;
import dev.millrace.room.Membership;
import dev.millrace.room.Place;
import dev.millrace.room.Port;
import dev.millrace.room.Rooms;
import dev.millrace.stream.CloseReason;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.stream.Outbound;
import dev.millrace.stream.Turns;
import dev.millrace.stream.Wire;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The half of a stream that is in rooms. A superclass for the same reason as {@link Sending}.
 *
 * <p>What a handler joins before it has returned, or has begun to pull, begins to flow together, so
 * that a client which comes back is given what it has missed in all of them in one order. A handler
 * that goes on is waited for no longer than {@link #GATHERED} after it has joined.
 */
abstract class Joining extends Sending implements Port {
  private static final long GATHERED = 100_000_000;

  /** {@code null} until it is needed: most streams join nothing. */
  private volatile @Nullable Place place;

  /** When something was last joined, while that has not begun to flow; 0 for not. */
  private volatile long joinedAt;

  private volatile boolean sawEnd;

  /** What is joined from now on flows at once. */
  private volatile boolean gathered;

  Joining(Wire wire, Outbound outbound, @Nullable Declared declared) {
    super(wire, outbound, declared);
  }

  abstract Dispatcher dispatcher();

  abstract Lifecycle lifecycle();

  abstract Exchange exchange();

  abstract StreamClock clock();

  abstract void close(CloseReason reason);

  /** Has something run in the mailbox. On the loop. */
  abstract void begin(Runnable work);

  /** Ends so that the client sees that something is missing. */
  abstract void endShort(CloseReason reason);

  // --- what users do ---

  @Override
  public final Membership join(String room, Join how) {
    lifecycle().hold();
    Rooms.Admission admission;
    try {
      String token = gathered ? null : lastEventId().orElse(null);
      admission = rooms().join(this, request(), room, how, token);
    } catch (Throwable e) {
      left();
      throw e;
    }
    Membership joined = admission.membership();
    if (admission.isOver()) {
      sawEnd = true;
      left();
      return joined;
    }
    open();
    if (gathered) {
      exchange().loop().execute(() -> place().flow());
    } else {
      joinedAt = Math.max(1, dispatcher().time().nanoTime());
      exchange().loop().execute(() -> clock().lookAfter(GATHERED));
    }
    return joined;
  }

  @Override
  public final Audience to(String room) {
    return rooms().audience(room, this);
  }

  @Override
  final boolean isInRoom() {
    return lifecycle().isHeld();
  }

  // --- when it flows ---

  /** The handler has returned, or pulls. */
  final void gather() {
    if (!gathered) {
      gathered = true;
      joinedAt = 0;
      joinRoute();
      if (place != null) {
        exchange().loop().execute(() -> place().flow());
      }
    }
  }

  /** Joins what its route broadcasts to, if it does. */
  void joinRoute() {}

  /**
   * Has what was joined flow if it is time. On the loop.
   *
   * @return the nanoseconds until it is to look again; 0 for never
   */
  final long tickRooms(long now) {
    long at = joinedAt;
    if (at == 0) {
      return 0;
    }
    if (now - at < GATHERED) {
      return at + GATHERED - now;
    }
    joinedAt = 0;
    gathered = true;
    place().flow();
    begin(this::flowWithRoute);
    return 0;
  }

  private void flowWithRoute() {
    joinRoute();
    exchange().loop().execute(() -> place().flow());
  }

  /** The stream has ended. On the loop. */
  final void leaveAll() {
    Place kept = place;
    if (kept != null) {
      kept.close();
    }
  }

  // --- as its rooms see it ---

  @Override
  public final Rooms rooms() {
    return dispatcher().rooms();
  }

  @Override
  public final Place place() {
    Place made = place;
    return made == null ? makePlace() : made;
  }

  private synchronized Place makePlace() {
    if (place == null) {
      place = Rooms.place(this);
    }
    return Objects.requireNonNull(place);
  }

  @Override
  public final Turns turns() {
    return exchange().loop();
  }

  @Override
  public final int fetch() {
    return exchange().fetch();
  }

  @Override
  public final void give() {
    exchange().look();
  }

  @Override
  public final void left() {
    if (lifecycle().release()) {
      close(CloseReason.of(Kind.COMPLETED));
    }
  }

  /** Whether a client came back for rooms of which it has had all, and is in no other. */
  final boolean isOver() {
    return sawEnd && !lifecycle().isHeld();
  }

  @Override
  public final void completed() {
    close(CloseReason.of(Kind.COMPLETED));
  }

  @Override
  public final void broken(Throwable failure) {
    close(CloseReason.failed(failure));
  }

  @Override
  public final void overtaken() {
    endShort(CloseReason.of(Kind.OVERTAKEN));
  }
}
