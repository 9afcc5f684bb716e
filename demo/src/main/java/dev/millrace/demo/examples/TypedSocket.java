package dev.millrace.demo.examples;

import dev.millrace.http.Check;
import dev.millrace.route.Routes;
import dev.millrace.stream.LiveSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Messages as records. */
final class TypedSocket implements Shown {
  private static final Logger log = LoggerFactory.getLogger(TypedSocket.class);

  // <ws-typed>
  sealed interface Order {}

  record Grind(String grain, int kilos) implements Order {
    Grind {
      Check.that("grain", grain, it -> !it.isBlank(), "a name")
          .and("kilos", kilos, kilos > 0, "1 or more")
          .done();
    }
  }

  record Gate(int percent) implements Order {
    Gate {
      boolean fits = percent >= 0 && percent <= 100;
      Check.that("percent", percent, fits, "0 to 100").done();
    }
  }

  record Done(String text) {}

  // </ws-typed>

  @Override
  public Example about() {
    return Example.socket(
        TypedSocket.class,
        "ws-typed",
        "Messages with types",
        "A sealed interface of records, told apart by their type. Whoever sends what does not fit "
            + "is told which field and why, and the socket stays open.",
        "/ws/typed",
        "socket");
  }

  @Override
  public void routes(Routes routes) {
    // <ws-typed>
    routes.ws("/ws/typed", this::mill);
    // </ws-typed>
  }

  // <ws-typed>
  private void mill(LiveSocket socket) {
    socket.on(Order.class, order -> socket.send(obey(order)));
    socket.onError(e -> log.info("not done: {}", e.getMessage()));
  }

  private static Done obey(Order order) {
    return switch (order) {
      case Grind it -> new Done(it.kilos() + " kg " + it.grain());
      case Gate it -> new Done("gate: " + it.percent() + " %");
    };
  }
  // </ws-typed>
}
