package dev.millrace.stream;

import static dev.millrace.stream.SocketEnds.nothingIsLeft;
import static dev.millrace.test.Eventually.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.http.HttpException;
import dev.millrace.http.Response;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestClose;
import dev.millrace.test.TestEvent;
import dev.millrace.test.TestSocket;
import dev.millrace.test.TestStream;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.List;

/** Row 204 of the acceptance list: one handler, any wire. */
class SocketWireTest {
  private final Millrace app = Millrace.create();
  private final SocketEnds ends = new SocketEnds();
  private final FakeClock clock = new FakeClock();

  record Point(int x, int y) {}

  private static final List<Object> EVENTS =
      List.of(
          "text",
          new Point(1, 2),
          Event.of("named").name("moved"),
          Event.of(new Point(3, 4)).name("moved").id(7),
          Event.of("x\ny").id("8"));

  /** What the events are on a WebSocket. */
  private static final List<String> MESSAGES =
      List.of(
          "text",
          "{\"x\":1,\"y\":2}",
          "{\"event\":\"moved\",\"data\":\"named\"}",
          "{\"event\":\"moved\",\"id\":\"7\",\"data\":{\"x\":3,\"y\":4}}",
          "{\"id\":\"8\",\"data\":\"x\\ny\"}");

  private static void isAsOnSse(TestApp test, String path) {
    try (TestStream stream = test.request("GET", path).accept("text/event-stream").stream()) {
      List<TestEvent> events = stream.awaitEvents(EVENTS.size());
      assertThat(events.get(0).data()).isEqualTo("text");
      assertThat(events.get(1).data()).isEqualTo("{\"x\":1,\"y\":2}");
      assertThat(events.get(2).name()).isEqualTo("moved");
      assertThat(events.get(3).id()).isEqualTo("7");
      assertThat(events.get(4).data()).isEqualTo("x\ny");
      assertThat(stream.awaitEnd()).isEqualTo(TestStream.End.WHOLE);
    }
  }

  private static void isAsOnNdJson(TestApp test, String path) {
    try (TestStream stream = test.request("GET", path).accept("application/x-ndjson").stream()) {
      assertThat(stream.awaitEnd()).isEqualTo(TestStream.End.WHOLE);
      assertThat(stream.text().lines().toList())
          .startsWith("\"text\"", MESSAGES.get(1), MESSAGES.get(2), MESSAGES.get(3));
    }
  }

  private static void isAsOnWebSocket(TestApp test, String path) {
    try (TestSocket socket = test.socket(path)) {
      for (String message : MESSAGES) {
        assertThat(socket.awaitMessage().text()).isEqualTo(message);
      }
      assertThat(socket.awaitClose()).isEqualTo(new TestClose(1000, ""));
      assertThat(socket.awaitEnd()).isEqualTo(TestStream.End.WHOLE);
    }
  }

