package dev.millrace.demo.examples;

import dev.millrace.route.Routes;
import dev.millrace.stream.LiveSocket;

/** Texts and bytes, sent back as they came. */
final class EchoSocket implements Shown {

  @Override
  public Example about() {
    return Example.socket(
        EchoSocket.class,
        "ws-echo",
        "Echo",
        "A message goes back as it came, text or bytes. Listeners need no thread while nothing "
            + "comes; each message runs on a virtual thread and may block.",
        "/ws/echo",
        "socket");
  }

  @Override
  public void routes(Routes routes) {
    // <ws-echo>
    routes.ws("/ws/echo", this::echo);
    // </ws-echo>
  }

  // <ws-echo>
  private void echo(LiveSocket socket) {
    socket.onMessage(socket::send);
  }
  // </ws-echo>
}
