package dev.millrace.room;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rooms of one stream, and where it is in them: one number for all, and another one for those
 * few that it is not served from there. A superclass of {@link Cursor} and not a part, because
 * there may be a hundred thousand. Belongs to the loop.
 */
abstract sealed class Seats permits Cursor {
  private static final Seat[] NONE = {};

  final Port port;

  /** The sequence of the first message that the stream may still be given. */
  long next;

  /** A {@link Seat}, or an array of several. */
  private Object seats = NONE;

  /**
   * The one of two seats that has to be looked at, while the other's room is {@link #quiet}. Each
   * socket that listens has such a pair: a room, and what its route broadcasts to, which hardly any
   * route does.
   */
  private @Nullable Seat loud;

  /** The other seat's room. All readers of a route share it, so the processor has it near. */
  private @Nullable LiveRoom quiet;

  Seats(Port port) {
    this.port = port;
  }

  /**
   * The seat, if there is just one that may have something. Whatever a room has up to the head that
   * the caller has read before is seen.
   */
  final @Nullable Seat only() {
    LiveRoom silent = quiet;
    if (silent != null && silent.isQuiet()) {
      return loud;
    }
    return seats instanceof Seat one ? one : null;
  }

  private void pair() {
    boolean pair = seats instanceof Seat[] many && many.length == 2;
    loud = null;
    quiet = null;
    if (pair) {
      Seat[] both = seatArray();
      boolean first = both[0].room().isHidden();
      quiet = both[first ? 0 : 1].room();
      loud = both[first ? 1 : 0];
    }
  }

  /** Reads a little of each, so that the processor has them near. */
  final int fetchSeats() {
    int sum = 0;
    if (loud == null && seats instanceof Seat[] many) {
      for (Seat seat : many) {
        sum += seat.index;
      }
    }
    return sum;
  }

  /** Goes back, for the sake of one room: the others have given what lies between. */
  final void rewind(long to) {
    for (Seat seat : seatArray()) {
      wide(seat).from(next);
    }
    next = to;
  }

  final WideSeat wide(Seat seat) {
    if (seat instanceof WideSeat already) {
      return already;
    }
    WideSeat wide = new WideSeat(seat.section, seat.cursor, null);
    seat.section.replace(seat, wide);
    if (seats instanceof Seat[] many) {
      many[Arrays.asList(many).indexOf(seat)] = wide;
    } else {
      seats = wide;
    }
    pair();
    return wide;
  }

  final boolean isHiddenOnly() {
    return seats instanceof Seat only && only.room().isHidden();
  }

  final int size() {
    return seats instanceof Seat[] many ? many.length : 1;
  }

  final Seat[] seatArray() {
    return seats instanceof Seat[] many ? many : new Seat[] {(Seat) seats};
  }

  final @Nullable Seat seat(LiveRoom room) {
    for (Seat seat : seatArray()) {
      if (seat.room() == room) {
        return seat;
      }
    }
    return null;
  }

  final void add(Seat seat) {
    Seat[] all = seatArray();
    if (all.length == 0) {
      seats = seat;
    } else {
      Seat[] more = Arrays.copyOf(all, all.length + 1);
      more[all.length] = seat;
      seats = more;
    }
    pair();
  }

  final void remove(Seat seat) {
    Seat[] all = seatArray();
    Seat[] fewer = Arrays.stream(all).filter(each -> each != seat).toArray(Seat[]::new);
    seats = fewer.length == 1 ? fewer[0] : fewer;
    pair();
  }

  /** The sequence of the first message of a room that it may still be given. */
  final long place(Seat seat) {
    return Math.max(next, seat.from());
  }

  /** Goes past what a room has lost; the seat may be another one then. */
  final Seat goOn(Seat seat, long from) {
    if (seats instanceof Seat[]) {
      WideSeat wide = wide(seat);
      wide.from(from);
      return wide;
    }
    next = Math.max(next, from);
    return seat;
  }

  final int roomCount() {
    int rooms = 0;
    for (Seat seat : seatArray()) {
      rooms += seat.room().isHidden() ? 0 : 1;
    }
    return rooms;
  }

  final Rooms rooms() {
    return port.rooms();
  }
}
