package dev.millrace.demo.examples;

import static dev.millrace.http.Response.json;

import dev.millrace.Millrace;
import dev.millrace.http.Check;
import dev.millrace.http.HttpException;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.room.Join;
import dev.millrace.room.RoomOptions;
import dev.millrace.route.Routes;
import dev.millrace.stream.LiveStream;
import java.time.Instant;

/** A room for each user, which nobody else may join. */
final class Notifications implements Shown {
  private static final String NAME = "1 to 40 letters, digits, - or _";

  // <notifications>
  record Notice(String user, String text) {
    Notice {
      Check.that("user", user, Notifications::isName, NAME)
          .and("text", text, it -> !it.isBlank() && it.length() <= 500, "1 to 500 characters")
          .done();
    }
  }

  record Note(String text, Instant time) {}

  record Sent(boolean success, String messageId) {}

  // </notifications>

  private final Millrace app;

  Notifications(Millrace app) {
    this.app = app;
    // <notifications>
    app.rooms("user/*", RoomOptions.DEFAULT.keep(100).guard(this::isHers));
    // </notifications>
  }

  @Override
  public Example about() {
    return Example.room(
        Notifications.class,
        "notifications",
        "Notifications for one user",
        "Each user has a room, and the room’s guard lets nobody else join: it is asked at each"
            + " join, also of a client that comes back. Here you are who the query says; in earnest"
            + " a session would say it.",
        "GET",
        "/notifications",
        "notifications");
  }

  @Override
  public void routes(Routes routes) {
    // <notifications>
    routes.stream("/notifications", this::listen);
    routes.post("/notifications", this::tell);
    // </notifications>
  }

  // <notifications>
  private boolean isHers(Request request, String room) {
    return room.equals("user/" + me(request));
  }

  /** One’s own, unless the query says whose. */
  private void listen(LiveStream out) {
    var request = out.request();
    var whose = request.query("of").orElseGet(() -> me(request));
    out.join("user/" + name(whose), Join.DEFAULT.history(10));
  }

  private Response tell(Request request) {
    var notice = request.body(Notice.class);
    var room = app.room("user/" + notice.user());
    var note = new Note(notice.text(), Instant.now());
    return json(new Sent(true, room.send("notification", note).toString()));
  }

  // </notifications>

  private static String me(Request request) {
    return name(
        request
            .query("user")
            .orElseThrow(() -> new HttpException(400, "user: missing (expected: " + NAME + ")")));
  }

  private static String name(String text) {
    Check.that("user", text, isName(text), NAME).done();
    return text;
  }

  private static boolean isName(String text) {
    return text.matches("[\\p{L}\\p{N}_-]{1,40}");
  }
}
