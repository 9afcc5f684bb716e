package dev.millrace.room;

import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.next;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.http.HttpException;
import dev.millrace.room.Reader.Kind;
import dev.millrace.stream.Event;
import dev.millrace.stream.LiveStream;
import dev.millrace.stream.Offered;
import dev.millrace.stream.StreamClosedException;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestClose;
import dev.millrace.test.TestStream.End;
import dev.millrace.test.Wiring;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Who is in a room, how it comes to be, and how it ends. */
class MembershipTest {
  private final Millrace app = Millrace.create();
  private final BlockingQueue<LiveStream> streams = new LinkedBlockingQueue<>();
  private final BlockingQueue<Membership> members = new LinkedBlockingQueue<>();

  private void joins(String path, String... rooms) {
    app.stream(
        path,
        out -> {
          for (String room : rooms) {
            members.add(out.join(room));
          }
          streams.add(out);
        });
  }

  private void isEmpty(String... rooms) {
    for (String room : rooms) {
      eventually(room + " is empty", () -> app.room(room).size() == 0);
      Rooms table = ((RoomHandle) app.room(room)).rooms;
      eventually(room + " takes no memory", () -> table.live(room) == null);
    }
  }

  @OverEachWiring
  void whoHasLeftIsGivenNothingMore(Wiring wiring) {
    joins("/two", "a", "b");
    try (var test = wiring.start(app)) {
      for (Kind kind : Kind.values()) {
        try (Reader reader = kind.open(test, "/two")) {
          reader.position();
          Membership a = next(members);
          next(members);
          app.room("a").send("one");
          assertThat(reader.data(1)).containsExactly("one");
          a.leave();
          a.leave();
          for (int i = 0; i < 50; i++) {
            app.room("a").send("not this");
          }
          app.room("b").send("two");
          assertThat(reader.data(1)).containsExactly("two");
          isEmpty("a");
          assertThat(app.room("b").size()).isEqualTo(1);
        }
        isEmpty("b");
      }
    }
  }

  @OverEachWiring
  void aStreamEndsWhenItHasLeftAllItsRooms(Wiring wiring) {
    joins("/two", "a", "b");
    try (var test = wiring.start(app)) {
      for (Kind kind : Kind.values()) {
        Reader reader = kind.open(test, "/two");
        reader.position();
        LiveStream stream = next(streams);
        Membership a = next(members);
        Membership b = next(members);
        a.leave();
        isEmpty("a");
        assertThat(stream.isOpen()).isTrue();
        b.close();
        if (kind == Kind.SOCKET) {
          assertThat(reader.socket().awaitClose()).isEqualTo(new TestClose(1000, ""));
        } else {
          assertThat(reader.stream().awaitEnd()).isEqualTo(End.WHOLE);
        }
        assertThat(stream.isOpen()).isFalse();
        isEmpty("b");
      }
    }
  }

  @OverEachWiring
  void aHandlerThatGoesOnHoldsItsStreamWithoutRooms(Wiring wiring) {
    app.stream(
        "/leaves",
        out -> {
          try (var room = out.join("a")) {
            room.send("one");
          }
          out.send("still here");
        });
    try (var test = wiring.start(app);
        var stream = test.stream("/leaves")) {
      stream.awaitText("still here");
      assertThat(stream.awaitEnd()).isEqualTo(End.WHOLE);
      isEmpty("a");
    }
  }

  @OverEachWiring
  void whoHasLeftMayComeBack(Wiring wiring) {
    app.ws(
        "/door",
        socket -> {
          Membership[] in = {socket.join("a")};
          socket.onMessage(message -> {
            if (message.text().equals("out")) {
              in[0].leave();
            } else {
              Membership old = in[0];
              in[0] = socket.join("a");
              old.leave();
            }
            socket.send(message.text());
          });
        });
    try (var test = wiring.start(app);
        Reader reader = Kind.SOCKET.open(test, "/door")) {
      reader.position();
      for (int i = 0; i < 5; i++) {
        reader.socket().sendText("out");
        assertThat(reader.next().data()).isEqualTo("out");
        app.room("a").send("missed");
        isEmpty("a");
        reader.socket().sendText("in");
        assertThat(reader.next(2).stream().map(each -> each.name()))
            .containsExactlyInAnyOrder("bare", "position");
        eventually("it is in again", () -> app.room("a").size() == 1);
        app.room("a").send("here");
        assertThat(reader.data(1)).containsExactly("here");
      }
    }
  }

