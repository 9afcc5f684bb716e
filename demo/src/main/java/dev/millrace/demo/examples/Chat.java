package dev.millrace.demo.examples;

import static dev.millrace.http.Response.json;
import static java.time.Duration.ofSeconds;

import dev.millrace.Millrace;
import dev.millrace.http.Check;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.room.Join;
import dev.millrace.room.PresenceOptions;
import dev.millrace.room.RoomOptions;
import dev.millrace.route.Routes;
import dev.millrace.stream.LiveSocket;
import dev.millrace.stream.LiveStream;
import dev.millrace.stream.StreamOptions;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rooms in which event streams and WebSockets meet. */
final class Chat implements Shown {

  // <chat>
  record Line(@Nullable String room, String username, String message) {
    Line {
      Check.that("room", room, isRoom(room), ROOM_NAME)
          .and("username", username, it -> isText(it, 40), "1 to 40 characters, not only spaces")
          .and("message", message, it -> isText(it, 2000), "1 to 2,000 characters, not only spaces")
          .done();
    }

    String in() {
      return room == null ? "lobby" : room;
    }
  }

  record Said(String username, String message, Instant time) {}

  record Sent(boolean success, String messageId) {}

  // </chat>

  private static final String ROOM_NAME = "1 to 250 characters, none of them a control character";

  private final Millrace app;

  Chat(Millrace app) {
    this.app = app;
    // <chat>
    var options = RoomOptions.DEFAULT.keep(1000);
    app.rooms("chat/*", options.presence(PresenceOptions.DEFAULT));
    // </chat>
  }

  @Override
  public Example about() {
    return Example.room(
        Chat.class,
        "chat",
        "A chat, over two wires at once",
        "One room, read as Server-Sent Events on the left and over a WebSocket on the right. Each"
            + " message has a position. Cut one side: three messages pass without it, and when it"
            + " comes back with its last position it is given exactly those.",
        "GET",
        "/chat/events",
        "chat");
  }

  @Override
  public void routes(Routes routes) {
    // <chat>
    var retry = StreamOptions.DEFAULT.retry(ofSeconds(1));
    routes.stream("/chat/events", this::listen, retry);
    routes.ws("/ws/chat/{room}", this::talk);
    routes.post("/chat/send", this::send);
    // </chat>
  }

  // <chat>
  private void listen(LiveStream out) {
    var request = out.request();
    out.join(roomOf(request.query("room").orElse("lobby")), as(request));
  }

  private void talk(LiveSocket socket) {
    var request = socket.request();
    var room = socket.join(roomOf(request.path("room")), as(request));
    socket.on(Line.class, line -> room.send("message", said(line)));
  }

  private Response send(Request request) {
    var line = request.body(Line.class);
    var room = app.room(roomOf(line.in()));
    var position = room.send("message", said(line));
    return json(new Sent(true, position.toString()));
  }

  /** Who is new is given the last fifty; who comes back, what he has missed. */
  private static Join as(Request request) {
    var join = Join.DEFAULT.history(50);
    return request.query("username").map(name -> join.as(member(name), Map.of())).orElse(join);
  }

  // </chat>

  private static Said said(Line line) {
    return new Said(line.username(), line.message(), Instant.now());
  }

  private static String member(String name) {
    Check.that("username", name, isText(name, 40), "1 to 40 characters, not only spaces").done();
    return name;
  }

  /** Chat has names of its own, so that nobody listens in other examples' rooms. */
  private static String roomOf(String name) {
    Check.that("room", name, isRoom(name), ROOM_NAME).done();
    return "chat/" + name;
  }

  /** What the rest of the name of a room may be; a room that is not named is the lobby. */
  private static boolean isRoom(@Nullable String name) {
    return name == null
        || (!name.isEmpty()
            && name.length() <= 250
            && name.codePoints().noneMatch(c -> Character.isISOControl(c) || isHalf(c)));
  }

  /** Half of a pair that means one character together. */
  private static boolean isHalf(int c) {
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
  }

  private static boolean isText(String text, int most) {
    return !text.isBlank() && text.length() <= most;
  }
}
