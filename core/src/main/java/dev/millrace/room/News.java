package dev.millrace.room;

import dev.millrace.json.JsonText;
import dev.millrace.stream.Event;
import dev.millrace.stream.Wire;
import java.nio.charset.StandardCharsets;

/** What a reader is told besides the messages of its rooms. On its loop. */
final class News {
  private News() {}

  /** Says something besides the messages; plain text has no place where it could be told apart. */
  static void tell(Port port, Event event) {
    if (port.wire() != Wire.RAW) {
      port.outbound().push(event);
    }
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

  /** Whether somebody has come or gone of whom the reader has not been told. */
  static boolean isFor(Seat seat) {
    return seat instanceof WideSeat wide && wide.room().hasNews(wide.seen);
  }

  /** Says who is present, if nothing else waits. */
  static void tell(Port port, Seat seat) {
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
