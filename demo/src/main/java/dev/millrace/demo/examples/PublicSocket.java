package dev.millrace.demo.examples;

import dev.millrace.route.Routes;
import dev.millrace.stream.LiveSocket;
import dev.millrace.stream.Message;

/** A conversation, read from top to bottom. */
final class PublicSocket implements Shown {

  // <ws-public>
  record Said(String type, String text) {}

  // </ws-public>

  @Override
  public Example about() {
    return Example.socket(
        PublicSocket.class,
        "ws-public",
        "A conversation",
        "The handler pulls messages, as code that blocks is written. The welcome is sent before it "
            + "reads any. When it returns, the socket closes with 1000: say bye.",
        "/ws/public",
        "socket");
  }

  @Override
  public void routes(Routes routes) {
    // <ws-public>
    routes.ws("/ws/public", this::talk);
    // </ws-public>
  }

  // <ws-public>
  private void talk(LiveSocket socket) {
    var protocol = socket.request().protocol();
    socket.send(new Said("welcome", "Welcome, over " + protocol));
    for (var message : socket.messages()) {
      var text = textOf(message);
      socket.send(new Said("answer", "You said: " + text));
      if (text.equals("bye")) {
        break;
      }
    }
  }

  // </ws-public>

  private static String textOf(Message message) {
    return message.isText() ? message.text() : message.length() + " bytes";
  }
}
