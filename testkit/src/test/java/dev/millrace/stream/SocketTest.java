package dev.millrace.stream;

import static dev.millrace.test.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.Wiring;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What a handler of sockets may rely on. */
class SocketTest {
  private final Millrace app = Millrace.create();
  private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();

  @OverEachWiring
  void pulledMessagesAreEchoedInOrderAndTheHandlersReturnClosesWith1000(Wiring wiring) {
    app.ws(
        "/echo",
        socket -> {
          socket.send("welcome");
          for (var message : socket.messages()) {
            if (message.isText() && message.text().equals("end")) {
              return;
            }
            socket.send(message);
          }
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/echo")) {
      assertThat(socket.awaitMessage().text()).isEqualTo("welcome");
      socket.sendText("one");
      socket.sendBytes(new byte[] {1, 2});
      assertThat(socket.awaitMessage().text()).isEqualTo("one");
      assertThat(socket.awaitMessage().bytes()).containsExactly(1, 2);
      socket.sendText("end");
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
      eventually("it is over", () -> test.server().status().sockets() == 0);
    }
  }

  @OverEachWiring
  void whatWasSentBeforeTheClientsCloseIsHeardAndAnswered(Wiring wiring) {
    app.ws(
        "/slow",
        socket -> {
          socket.onMessage(message -> socket.send(message));
          socket.onClose(reason -> seen.add(reason));
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/slow")) {
      for (int i = 0; i < 40; i++) {
        socket.sendText("" + i);
      }
      socket.close(1000, "bye");
      for (int i = 0; i < 40; i++) {
        assertThat(socket.awaitMessage().text()).isEqualTo("" + i);
      }
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
      eventually("it is over", () -> !seen.isEmpty());
      CloseReason reason = (CloseReason) seen.remove();
      assertThat(reason.kind()).isEqualTo(CloseReason.Kind.DISCONNECTED);
      assertThat(reason.code()).isEqualTo(1000);
      assertThat(reason.text()).isEqualTo("bye");
    }
  }
}
