package dev.millrace.bench;

import static dev.millrace.http.Response.stream;
import static dev.millrace.http.Response.text;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.engine.Tls;
import dev.millrace.http.Limits;
import dev.millrace.stream.LiveStream;
import java.time.Duration;

/** The framework as a benchmark sees it: {@code PORT [TLS_PORT]}. */
final class MillraceServer {
  private static final int MILLION = 1_000_000;

  private record Reading(int id, String name, double value, String unit) {}

  private MillraceServer() {}

  public static void main(String[] arguments) {
    if (arguments.length < 1 || arguments.length > 2) {
      System.err.println("usage: serve PORT [TLS_PORT]");
      System.exit(2);
    }
    ServerOptions options = ServerOptions.DEFAULT.listen(Integer.parseInt(arguments[0]));
    if (arguments.length == 2) {
      options = options.listen(Integer.parseInt(arguments[1]), Tls.selfSigned());
    }
    // A load may need readers that take nothing for longer than they would be kept otherwise.
    int stallSeconds = Integer.getInteger("bench.stall.seconds", 0);
    if (stallSeconds > 0) {
      options = options.limits(Limits.DEFAULT.stallTime(Duration.ofSeconds(stallSeconds)));
    }
    app().start(options);
  }

  static Millrace app() {
    Millrace app = Millrace.create();
    app.get("/hello", request -> text("Hello World"));
    app.stream("/idle", MillraceServer::idle);
    app.get(
        "/burst",
        request -> {
          int events = request.query("n", Integer::parseInt).orElse(MILLION);
          return stream(out -> burst(out, events));
        });
    app.get(
        "/burst-json",
        request -> {
          int events = request.query("n", Integer::parseInt).orElse(MILLION);
          return stream(out -> burstJson(out, events));
        });
    Exports.routes(app);
    WebSockets.routes(app);
    RoomRoutes.routes(app);
    app.get("/stats", request -> text(ServerStats.text()));
    app.get("/stats-watched", request -> text(ServerStats.watched()));
    return app;
  }

  /** Silent from the first, or after some events: {@code ?events=1}. */
  private static void idle(LiveStream out) {
    int events = out.request().query("events", Integer::parseInt).orElse(0);
    for (int id = 1; id <= events; id++) {
      out.send(new Reading(id, "sensor-17", 21.5, "C"));
    }
    out.keepOpen();
  }

  private static void burst(LiveStream out, int events) {
    for (int id = 1; id <= events; id++) {
      out.send("{\"id\":" + id + ",\"name\":\"sensor-17\",\"value\":21.5,\"unit\":\"C\"}");
    }
  }

  private static void burstJson(LiveStream out, int events) {
    for (int id = 1; id <= events; id++) {
      out.send(new Reading(id, "sensor-17", 21.5, "C"));
    }
  }
}
