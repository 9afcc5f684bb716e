package dev.millrace.demo.examples;

import dev.millrace.Millrace;
import dev.millrace.http.Check;
import dev.millrace.room.Join;
import dev.millrace.room.RoomOptions;
import dev.millrace.route.Routes;
import dev.millrace.stream.LiveSocket;
import java.time.Instant;

/** A handler that hears each message of an outbox once, whatever becomes of the connection. */
final class OutboxSocket implements Shown {
  private static final String NAME = "1 to 40 letters, digits, - or _";

  // <ws-outbox>
  record Line(String text) {
    Line {
      boolean fits = !text.isBlank() && text.length() <= 500;
      Check.that("text", text, fits, "1 to 500, not blank").done();
    }
  }

  record Heard(String text, Instant time) {}

  // </ws-outbox>

  OutboxSocket(Millrace app) {
    // <ws-outbox>
    app.rooms("outbox/*", RoomOptions.DEFAULT.keep(200));
    // </ws-outbox>
  }

  @Override
  public Example about() {
    return Example.client(
        OutboxSocket.class,
        "ws-outbox",
        "An outbox",
        "socket(url, { outbox: true }) keeps what you send until the server has given it to its"
            + " handler. Cut the connection, go on writing, and mend it: what has waited leaves in"
            + " order, and what was under way when it broke is heard once. The handler notices"
            + " nothing of all that.",
        "WS",
        "/ws/outbox",
        "outbox");
  }

  @Override
  public void routes(Routes routes) {
    // <ws-outbox>
    routes.ws("/ws/outbox", this::hear);
    // </ws-outbox>
  }

  // <ws-outbox>
  private void hear(LiveSocket socket) {
    var all = Join.DEFAULT.fromStart(); // or behind the position
    var room = socket.join(roomOf(socket), all);
    socket.on(Line.class, line -> room.send("heard", heard(line)));
  }

  private static Heard heard(Line line) {
    return new Heard(line.text(), Instant.now());
  }

  // </ws-outbox>

  private static String roomOf(LiveSocket socket) {
    String name = socket.request().query("room").orElse("mill");
    Check.that("room", name, name.matches("[\\p{L}\\p{N}_-]{1,40}"), NAME).done();
    return "outbox/" + name;
  }
}
