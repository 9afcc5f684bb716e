package dev.millrace.bench;

import dev.millrace.Millrace;
import dev.millrace.http.Response;
import dev.millrace.room.Join;
import dev.millrace.stream.LiveStream;

/** Rooms as a user of the framework writes them. */
final class RoomRoutes {
  private static final String ROOM = "bench";

  private RoomRoutes() {}

  static void routes(Millrace app) {
    app.stream("/sse", out -> out.join(ROOM));
    app.ws("/wsroom", socket -> socket.join(ROOM, Join.DEFAULT.bare()));
    app.post(
        "/publish",
        request -> {
          app.room(ROOM).send(request.text());
          return Response.accepted();
        });
    app.stream("/rooms", RoomRoutes::many);
  }

  /**
   * A member of many rooms that nobody else is in: {@code ?of=STREAM&count=100}, where each stream
   * of a run has a number of its own. Without rooms it is as silent as {@code /idle}.
   */
  private static void many(LiveStream out) {
    int stream = out.request().query("of", Integer::parseInt).orElse(0);
    int count = out.request().query("count", Integer::parseInt).orElse(0);
    for (int room = 0; room < count; room++) {
      out.join("room-" + stream + "-" + room);
    }
    out.keepOpen();
  }
}
