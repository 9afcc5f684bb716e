package dev.millrace.demo.examples;

import dev.millrace.route.Routes;
import dev.millrace.stream.LiveSocket;
import dev.millrace.stream.Message;
import dev.millrace.stream.SocketOptions;
import dev.millrace.websocket.Deflate;

/** Parameters of the path, and what is agreed on in the handshake. */
final class RoomSocket implements Shown {

  // <ws-room>
  record Joined(String roomId, String userId) {}

  record Said(String roomId, String userId, String message) {}

  // </ws-room>

  @Override
  public Example about() {
    return Example.socket(
            RoomSocket.class,
            "ws-room",
            "Parameters of the path",
            "Both are decoded, and come back with each message. The browser offers two subprotocols"
                + " and compression: the server chooses one, and takes the other.",
            "/ws/room/{roomId}/user/{userId}",
            "socket-room")
        .params(
            new Example.Param("roomId", "mill", null), new Example.Param("userId", "Zoë", null));
  }

  @Override
  public void routes(Routes routes) {
    // <ws-room>
    var options = SocketOptions.DEFAULT.subprotocols("room.v2");
    var terms = options.deflate(Deflate.ON);
    routes.ws("/ws/room/{roomId}/user/{userId}", this::join, terms);
    // </ws-room>
  }

  // <ws-room>
  private void join(LiveSocket socket) {
    var room = socket.request().path("roomId");
    var user = socket.request().path("userId");
    socket.send(new Joined(room, user));
    socket.onMessage(message -> socket.send(new Said(room, user, textOf(message))));
  }

  // </ws-room>

  private static String textOf(Message message) {
    return message.isText() ? message.text() : message.length() + " bytes";
  }
}
