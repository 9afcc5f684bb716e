package dev.millrace.room;

import static dev.millrace.test.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.cluster.Position;
import dev.millrace.http.Response;
import dev.millrace.room.Reader.Kind;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestEvent;
import dev.millrace.test.Wiring;

/** A client that comes back is given what it has missed, and then what is new. */
class ResumeTest {
  private final Millrace app = Millrace.create();

  @OverEachWiring
  void whoComesBackIsGivenWhatItMissedOnEveryWire(Wiring wiring) {
    app.stream("/news", out -> out.join("news"));
    try (var test = wiring.start(app);
        var stays = Kind.SSE.open(test, "/news")) {
      stays.position();
      for (Kind kind : Kind.values()) {
        Position seen = app.room("news").send("one");
        Position two = app.room("news").send("greeting", "two");
        Position three = app.room("news").send("three");
        try (Reader back = kind.open(test, "/news", seen.toString())) {
          assertThat(back.position()).isEqualTo(seen.toString());
          assertThat(back.next(2))
              .as(kind.name())
              .containsExactly(
                  new TestEvent("greeting", two.toString(), "two"),
                  new TestEvent("message", three.toString(), "three"));
          Position live = app.room("news").send("live " + kind);
          assertThat(back.next())
              .isEqualTo(new TestEvent("message", live.toString(), "live " + kind));
        }
      }
    }
  }

  @OverEachWiring
  void theQueryIsForClientsThatCannotSetHeadersAndTheHeaderIsNewer(Wiring wiring) {
    app.stream("/news", out -> out.join("news"));
    try (var test = wiring.start(app)) {
      Position one = app.room("news").send("one");
      Position two = app.room("news").send("two");
      app.room("news").send("three");
      for (Kind kind : Kind.values()) {
        try (Reader back = kind.open(test, Reader.at("/news", one.toString()))) {
          back.position();
          assertThat(back.data(2)).as(kind.name()).containsExactly("two", "three");
        }
      }
      // EventSource keeps its URL when it reconnects, and adds the header.
      try (Reader back = Kind.SSE.open(test, Reader.at("/news", one.toString()), two.toString())) {
        back.position();
        assertThat(back.data(1)).containsExactly("three");
      }
    }
  }

  @OverEachWiring
  void severalRoomsAreGoneOnWithAsOneInTheOrderOfTheirIds(Wiring wiring) {
    app.stream(
        "/all",
        out -> {
          out.join("a");
          out.join("b");
          out.join("c");
        });
    try (var test = wiring.start(app)) {
      Position start = app.room("a").send("a0");
      for (int i = 1; i <= 20; i++) {
        app.room("b").send("b" + i);
        app.room("c").send("c" + i);
        app.room("other").send("other");
        app.room("a").send("a" + i);
      }
      for (Kind kind : Kind.values()) {
        try (Reader back = kind.open(test, "/all", start.toString())) {
          assertThat(back.position()).isEqualTo(start.toString());
          for (int i = 1; i <= 20; i++) {
            assertThat(back.data(3)).containsExactly("b" + i, "c" + i, "a" + i);
          }
          app.room("b").send("b");
          app.room("a").send("a");
          assertThat(back.data(2)).containsExactly("b", "a");
        }
      }
    }
  }

  @OverEachWiring
  void aSocketSaysItsPositionInItsFirstMessage(Wiring wiring) {
    app.ws(
        "/news",
        socket -> {
          String position = socket.receive().text();
          socket.join("news", Join.DEFAULT.after(position));
          for (var message : socket.messages()) {
            app.room("news").send(message);
          }
        });
    try (var test = wiring.start(app)) {
      Position one = app.room("news").send("one");
      app.room("news").send("two");
      try (Reader back = Kind.SOCKET.open(test, "/news")) {
        back.socket().sendText(one.toString());
        assertThat(back.position()).isEqualTo(one.toString());
        assertThat(back.data(1)).containsExactly("two");
        back.socket().sendText("three");
        assertThat(back.data(1)).containsExactly("three");
      }
    }
  }

  @OverEachWiring
  void aRoomThatAListenerJoinsBeginsAtThatMoment(Wiring wiring) {
    app.ws(
        "/rooms",
        socket -> {
          socket.join("a");
          socket.onMessage(message -> socket.join(message.text()));
        });
    try (var test = wiring.start(app)) {
      Position before = app.room("b").send("before");
      try (Reader reader = Kind.SOCKET.open(test, Reader.at("/rooms", before.at(0).toString()))) {
        assertThat(reader.position()).isEqualTo(before.at(0).toString());
        app.room("a").send("a1");
        assertThat(reader.data(1)).containsExactly("a1");
        reader.socket().sendText("b");
        String joined = reader.position();
        assertThat(joined).isEqualTo(app.room("b").position().toString());
        app.room("b").send("b1");
        app.room("a").send("a2");
        assertThat(reader.data(2)).containsExactly("b1", "a2");
      }
    }
  }

