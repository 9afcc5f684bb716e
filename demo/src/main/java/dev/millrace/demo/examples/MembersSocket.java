package dev.millrace.demo.examples;

import dev.millrace.http.HttpException;
import dev.millrace.http.Request;
import dev.millrace.route.Routes;
import dev.millrace.stream.LiveSocket;
import java.util.List;

/** A guard that decides before the handshake is answered. */
final class MembersSocket implements Shown {

  @Override
  public Example about() {
    return Example.socket(
            MembersSocket.class,
            "ws-members",
            "A guard",
            "It decides before the handshake is answered, with 401 or 403. A browser hides that "
                + "status, so a page that offers millrace.v1 is told by a close code: 4001, 4003.",
            "/ws/members",
            "socket-members")
        .params(new Example.Param("as", "nobody", List.of("nobody", "guest", "member")));
  }

  @Override
  public void routes(Routes routes) {
    // <ws-members>
    routes.guard(this::isMember).ws("/ws/members", this::meet);
    // </ws-members>
  }

  // <ws-members>
  private boolean isMember(Request request) {
    return switch (request.query("as").orElse("nobody")) {
      case "member" -> true;
      case "nobody" -> throw unknown();
      default -> false; // 403
    };
  }

  private static HttpException unknown() {
    return new HttpException(401, "who is there?").header("WWW-Authenticate", "Bearer");
  }

  private void meet(LiveSocket socket) {
    socket.send("Welcome back");
    socket.onMessage(socket::send);
  }

  // </ws-members>
}