  @OverEachWiring
  void aRoomThatIsJoinedTwiceIsJoinedOnce(Wiring wiring) {
    joins("/twice", "a", "a");
    try (var test = wiring.start(app)) {
      for (Kind kind : Kind.values()) {
        Reader reader = kind.open(test, "/twice");
        reader.position();
        Membership first = next(members);
        Membership second = next(members);
        assertThat(app.room("a").size()).isEqualTo(1);
        app.room("a").send("one");
        second.send("two");
        assertThat(reader.data(2)).containsExactly("one", "two");
        first.leave();
        if (kind == Kind.SOCKET) {
          assertThat(reader.socket().awaitClose()).isEqualTo(new TestClose(1000, ""));
        } else {
          assertThat(reader.stream().awaitEnd()).isEqualTo(End.WHOLE);
        }
        isEmpty("a");
        second.leave();
      }
    }
  }

  @OverEachWiring
  void whoGoesAwayHasLeft(Wiring wiring) {
    joins("/two", "a", "b");
    try (var test = wiring.start(app)) {
      for (Kind kind : Kind.values()) {
        for (int how = 0; how < 4; how++) {
          Reader reader = kind.open(test, "/two");
          reader.position();
          assertThat(app.room("a").size() + app.room("b").size()).isEqualTo(2);
          LiveStream stream = next(streams);
          switch (how) {
            case 0 -> reader.close();
            case 1 -> {
              if (kind == Kind.SOCKET) {
                reader.socket().reset();
              } else {
                reader.stream().reset();
              }
            }
            case 2 -> stream.close();
            default -> stream.onClose(() -> {});
          }
          if (how < 3) {
            isEmpty("a", "b");
            assertThatThrownBy(() -> stream.join("a")).isInstanceOf(StreamClosedException.class);
            assertThat(app.room("a").size()).isZero();
          } else {
            reader.close();
            isEmpty("a", "b");
          }
        }
      }
    }
  }

  @OverEachWiring
  void aServerThatStopsLeavesNobodyInItsRooms(Wiring wiring) {
    joins("/two", "a", "b");
    var test = wiring.start(app);
    for (Kind kind : Kind.values()) {
      kind.open(test, "/two").position();
    }
    assertThat(app.room("a").size()).isEqualTo(4);
    test.close();
    isEmpty("a", "b");
  }

  @OverEachWiring
  void whatThrowsAfterItHasJoinedHasLeft(Wiring wiring) {
    app.stream(
        "/throws",
        out -> {
          out.join("a");
          throw new HttpException(400, "no");
        });
    try (var test = wiring.start(app)) {
      for (Kind kind : Kind.values()) {
        kind.open(test, "/throws");
      }
      try (var stream = test.stream("/throws")) {
        stream.awaitEnd();
      }
      isEmpty("a");
    }
  }

  @OverEachWiring
  void aStreamInARoomHasNoIdsOfItsOwn(Wiring wiring) {
    BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
    app.stream(
        "/own",
        out -> {
          out.send(Event.of("before").id("7"));
          out.join("a");
          try {
            out.send(Event.of("after").id("8"));
          } catch (IllegalStateException e) {
            seen.add(String.valueOf(e.getMessage()));
          }
          seen.add(out.offer(Event.of("offered").id("9")));
          out.send("said", "without");
        });
    try (var test = wiring.start(app)) {
      for (Kind kind : Kind.values()) {
        try (Reader reader = kind.open(test, "/own")) {
          assertThat(reader.next().id()).isEqualTo("7");
          assertThat(next(seen)).asString().startsWith("event with id \"8\" (expected: none");
          assertThat(next(seen)).isEqualTo(Offered.DROPPED);
          assertThat(reader.next(2).stream().map(each -> each.name()))
              .doesNotContain("after", "offered")
              .contains("position");
        }
      }
    }
  }

  // --- who may come in ---

