package dev.millrace.stream;

import static dev.millrace.stream.SocketEnds.nothingIsLeft;
import static dev.millrace.test.Eventually.next;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.http.Check;
import dev.millrace.http.FieldError;
import dev.millrace.http.HttpException;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestMessage;
import dev.millrace.test.TestSocket;
import dev.millrace.test.Wiring;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Messages that are values of a sealed interface. */
class SocketTypedTest {
  private final Millrace app = Millrace.create();
  private final SocketEnds ends = new SocketEnds();
  private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
  private final BlockingQueue<Throwable> faults = new LinkedBlockingQueue<>();

  sealed interface Command {}

  record Say(String text) implements Command {}

  record Move(int x, int y) implements Command {
    Move {
      Check.that("x", x, x >= 0, "0 or more").done();
    }
  }

  record Leave() implements Command {}

  private Millrace chat() {
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.onError(faults::add);
          socket.on(
              Command.class,
              command -> {
                switch (command) {
                  case Say say -> seen.add("said " + say.text());
                  case Move move -> seen.add("moved " + move.x() + " " + move.y());
                  case Leave leave -> socket.close(1000, "left");
                }
              });
        });
    return app;
  }

  @OverEachWiring
  void eachRecordIsHeardAsItself(Wiring wiring) {
    try (var test = wiring.start(chat());
        var socket = test.socket("/")) {
      socket.sendText("{\"type\":\"say\",\"text\":\"hello\"}");
      socket.sendText("{\"x\":1,\"y\":2,\"type\":\"move\"}");
      assertThat(next(seen)).isEqualTo("said hello");
      assertThat(next(seen)).isEqualTo("moved 1 2");
      socket.sendText("{\"type\":\"leave\"}");
      assertThat(socket.awaitClose().reason()).isEqualTo("left");
      nothingIsLeft(test);
      assertThat(faults).isEmpty();
    }
  }

  private void isRefused(TestSocket socket, String... parts) {
    TestMessage answer = socket.awaitMessage();
    assertThat(answer.text()).startsWith("{\"event\":\"error\"");
    assertThat(answer.text()).contains(parts);
    assertThat(next(faults)).isInstanceOf(HttpException.class);
    assertThat(seen).isEmpty();
  }

  @OverEachWiring
  void aMessageThatDoesNotFitIsAnsweredWithItsFieldAndTheSocketStaysOpen(Wiring wiring) {
    try (var test = wiring.start(chat());
        var socket = test.socket("/")) {
      socket.sendText("{\"type\":\"shout\",\"text\":\"hello\"}");
      isRefused(socket, "type");
      socket.sendText("{\"text\":\"hello\"}");
      isRefused(socket, "type");
      socket.sendText("{\"type\":\"move\",\"x\":1}");
      isRefused(socket, "y");
      socket.sendText("{\"type\":\"move\",\"x\":\"one\",\"y\":2}");
      isRefused(socket, "x");
      socket.sendText("{\"type\":\"move\",\"x\":-1,\"y\":2}");
      isRefused(socket, "x", "0 or more");
      socket.sendText("{\"type\":");
      isRefused(socket, "message");
      socket.sendText("");
      isRefused(socket, "message");
      socket.sendText("[]");
      isRefused(socket, "error");
      socket.sendText("null");
      isRefused(socket, "error");
      socket.sendBytes("{\"type\":\"leave\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      isRefused(socket, "binary");
      socket.sendText("{\"type\":\"say\",\"text\":\"still here\"}");
      assertThat(next(seen)).isEqualTo("said still here");
      assertThat(ends.reasons).isEmpty();
    }
  }

  @OverEachWiring
  void theValidatorsErrorsAreToldAsWell(Wiring wiring) {
    ServerOptions options =
        ServerOptions.DEFAULT.validator(value ->
            value instanceof Say say && say.text().isBlank()
                ? List.of(new FieldError("text", say.text(), "not blank"))
                : List.of());
    try (var test = wiring.start(chat(), options);
        var socket = test.socket("/")) {
      socket.sendText("{\"type\":\"say\",\"text\":\" \"}");
      isRefused(socket, "text", "not blank");
      socket.sendText("{\"type\":\"say\",\"text\":\"a\"}");
      assertThat(next(seen)).isEqualTo("said a");
    }
  }

  @OverEachWiring
  void aListenerThatThrowsAnythingElseClosesTheSocket(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          ends.note(socket);
          socket.on(
              Say.class,
              say -> {
                throw new IllegalArgumentException("secret");
              });
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      socket.sendText("{\"text\":\"a\"}");
      assertThat(socket.awaitClose().code()).isEqualTo(1011);
      assertThat(next(ends.reasons).kind()).isEqualTo(Kind.FAILED);
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void nothingIsNoValue(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          socket.onError(faults::add);
          socket.on(Say.class, seen::add);
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      socket.sendText("null");
      isRefused(socket, "null", "expected");
    }
  }

  @OverEachWiring
  void thereIsOneTypeForASocket(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          socket.on(Command.class, command -> {});
          assertThatThrownBy(() -> socket.on(Say.class, say -> {}))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("on(Say)")
              .hasMessageContaining("one sealed interface");
          socket.send("refused");
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      socket.awaitText("refused");
    }
  }

  @OverEachWiring
  void anUntypedListenerBesideItHearsAllThatFits(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          socket.onMessage(message -> seen.add(message.length()));
          socket.on(Say.class, say -> seen.add(say));
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      socket.sendText("{\"text\":\"a\"}");
      assertThat(next(seen)).isEqualTo(12);
      assertThat(next(seen)).isEqualTo(new Say("a"));
    }
  }

  @OverEachWiring
  void whoPullsReadsValuesTooAndIsToldByAnException(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          for (var message : socket.messages()) {
            try {
              seen.add(message.json(Say.class));
            } catch (HttpException e) {
              seen.add(e.status());
            }
          }
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      socket.sendJson(new Say("a"));
      socket.sendText("[]");
      assertThat(next(seen)).isEqualTo(new Say("a"));
      assertThat(next(seen)).isEqualTo(400);
    }
  }
}
