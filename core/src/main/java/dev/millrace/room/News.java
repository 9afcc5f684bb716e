package dev.millrace.room;

import dev.millrace.json.JsonText;
import dev.millrace.stream.Event;
import dev.millrace.stream.Wire;
import java.nio.charset.StandardCharsets;

/** What a reader is told besides the messages of its rooms. On its loop. */
final class News {
  private News() {}

  /**
   * Says something besides the messages; plain text has no place where it could be told apart.
   *
   * @return {@code false} when it cannot be said any more
   */
  static boolean tell(Port port, Event event) {
    return port.wire() == Wire.RAW || port.outbound().push(event);
  }

  /** The event that says that messages are missing. It has no id: the next message has. */
  static Event gap(String from, String to, String reason) {
    String json =
        "{\"from\":"
            + JsonText.quote(from)
            + ",\"to\":\""
            + to
            + "\",\"reason\":\""
            + reason
            + "\"}";
    return new Event(json.getBytes(StandardCharsets.UTF_8), "gap", null, null, null);
  }

  /** The same to a reader that was too slow. */
  static Event overtaken(Rooms rooms, long from, long to) {
    String after = rooms.position(from).toString();
    return gap(after, rooms.position(to).toString(), "overtaken");
  }

  /** Whether somebody has come or gone of whom a reader has not been told. */
  static boolean isFor(Seats seats) {
    Seat only = seats.only();
    if (only != null) {
      return isFor(only);
    }
    for (Seat seat : seats.seatArray()) {
      if (isFor(seat)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isFor(Seat seat) {
    return seat instanceof WideSeat wide && wide.room().hasNews(wide.seen);
  }

  /** Says who is present, one room at a time: when that has left there is time for the next. */
  static void tell(Seats seats) {
    Seat only = seats.only();
    if (only != null) {
      tell(seats.port, only);
      return;
    }
    for (Seat seat : seats.seatArray()) {
      tell(seats.port, seat);
    }
  }

  private static void tell(Port port, Seat seat) {
    if (seat instanceof WideSeat wide && isFor(seat) && !port.outbound().isWaiting()) {
      Presence presence = seat.room().presence();
      Presence.Update update = presence == null ? null : presence.after(wide.seen);
      if (update != null) {
        Payload payload = update.event().payload();
        wide.seen = update.version();
        tell(port, new Event(payload.data(), payload.name(), null, null, null));
      }
    }
  }
}
