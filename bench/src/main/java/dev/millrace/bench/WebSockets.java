package dev.millrace.bench;

import dev.millrace.Millrace;
import dev.millrace.stream.LiveSocket;
import dev.millrace.stream.SocketOptions;
import dev.millrace.websocket.Deflate;
import java.time.Duration;

/** WebSockets as a user of the framework writes them. */
final class WebSockets {
  private static final SocketOptions OPTIONS =
      SocketOptions.DEFAULT.rate(0, Duration.ofSeconds(1)).maxPayload(64 << 20).deflate(Deflate.ON);

  private WebSockets() {}

  static void routes(Millrace app) {
    app.ws("/ws", WebSockets::echo, OPTIONS);
    app.ws("/ws-loop", WebSockets::echo, OPTIONS.runOnEventLoop(true));
    app.ws("/ws-sink", WebSockets::sink, OPTIONS);
  }

  private static void echo(LiveSocket socket) {
    socket.onMessage(socket::send);
  }

  /** Answers with a message's length, once all of it has come. */
  private static void sink(LiveSocket socket) {
    socket.onMessage(message -> socket.send(Integer.toString(message.length())));
  }
}
