package dev.millrace.demo.examples;

import static dev.millrace.http.Response.json;
import static java.time.Duration.ofSeconds;

import dev.millrace.Millrace;
import dev.millrace.http.Check;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.room.RoomOptions;
import dev.millrace.route.Routes;
import dev.millrace.stream.LiveStream;
import dev.millrace.stream.StreamOptions;

/** A room that all tabs of a browser read over one connection. */
final class Tabs implements Shown {
  private static final String NAME = "1 to 40 letters, digits, - or _";

  // <tabs>
  record Turn(String room, String by) {
    Turn {
      Check.that("room", room, Tabs::isName, NAME).and("by", by, Tabs::isName, NAME).done();
    }
  }

  record Turned(String by) {}

  record Sent(boolean success, String messageId) {}

  record Count(int connections) {}

  // </tabs>

  private final Millrace app;

  Tabs(Millrace app) {
    this.app = app;
    // <tabs>
    app.rooms("tabs/*", RoomOptions.DEFAULT.keep(100));
    // </tabs>
  }

  @Override
  public Example about() {
    return Example.client(
        Tabs.class,
        "tabs",
        "One connection, every tab",
        "stream(url, { shared: true }) is one connection for all tabs of a browser: a SharedWorker"
            + " holds it or, where there is none, one of the tabs. Open as many as you like, turn"
            + " the wheel in any of them, and close the first: the server’s count stays at one, and"
            + " no turn is lost.",
        "GET",
        "/tabs",
        "tabs");
  }

  @Override
  public void routes(Routes routes) {
    // <tabs>
    var retry = StreamOptions.DEFAULT.retry(ofSeconds(1));
    routes.stream("/tabs", this::listen, retry);
    routes.post("/tabs", this::turn);
    routes.get("/tabs/connections", this::count);
    // </tabs>
  }

  // <tabs>
  private void listen(LiveStream out) {
    out.join(roomOf(out.request())); // behind its Last-Event-ID
  }

  private Response turn(Request request) {
    var turn = request.body(Turn.class);
    var room = app.room("tabs/" + turn.room());
    var position = room.send("turn", new Turned(turn.by()));
    return json(new Sent(true, position.toString()));
  }

  /** Of the room, however many tabs are behind them. */
  private Response count(Request request) {
    return json(new Count(app.room(roomOf(request)).size()));
  }

  // </tabs>

  private static String roomOf(Request request) {
    String name = request.query("room").orElse("mill");
    Check.that("room", name, isName(name), NAME).done();
    return "tabs/" + name;
  }

  private static boolean isName(String text) {
    return text.matches("[\\p{L}\\p{N}_-]{1,40}");
  }
}
