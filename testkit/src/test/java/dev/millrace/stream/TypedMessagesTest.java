package dev.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.http.Check;
import dev.millrace.http.HttpException;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.Wiring;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Messages that are records, and who is told of those that are not. */
class TypedMessagesTest {
  sealed interface Order {}

  record Gate(int percent) implements Order {
    Gate {
      Check.that("percent", percent, percent >= 0 && percent <= 100, "0 to 100").done();
    }
  }

  record Stop() implements Order {}

  private final Millrace app = Millrace.create();
  private final BlockingQueue<Throwable> told = new LinkedBlockingQueue<>();

  private void serve(LiveSocket socket) {
    socket.on(Order.class, order -> socket.send(order.toString()));
    socket.onError(told::add);
  }

  private void wrongMessagesAreAnsweredWithTheirField(Wiring wiring) throws Exception {
    try (var test = wiring.start(app);
        var socket = test.socket("/mill")) {
      for (var wrong :
          List.of(
              List.of("{\"type\":\"gate\",\"percent\":140}", "\"percent\"", "0 to 100"),
              List.of("{\"type\":\"fly\"}", "\"type\"", "gate, stop"),
              List.of("mill", "not JSON", "error"))) {
        socket.sendText(wrong.getFirst());
        String answer = socket.awaitMessage().text();
        assertThat(answer).startsWith("{\"event\":\"error\",").contains(wrong.subList(1, 3));
        assertThat(told.take()).isInstanceOf(HttpException.class);
      }
      socket.sendText("{\"type\":\"gate\",\"percent\":60}");
      assertThat(socket.awaitMessage().text()).isEqualTo("Gate[percent=60]");
    }
  }

  @OverEachWiring
  void aMessageThatDoesNotFitIsAnsweredWithItsFieldAndTheSocketStaysOpen(Wiring wiring)
      throws Exception {
    app.ws("/mill", this::serve);
    wrongMessagesAreAnsweredWithTheirField(wiring);
  }

  @OverEachWiring
  void theSameHoldsOnTheEventLoop(Wiring wiring) throws Exception {
    app.ws("/mill", this::serve, SocketOptions.DEFAULT.runOnEventLoop(true));
    wrongMessagesAreAnsweredWithTheirField(wiring);
  }
}