  @OverEachWiring
  void whoMayNotJoinIsAnsweredByAStatusBeforeTheHead(Wiring wiring) {
    AtomicInteger asked = new AtomicInteger();
    app.rooms(
        "closed",
        RoomOptions.DEFAULT.guard((request, room) -> {
          asked.incrementAndGet();
          return switch (request.query("who").orElse("")) {
            case "nobody" -> throw new HttpException(401, "who are you?");
            case "broken" -> throw new IOException("secret");
            case "wrong" -> throw new IllegalArgumentException("secret");
            case "friend" -> room.equals("closed");
            default -> false;
          };
        }));
    app.stream("/closed", out -> out.join("closed"));
    Map<String, Integer> cases = new LinkedHashMap<>();
    cases.put("?who=nobody", 401);
    cases.put("?who=broken", 500);
    cases.put("?who=wrong", 500);
    cases.put("", 403);
    try (var test = wiring.start(app)) {
      cases.forEach((query, status) -> {
        for (String back : List.of("", "x.1")) {
          var response =
              test.request("GET", "/closed" + query).header("Last-Event-ID", back).send();
          assertThat(response.status()).as(query).isEqualTo(status);
          assertThat(response.text()).doesNotContain("secret");
        }
        try (var socket = test.socket("/closed" + query)) {
          assertThat(socket.awaitResponse().status()).as(query).isEqualTo(status);
        }
        var request = test.request("GET", "/closed" + query).subprotocols("millrace.v1");
        int code = status == 401 ? 4001 : status == 403 ? 4003 : -1;
        try (var socket = request.socket()) {
          TestClose close = socket.awaitClose();
          if (code > 0) {
            assertThat(close.code()).as(query).isEqualTo(code);
          }
          assertThat(close.reason()).startsWith("" + status);
        }
      });
      isEmpty("closed");
      int before = asked.get();
      try (Reader friend = Kind.SSE.open(test, "/closed?who=friend")) {
        String told = friend.position();
        try (Reader back = Kind.SSE.open(test, "/closed?who=friend", told)) {
          back.position();
          assertThat(asked.get() - before).isEqualTo(2);
        }
      }
    }
  }

  @OverEachWiring
  void aRefusalInAListenerDoesNotEndTheSocket(Wiring wiring) {
    app.rooms("closed", RoomOptions.DEFAULT.guard((request, room) -> false));
    app.ws(
        "/door",
        socket ->
            socket.onMessage(message -> {
              try {
                socket.join(message.text());
                socket.send("in");
              } catch (HttpException e) {
                socket.send(e.status());
              }
            }));
    try (var test = wiring.start(app);
        var socket = test.socket("/door")) {
      socket.sendText("closed");
      assertThat(socket.awaitMessage().text()).isEqualTo("403");
      socket.sendText("");
      assertThat(socket.awaitMessage().text()).isEqualTo("400");
      socket.sendText("open");
      socket.awaitText("in");
      assertThat(socket.isOpen()).isTrue();
    }
  }

  @OverEachWiring
  void anyTextMayBeTheNameOfARoom(Wiring wiring) {
    app.stream("/room", out -> out.join(out.request().query("name").orElse("")));
    List<String> names =
        List.of(
            "a",
            " ",
            "/",
            "*",
            "?#&=%",
            "\"\\'<>",
            "\u00fc\u00df",
            "\u4e2d\u6587",
            "\ud83d\ude00",
            "e\u0301",
            "\u2028",
            "\ufeff",
            "n".repeat(256),
            "\ud83d\ude00".repeat(128));
    try (var test = wiring.start(app)) {
      for (String name : names) {
        try (Reader reader = Kind.SSE.open(test, "/room?name=" + encoded(name))) {
          reader.position();
          assertThat(app.room(name).size()).as(name).isEqualTo(1);
          app.room(name).send(name);
          assertThat(reader.next().data()).isEqualTo(name);
        }
      }
    }
  }

  @OverEachWiring
  void whatIsNoNameIsTheClientsErrorInJoinAndTheProgramsElsewhere(Wiring wiring) {
    app.stream("/room", out -> out.join(out.request().query("name").orElse("")));
    app.stream("/to", out -> out.to(out.request().query("name").orElse("")));
    List<String> names =
        List.of("", "\0", "\0/room", "a\nb", "\r", "\u007f", "\u0085", "n".repeat(257));
    try (var test = wiring.start(app)) {
      for (String name : names) {
        var response = test.get("/room?name=" + encoded(name));
        assertThat(response.status()).as(encoded(name)).isEqualTo(400);
        assertThat(response.text()).contains("room name");
        assertThat(test.get("/to?name=" + encoded(name)).status()).isEqualTo(500);
        isNoName(name);
      }
      isNoName("\ud83d");
      isNoName("\ude00\ud83d");
      isNoName("a\ud83d");
    }
  }

  private void isNoName(String name) {
    assertThatThrownBy(() -> app.room(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("room name")
        .hasMessageContaining("expected: ");
  }

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8);
  }
}