  @OverEachWiring
  void aRoomThatIsJoinedLaterBehindAnOldPositionIsGivenFromThereAndTheOthersAreNotDoubled(
      Wiring wiring) {
    app.ws(
        "/rooms",
        socket -> {
          socket.join("a");
          socket.onMessage(message -> socket.join("b", Join.DEFAULT.after(message.text())));
        });
    try (var test = wiring.start(app);
        Reader reader = Kind.SOCKET.open(test, "/rooms")) {
      String old = reader.position();
      app.room("a").send("a1");
      app.room("b").send("b1");
      app.room("a").send("a2");
      app.room("b").send("b2");
      assertThat(reader.data(2)).containsExactly("a1", "a2");
      reader.socket().sendText(old);
      assertThat(reader.position()).isEqualTo(old);
      assertThat(reader.data(2)).containsExactly("b1", "b2");
      app.room("a").send("a3");
      app.room("b").send("b3");
      assertThat(reader.data(2)).containsExactly("a3", "b3");
    }
  }

  @OverEachWiring
  void theNewestMessagesAreForClientsThatSayNoPosition(Wiring wiring) {
    app.stream("/two", out -> out.join("news", Join.DEFAULT.history(2)));
    app.stream("/all", out -> out.join("news", Join.DEFAULT.fromStart()));
    app.stream("/none", out -> out.join("news", Join.DEFAULT.history(0)));
    try (var test = wiring.start(app)) {
      for (String path : new String[] {"/two", "/all", "/none"}) {
        try (Reader reader = Kind.SSE.open(test, path)) {
          reader.position();
        }
      }
      app.room("news").send("one");
      app.room("other").send("x");
      app.room("news").send("two");
      app.room("other").send("x");
      Position three = app.room("news").send("three");
      for (Kind kind : Kind.values()) {
        try (Reader two = kind.open(test, "/two");
            Reader all = kind.open(test, "/all");
            Reader none = kind.open(test, "/none");
            Reader back = kind.open(test, "/all", three.toString())) {
          two.position();
          assertThat(two.data(2)).containsExactly("two", "three");
          all.position();
          assertThat(all.data(3)).containsExactly("one", "two", "three");
          assertThat(none.position()).isEqualTo(three.toString());
          assertThat(back.position()).isEqualTo(three.toString());
        }
      }
    }
  }

  @OverEachWiring
  void aClientThatIsCutBeforeItsFirstMessageMissesNothing(Wiring wiring) {
    app.stream("/news", out -> out.join("news"));
    try (var test = wiring.start(app)) {
      app.room("news").send("before");
      String told;
      try (var cut = test.stream("/news")) {
        told = cut.awaitId();
        cut.reset();
      }
      eventually("it has gone", () -> app.room("news").size() == 0);
      app.room("news").send("one");
      app.room("news").send("two");
      try (Reader back = Kind.SSE.open(test, "/news", told)) {
        assertThat(back.position()).isEqualTo(told);
        assertThat(back.data(2)).containsExactly("one", "two");
      }
    }
  }

  @OverEachWiring
  void aPageWithThePositionLosesNothingBetweenPageAndStream(Wiring wiring) {
    app.get("/page", request -> Response.text(app.room("news").position().toString()));
    app.stream("/news", out -> out.join("news"));
    try (var test = wiring.start(app);
        var stays = Kind.SSE.open(test, "/news")) {
      stays.position();
      app.room("news").send("in the page");
      String page = test.get("/page").text();
      app.room("news").send("since");
      for (Kind kind : Kind.values()) {
        try (Reader reader = kind.open(test, Reader.at("/news", page))) {
          assertThat(reader.position()).isEqualTo(page);
          assertThat(reader.data(1)).containsExactly("since");
        }
      }
    }
  }

  @OverEachWiring
  void aPageIsNotFromTheFutureWhenOnlyOtherRoomsHaveHeardOfSomething(Wiring wiring) {
    app.stream("/news", out -> out.join("news"));
    try (var test = wiring.start(app);
        var stays = Kind.SSE.open(test, "/news")) {
      stays.position();
      for (int i = 0; i < 10; i++) {
        app.room("nobody is here").send("x");
      }
      String page = app.room("news").position().toString();
      try (Reader reader = Kind.SSE.open(test, Reader.at("/news", page))) {
        assertThat(reader.position()).isEqualTo(page);
        app.room("news").send("since");
        assertThat(reader.data(1)).containsExactly("since");
      }
      try (Reader live = Kind.SSE.open(test, "/news")) {
        assertThat(live.position()).isEqualTo(app.room("news").position().toString());
      }
      assertThat(stays.data(1)).containsExactly("since");
    }
  }

  @OverEachWiring
  void anEmptyPositionIsNone(Wiring wiring) {
    app.stream("/news", out -> out.join("news"));
    try (var test = wiring.start(app)) {
      Position sent = app.room("news").send("before");
      for (Kind kind : Kind.values()) {
        try (Reader reader = kind.open(test, "/news", "")) {
          assertThat(reader.position()).isEqualTo(sent.toString());
        }
      }
    }
  }
}
