package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestEvent;
import dev.millrace.test.Wiring;
import java.util.List;
import java.util.Map;

/** What is sent to a room comes to all of its members, on every wire. */
class RoomsTest {
  private final Millrace app = Millrace.create();

  @OverEachWiring
  void membersOfEveryWireGetTheSame(Wiring wiring) {
    app.stream("/news", out -> out.join("news"));
    app.ws("/news-ws", socket -> socket.join("news"));
    try (var test = wiring.start(app);
        var sse = test.stream("/news");
        var lines = test.request("GET", "/news").accept("application/x-ndjson").stream();
        var socket = test.socket("/news-ws")) {
      String told = sse.awaitText("\n\n");
      String id = told.substring(4, told.indexOf('\n'));
      assertThat(socket.awaitMessage().text()).isEqualTo("{\"id\":\"" + id + "\"}");
      lines.awaitText("{\"id\":\"" + id + "\"}\n");
      var first = app.room("news").send("hello");
      var second = app.room("news").send("greeting", Map.of("to", "all"));
      assertThat(sse.awaitEvents(2))
          .isEqualTo(
              List.of(
                  new TestEvent("message", first.toString(), "hello"),
                  new TestEvent("greeting", second.toString(), "{\"to\":\"all\"}")));
      lines.awaitText("{\"id\":\"" + first + "\",\"data\":\"hello\"}\n");
      lines.awaitText(
          "{\"event\":\"greeting\",\"id\":\"" + second + "\",\"data\":{\"to\":\"all\"}}\n");
      assertThat(socket.awaitMessage().text())
          .isEqualTo("{\"id\":\"" + first + "\",\"data\":\"hello\"}");
      assertThat(socket.awaitMessage().text())
          .isEqualTo(
              "{\"event\":\"greeting\",\"id\":\"" + second + "\",\"data\":{\"to\":\"all\"}}");
      assertThat(app.room("news").size()).isEqualTo(3);
    }
  }

  @OverEachWiring
  void whoComesBackGetsWhatItMissed(Wiring wiring) {
    app.stream("/news", out -> out.join("news"));
    try (var test = wiring.start(app)) {
      var stays = test.stream("/news");
      stays.awaitText("\n\n");
      var seen = app.room("news").send("one");
      app.room("news").send("two");
      app.room("news").send("three");
      stays.awaitEvents(3);
      try (var back =
          test.request("GET", "/news").header("Last-Event-ID", seen.toString()).stream()) {
        assertThat(back.awaitEvents(2).stream().map(TestEvent::data))
            .containsExactly("two", "three");
        app.room("news").send("four");
        assertThat(back.awaitEvent().data()).isEqualTo("four");
      }
      stays.close();
    }
  }

  @OverEachWiring
  void aRoomOfSocketsTakesSixLines(Wiring wiring) {
    app.ws(
        "/chat/{room}",
        socket -> {
          var room = socket.join("chat/" + socket.request().path("room"), Join.DEFAULT.bare());
          socket.onMessage(message -> room.send(message));
        });
    try (var test = wiring.start(app);
        var ann = test.socket("/chat/a");
        var bob = test.socket("/chat/a");
        var eve = test.socket("/chat/b")) {
      ann.sendText("one");
      assertThat(ann.awaitMessage().text()).isEqualTo("one");
      bob.sendText("two");
      assertThat(ann.awaitMessage().text()).isEqualTo("two");
      eve.sendBytes(new byte[] {1, 2, 3});
      assertThat(eve.awaitMessage().bytes()).containsExactly(1, 2, 3);
    }
  }
}