  @OverEachWiring
  void handlersAndSourcesSendTheSameEventsOnEachWire(Wiring wiring) {
    app.stream("/handler", out -> EVENTS.forEach(out::send));
    app.stream("/source", out -> out.pipe(EVENTS.iterator()));
    app.get("/get", request -> Response.stream(EVENTS.iterator()));
    app.get("/get-handler", request -> Response.stream(out -> EVENTS.forEach(out::send)));
    try (var test = wiring.start(app)) {
      for (String path : List.of("/handler", "/source", "/get", "/get-handler")) {
        isAsOnSse(test, path);
        isAsOnNdJson(test, path);
        isAsOnWebSocket(test, path);
      }
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void timersSendOnEachWireUntilTheClientLeaves(Wiring wiring) {
    app.stream(
        "/ticks",
        out -> {
          ends.note(out);
          out.send("connected");
          out.every(Duration.ofSeconds(1), () -> out.send("tick"));
        });
    try (var test = wiring.startAt(clock, app);
        var sse = test.request("GET", "/ticks").accept("text/event-stream").stream();
        var lines = test.request("GET", "/ticks").accept("application/x-ndjson").stream();
        var socket = test.socket("/ticks")) {
      assertThat(sse.awaitEvent().data()).isEqualTo("connected");
      assertThat(lines.awaitEvent().data()).contains("connected");
      assertThat(socket.awaitMessage().text()).isEqualTo("connected");
      for (int i = 0; i < 3; i++) {
        clock.advance(Duration.ofSeconds(1));
        assertThat(sse.awaitEvent().data()).isEqualTo("tick");
        assertThat(lines.awaitEvent().data()).contains("tick");
        assertThat(socket.awaitMessage().text()).isEqualTo("tick");
      }
      assertThat(test.server().status().streams()).isEqualTo(2);
      assertThat(test.server().status().sockets()).isOne();
      sse.reset();
      lines.reset();
      socket.close(1000, "");
      for (int i = 0; i < 3; i++) {
        assertThat(next(ends.reasons).kind()).isEqualTo(Kind.DISCONNECTED);
      }
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void aFailureIsAnErrorEventAndThenAClose(Wiring wiring) {
    app.stream(
        "/fails",
        out -> {
          ends.note(out);
          out.send("first");
          throw new IllegalStateException("secret");
        });
    app.stream(
        "/refuses",
        out -> {
          ends.note(out);
          out.send("first");
          throw new HttpException(410, "that is over");
        });
    app.stream(
        "/timer",
        out -> {
          ends.note(out);
          out.send("first");
          out.after(
              Duration.ofSeconds(1),
              () -> {
                throw new IllegalStateException("secret");
              });
        });
    try (var test = wiring.startAt(clock, app)) {
      for (String path : List.of("/fails", "/timer")) {
        try (var socket = test.socket(path)) {
          assertThat(socket.awaitMessage().text()).isEqualTo("first");
          clock.advance(Duration.ofSeconds(1));
          assertThat(socket.awaitMessage().text()).startsWith("{\"event\":\"error\"");
          assertThat(socket.awaitClose()).isEqualTo(new TestClose(1011, "internal error"));
          assertThat(socket.toString()).doesNotContain("secret");
        }
        assertThat(next(ends.reasons).kind()).isEqualTo(Kind.FAILED);
      }
      try (var socket = test.socket("/refuses")) {
        assertThat(socket.awaitMessage().text()).isEqualTo("first");
        assertThat(socket.awaitMessage().text()).contains("that is over");
        assertThat(socket.awaitClose()).isEqualTo(new TestClose(1008, "that is over"));
      }
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void aStreamThatRefusesBeforeItsHeadIsARealStatus(Wiring wiring) {
    app.stream(
        "/",
        out -> {
          throw new HttpException(404, "no such topic");
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      assertThat(socket.awaitResponse().status()).isEqualTo(404);
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void whatTheClientSendsIsThrownAwayButItsCloseIsSeen(Wiring wiring) {
    app.stream(
        "/",
        out -> {
          ends.note(out);
          out.keepOpen();
          out.every(Duration.ofSeconds(1), () -> out.send("tick"));
        });
    try (var test = wiring.startAt(clock, app);
        var socket = test.socket("/")) {
      for (int i = 0; i < 49; i++) {
        socket.sendBytes(new byte[10_000]);
      }
      socket.ping(new byte[] {1});
      assertThat(socket.awaitPong()).containsExactly(1);
      clock.advance(Duration.ofSeconds(1));
      socket.awaitText("tick");
      socket.close(4000, "seen");
      assertThat(socket.awaitClose().code()).isEqualTo(4000);
      assertThat(next(ends.reasons))
          .isEqualTo(CloseReason.of(Kind.DISCONNECTED).with(4000, "seen"));
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void theClientSaysWhatItHasSeen(Wiring wiring) {
    app.stream("/", out -> out.send(out.lastEventId().orElse("nothing")));
    try (var test = wiring.start(app);
        var socket = test.request("GET", "/").header("Last-Event-ID", "17").socket();
        var fresh = test.socket("/")) {
      assertThat(socket.awaitMessage().text()).isEqualTo("17");
      assertThat(fresh.awaitMessage().text()).isEqualTo("nothing");
    }
  }

  @OverEachWiring
  void anEndlessSourceStopsWhenTheClientCloses(Wiring wiring) {
    app.get("/", request -> Response.stream(java.util.stream.Stream.iterate(0, i -> i + 1)));
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      for (int i = 0; i < 1000; i++) {
        assertThat(socket.awaitMessage().text()).isEqualTo("" + i);
      }
      socket.close(1000, "");
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
      nothingIsLeft(test);
    }
  }
}
