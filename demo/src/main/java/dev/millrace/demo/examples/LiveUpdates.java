package dev.millrace.demo.examples;

import static java.time.Duration.ofSeconds;

import dev.millrace.route.Routes;
import dev.millrace.stream.LiveSocket;
import dev.millrace.stream.SocketOptions;
import dev.millrace.websocket.Deflate;
import java.time.Instant;
import java.util.Map;

/** Timers that belong to the socket. */
final class LiveUpdates implements Shown {
  private final Machine machine;

  LiveUpdates(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Example about() {
    return Example.socket(
        LiveUpdates.class,
        "ws-live-updates",
        "Updates",
        "Timers keep the socket open and end with it. What has a name travels in an envelope. "
            + "Messages of 128 bytes and more are compressed for browsers that offer it.",
        "/ws/live-updates",
        "socket-live");
  }

  @Override
  public void routes(Routes routes) {
    // <ws-live-updates>
    var small = SocketOptions.DEFAULT.deflate(Deflate.ON);
    routes.ws("/ws/live-updates", this::update, small);
    // </ws-live-updates>
  }

  // <ws-live-updates>
  private void update(LiveSocket out) {
    out.send("machine", machine.figures());
    out.every(ofSeconds(1), () -> out.send(Map.of("time", Instant.now())));
    out.every(ofSeconds(5), () -> out.send("machine", machine.figures()));
  }
  // </ws-live-updates>
}
