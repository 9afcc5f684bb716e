package dev.millrace.netty;

import dev.millrace.Millrace;
import dev.millrace.Server;
import dev.millrace.ServerOptions;
import dev.millrace.engine.Limit;
import dev.millrace.engine.Transport.Io;
import dev.millrace.http.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A server for a process of its own that is given few file descriptors. Runs until its standard
 * input ends.
 */
final class PoorServer {
  private PoorServer() {}

  /**
   * Starts.
   *
   * @param args the kind of I/O, and a file for the port
   */
  public static void main(String[] args) throws IOException {
    Millrace app = Millrace.create();
    Server[] self = new Server[1];
    app.get("/a", request -> Response.text("a"));
    app.get("/failed", request -> Response.text("" + self[0].counters().limited(Limit.ACCEPT)));
    app.stream("/s", out -> out.every(Duration.ofMillis(100), () -> out.send("tick")));
    self[0] = app.start(ServerOptions.DEFAULT.listen(0).io(Io.valueOf(args[0])));
    Path port = Path.of(args[1]);
    Path whole = port.resolveSibling("whole");
    Files.writeString(whole, Integer.toString(self[0].port()));
    Files.move(whole, port);
    while (System.in.read() >= 0) {
      // Nothing is sent.
    }
    self[0].stop(Duration.ZERO);
  }
}
