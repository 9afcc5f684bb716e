package dev.millrace.room;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The readers of one room on one loop. Belongs to the loop, but for {@link #wake}.
 *
 * <p>A walk gives each reader what is new to it. It is begun once, however many messages come
 * meanwhile, and begun anew at its end if some have. Every so many readers it lets the loop look at
 * its other sockets.
 */
final class Section implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Section.class);

  /** About a millisecond of a loop's time. */
  private static final int AT_ONCE = 256;

  private static final int FETCHED = 16;

  private static final int IDLE = 0;
  private static final int WOKEN = 1;
  private static final int WALKING = 2;
  private static final int AGAIN = 3;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Section.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final LiveRoom room;
  final Lane lane;
  private @Nullable Seat[] seats = new @Nullable Seat[1];

  /** Written on the loop only; read by who asks for numbers. */
  private volatile int size;

  @SuppressWarnings("unused") // by its handle
  private volatile int state;

  @SuppressWarnings("unused") // so that what is read for it is not left out
  private int fetched;

  /** Where the walk is: all seats from here on have had their turn. */
  private int at;

  Section(LiveRoom room, Lane lane) {
    this.room = room;
    this.lane = lane;
  }

  int size() {
    return size;
  }

  // --- from any thread ---

  /** There may be something new. */
  void wake() {
    while (true) {
      int now = (int) STATE.getVolatile(this);
      if (now == WOKEN || now == AGAIN) {
        return;
      }
      if (now == IDLE && STATE.compareAndSet(this, IDLE, WOKEN)) {
        lane.turns.execute(this);
        return;
      }
      if (now == WALKING && STATE.compareAndSet(this, WALKING, AGAIN)) {
        return;
      }
    }
  }

  // --- on the loop ---

  @Override
  public void run() {
    // Before the head is read, so that what is appended after that begins another walk.
    STATE.setVolatile(this, WALKING);
    at = size;
    step();
  }

  /**
   * From the last seat to the first, because a seat that is given up is filled with the last one:
   * that has had its turn.
   */
  private void step() {
    int left = AT_ONCE;
    while (at > 0 && left > 0) {
      if (left % FETCHED == 0) {
        fetch();
      }
      at = Math.min(at, size) - 1;
      if (at >= 0) {
        Seat seat = seats[at];
        if (seat != null) {
          give(seat);
        }
      }
      left--;
    }
    if (at > 0) {
      lane.turns.nextTurn(this::step);
    } else if (!STATE.compareAndSet(this, WALKING, IDLE)) {
      lane.turns.nextTurn(this);
    }
  }

  /**
   * Reads a little of each of the next readers. Ten thousand of them lie all over the memory, and a
   * processor waits for one place at a time while it goes from object to object; here it waits for
   * several at once. A twentieth of the whole.
   */
  private void fetch() {
    int sum = 0;
    int from = Math.min(at, size);
    for (int i = Math.max(0, from - FETCHED); i < from; i++) {
      Seat seat = seats[i];
      sum += seat == null ? 0 : seat.cursor.fetch();
    }
    fetched = sum;
  }

  /** One reader's failure is not the others'. */
  private void give(Seat seat) {
    try {
      seat.cursor.give();
    } catch (RuntimeException e) {
      log.error("a reader of room {} failed", room.name(), e);
      seat.cursor.fail(e);
    }
  }

  void add(Seat seat) {
    int last = size;
    if (last == seats.length) {
      seats = Arrays.copyOf(seats, last + (last >> 2) + 1);
    }
    seats[last] = seat;
    seat.index = last;
    size = last + 1;
  }

  void remove(Seat seat) {
    int index = seat.index;
    if (index < 0) {
      return;
    }
    int last = size - 1;
    Seat moved = seats[last];
    seats[last] = null;
    if (moved != null && index < last) {
      seats[index] = moved;
      moved.index = index;
    }
    seat.index = -1;
    size = last;
    if (seats.length > 16 && last < seats.length / 4) {
      seats = Arrays.copyOf(seats, seats.length / 2);
    }
  }

  /** The lowest place of a reader; the highest number when there is none. */
  long slowest() {
    long lowest = Long.MAX_VALUE;
    for (int i = 0; i < size; i++) {
      Seat seat = seats[i];
      lowest = seat == null ? lowest : Math.min(lowest, seat.cursor.place(seat));
    }
    return lowest;
  }

  /** Ends the streams of readers that have not been given a message. */
  void disconnect(long sequence) {
    for (int i = size - 1; i >= 0; i--) {
      Seat seat = i < size ? seats[i] : null;
      if (seat != null && seat.cursor.place(seat) <= sequence) {
        seat.cursor.disconnect(room);
      }
    }
  }

  /** Puts another seat of the same reader in the place of one. */
  void replace(Seat old, Seat with) {
    if (old.index >= 0) {
      seats[old.index] = with;
      with.index = old.index;
      old.index = -1;
    }
  }
}
