package dev.millrace.engine;

import static dev.millrace.http.Response.text;
import static dev.millrace.test.Eventually.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.http.Filter;
import dev.millrace.http.HttpException;
import dev.millrace.http.Outcome;
import dev.millrace.http.Response;
import dev.millrace.stream.LiveSocket;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestClose;
import dev.millrace.test.Wiring;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What is noted of a handshake whose refusal is told by a close code. */
class RefusalOutcomeTest {
  private final Millrace app = Millrace.create();
  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();

  /** Whoever guesses tokens must not become invisible by offering a subprotocol. */
  @OverEachWiring
  void isTheRefusalAndNotTheCompletedHandshake(Wiring wiring) {
    app.filter(Filter.after((request, outcome) -> outcomes.add(outcome)));
    Filter refusing =
        (request, next) -> {
          throw new HttpException(401, "no token");
        };
    app.with(refusing).ws("/guarded", LiveSocket::keepOpen);
    app.with(refusing).get("/page", request -> text("secret"));
    app.post("/form", request -> text("taken"));
    app.with((request, next) -> Response.of(429).header("Retry-After", "7"))
        .ws("/busy", LiveSocket::keepOpen);
    record Case(String path, int code, String reason, int status) {}
    Case[] cases = {
      new Case("/guarded", 4001, "401 Unauthorized", 401),
      new Case("/page", 4001, "401 Unauthorized", 401),
      new Case("/form", 4000, "405 Method Not Allowed", 405),
      new Case("/busy", 4000, "429 Too Many Requests, Retry-After: 7", 429),
    };
    try (var test = wiring.start(app)) {
      for (Case each : cases) {
        try (var socket = test.request("GET", each.path).subprotocols("millrace.v1").socket()) {
          assertThat(socket.awaitClose()).isEqualTo(new TestClose(each.code, each.reason));
        }
        assertThat(next(outcomes).status()).as(each.path).isEqualTo(each.status);
      }
    }
  }
}
