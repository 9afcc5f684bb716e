package dev.millrace.room;

import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.next;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.cluster.Position;
import dev.millrace.room.Reader.Kind;
import dev.millrace.stream.Event;
import dev.millrace.stream.Message;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestEvent;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What is sent to a room, as each wire shows it, and who gets it. */
class SendingTest {
  private static final byte[] BYTES = {0, 1, (byte) 0xff, 10};

  private final Millrace app = Millrace.create();

  record Price(String symbol, double value) {}

  private void joins() {
    app.stream("/a", out -> out.join("a"));
  }

  @OverEachWiring
  void textsAndValuesAreTheSameOnEveryWire(Wiring wiring) {
    joins();
    Map<Object, String> all = new HashMap<>();
    all.put("text", "text");
    all.put("", "");
    all.put("two\nlines", "two\nlines");
    all.put("\u00fc \ud83d\ude00 \"quoted\" \\", "\u00fc \ud83d\ude00 \"quoted\" \\");
    all.put(java.nio.CharBuffer.wrap("built"), "built");
    all.put(17, "17");
    all.put(true, "true");
    all.put(List.of(1, 2), "[1,2]");
    all.put(new Price("ACME", 1.5), "{\"symbol\":\"ACME\",\"value\":1.5}");
    all.put(Message.of("a message"), "a message");
    try (var test = wiring.start(app)) {
      for (Kind kind : Kind.values()) {
        try (Reader reader = kind.open(test, "/a")) {
          reader.position();
          all.forEach((data, text) -> {
            Position one = app.room("a").send(data);
            Position two = app.room("a").send("named", data);
            Position three = app.room("a").send(Event.of(data).name("event"));
            assertThat(reader.next(3))
                .as(kind + " " + data)
                .containsExactly(
                    new TestEvent("message", one.toString(), text),
                    new TestEvent("named", two.toString(), text),
                    new TestEvent("event", three.toString(), text));
          });
          Position nothing = app.room("a").send((Object) null);
          assertThat(reader.next()).isEqualTo(new TestEvent("message", nothing.toString(), "null"));
        }
      }
    }
  }

  @OverEachWiring
  void bytesAreBytesOnASocketAndBase64Elsewhere(Wiring wiring) {
    joins();
    String base64 = Base64.getEncoder().encodeToString(BYTES);
    try (var test = wiring.start(app)) {
      for (Kind kind : Kind.values()) {
        if (kind == Kind.SOCKET) {
          continue;
        }
        try (Reader reader = kind.open(test, "/a")) {
          reader.position();
          app.room("a").send(BYTES);
          app.room("a").send(Message.of(BYTES));
          app.room("a").send("named", BYTES);
          assertThat(reader.next(3))
              .extracting(each -> each.name() + " " + each.data())
              .containsExactly("message " + base64, "message " + base64, "named " + base64);
        }
      }
      try (var socket = test.socket("/a")) {
        socket.awaitMessage();
        for (Object data : List.of(BYTES, Message.of(BYTES))) {
          Position sent = app.room("a").send(data);
          assertThat(socket.awaitMessage().text())
              .isEqualTo("{\"id\":\"" + sent + "\",\"binary\":4}");
          assertThat(socket.awaitMessage().bytes()).isEqualTo(BYTES);
        }
        Position named = app.room("a").send("named", BYTES);
        assertThat(socket.awaitMessage().text())
            .isEqualTo(
                "{\"event\":\"named\",\"id\":\"" + named + "\",\"data\":\"" + base64 + "\"}");
      }
    }
  }

  @OverEachWiring
  void theBytesThatWereSentMayBeChangedAfterwards(Wiring wiring) {
    joins();
    try (var test = wiring.start(app);
        Reader reader = Kind.SSE.open(test, "/a")) {
      reader.position();
      byte[] mine = {1, 2, 3};
      app.room("a").send(mine);
      mine[0] = 9;
      assertThat(reader.next().data()).isEqualTo("AQID");
    }
  }

  @OverEachWiring
  void exceptMeTellsTheSenderItsPositionAndTheOthersTheMessage(Wiring wiring) {
    app.ws(
        "/chat",
        socket -> {
          Membership room = socket.join("chat");
          socket.onMessage(message -> room.exceptMe().send("said", message.text()));
        });
    app.ws(
        "/bare",
        socket -> {
          Membership room = socket.join("chat", Join.DEFAULT.bare());
          socket.onMessage(message -> room.exceptMe().send(message.text()));
        });
    app.stream("/read", out -> out.join("chat"));
    try (var test = wiring.start(app);
        Reader ann = Kind.SOCKET.open(test, "/chat");
        Reader bob = Kind.SOCKET.open(test, "/chat");
        Reader eve = Kind.SSE.open(test, "/read");
        var bare = test.socket("/bare")) {
      for (Reader each : List.of(ann, bob, eve)) {
        each.position();
      }
      eventually("all are in", () -> app.room("chat").size() == 4);
      ann.socket().sendText("one");
      TestEvent one = bob.next();
      assertThat(one).isEqualTo(new TestEvent("said", one.id(), "one"));
      assertThat(eve.next()).isEqualTo(one);
      assertThat(ann.position()).isEqualTo(one.id());
      assertThat(bare.awaitMessage().text()).isEqualTo("{\"event\":\"said\",\"data\":\"one\"}");
      bob.socket().sendText("two");
      TestEvent two = ann.next();
      assertThat(two.data()).isEqualTo("two");
      assertThat(eve.next()).isEqualTo(two);
      assertThat(bob.position()).isEqualTo(two.id());
      assertThat(bare.awaitMessage().text()).isEqualTo("{\"event\":\"said\",\"data\":\"two\"}");
      bare.sendText("three");
      assertThat(ann.data(1)).containsExactly("three");
      app.room("chat").send("four");
      assertThat(bare.awaitMessage().text()).isEqualTo("four");
      assertThat(ann.data(1)).containsExactly("four");
    }
  }

  @OverEachWiring
  void manyOfItsOwnAreLeftOutAmongThoseOfOthers(Wiring wiring) {
    app.ws(
        "/chat",
        socket -> {
          Membership room = socket.join("chat");
          socket.onMessage(message -> {
            for (int i = 0; i < 600; i++) {
              room.exceptMe().send("mine" + i);
              if (i % 3 == 0) {
                app.room("chat").send("all" + i);
              }
            }
          });
        });
    try (var test = wiring.start(app);
        Reader ann = Kind.SOCKET.open(test, "/chat");
        Reader bob = Kind.SOCKET.open(test, "/chat")) {
      ann.position();
      bob.position();
      ann.socket().sendText("go");
      for (int i = 0; i < 600; i++) {
        TestEvent mine = bob.next();
        assertThat(mine.data()).isEqualTo("mine" + i);
        assertThat(ann.position()).isEqualTo(mine.id());
        if (i % 3 == 0) {
          assertThat(ann.data(1)).containsExactly("all" + i);
          assertThat(bob.data(1)).containsExactly("all" + i);
        }
      }
    }
  }

  @OverEachWiring
  void whoIsNotInARoomCanSendToIt(Wiring wiring) {
    app.ws(
        "/outside",
        socket ->
            socket.onMessage(message -> {
              socket.to("a").send(message.text());
              socket.to("a").exceptMe().send("again");
            }));
    app.ws(
        "/inside",
        socket -> {
          socket.join("a");
          socket.onMessage(message -> {
            socket.to("a").send(message.text());
            socket.to("a").exceptMe().send("not me");
          });
        });
    joins();
    try (var test = wiring.start(app);
        Reader reader = Kind.SSE.open(test, "/a");
        Reader inside = Kind.SOCKET.open(test, "/inside");
        var outside = test.socket("/outside")) {
      reader.position();
      inside.position();
      outside.sendText("hello");
      assertThat(reader.data(2)).containsExactly("hello", "again");
      assertThat(inside.data(2)).containsExactly("hello", "again");
      inside.socket().sendText("me");
      assertThat(reader.data(2)).containsExactly("me", "not me");
      assertThat(inside.data(1)).containsExactly("me");
      inside.position();
      assertThat(app.room("a").size()).isEqualTo(2);
    }
  }

  @OverEachWiring
  void broadcastIsForTheOtherSocketsOfTheRoute(Wiring wiring) {
    app.ws(
        "/game/{table}",
        socket ->
            socket.onMessage(message -> {
              socket.broadcast(message);
              socket.broadcast("named", Map.of("x", 1));
            }));
    app.ws(
        "/other",
        socket -> {
          socket.join("a");
          socket.onMessage(message -> socket.send(message));
        });
    joins();
    try (var test = wiring.start(app);
        var ann = test.socket("/game/1");
        var bob = test.socket("/game/2");
        var other = test.socket("/other");
        Reader reader = Kind.SSE.open(test, "/a")) {
      other.awaitMessage();
      reader.position();
      for (var each : List.of(ann, bob)) {
        assertThat(each.isAccepted()).isTrue();
      }
      // Who is heard has come in: its handler has returned.
      ann.sendText("is anybody there?");
      bob.sendText("yes");
      assertThat(ann.awaitText("yes")).isEqualTo("yes");
      assertThat(ann.awaitMessage().text()).isEqualTo("{\"event\":\"named\",\"data\":{\"x\":1}}");
      ann.sendBytes(BYTES);
      while (true) {
        var message = bob.awaitMessage();
        if (!message.isText()) {
          assertThat(message.bytes()).isEqualTo(BYTES);
          break;
        }
      }
      other.sendText("nothing else");
      assertThat(other.awaitMessage().text()).isEqualTo("nothing else");
      app.room("a").send("nothing else");
      assertThat(reader.data(1)).containsExactly("nothing else");
    }
  }

  @OverEachWiring
  void oneSendersMessagesAreInItsOrderAndAllMembersHaveTheSame(Wiring wiring)
      throws InterruptedException {
    int threads = 4;
    int each = 100;
    joins();
    try (var test = wiring.start(app)) {
      List<Reader> readers = new ArrayList<>();
      for (Kind kind : Kind.values()) {
        readers.add(kind.open(test, "/a"));
        readers.add(kind.open(test, "/a"));
      }
      readers.forEach(Reader::position);
      List<Thread> senders = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int number = t;
        senders.add(
            Thread.ofPlatform()
                .start(() -> {
                  for (int i = 0; i < each; i++) {
                    app.room("a").send(number + " " + i);
                  }
                }));
      }
      for (Thread sender : senders) {
        sender.join();
      }
      List<TestEvent> first = readers.getFirst().next(threads * each);
      Map<String, Integer> next = new HashMap<>();
      for (TestEvent event : first) {
        String[] parts = event.data().split(" ", -1);
        assertThat(Integer.parseInt(parts[1])).isEqualTo(next.getOrDefault(parts[0], 0));
        next.merge(parts[0], 1, Integer::sum);
      }
      for (Reader reader : readers.subList(1, readers.size())) {
        assertThat(reader.next(threads * each)).isEqualTo(first);
      }
      readers.forEach(Reader::close);
    }
  }

  @OverEachWiring
  void whatIsTooLongIsNotSent(Wiring wiring) {
    app.rooms("a", RoomOptions.DEFAULT.maxPayload(10));
    joins();
    try (var test = wiring.start(app);
        Reader reader = Kind.SSE.open(test, "/a")) {
      String start = reader.position();
      for (Object long11 : List.of("12345678901", new byte[11], Map.of("k", "12345"))) {
        assertThatThrownBy(() -> app.room("a").send(long11))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageMatching(
                "a message of 1[0-9] bytes to room \"a\" \\(expected: at most 10;"
                    + " see RoomOptions.maxPayload\\)");
      }
      assertThat(app.room("a").position().toString()).isEqualTo(start);
      app.room("a").send("1234567890");
      assertThat(reader.data(1)).containsExactly("1234567890");
      assertThat(app.room("a").stats().bytes()).isEqualTo(10);
    }
  }

  @OverEachWiring
  void eventsOfRoomsHaveNeitherIdsNorRetryTimes(Wiring wiring) {
    joins();
    try (var test = wiring.start(app)) {
      String start = app.room("a").position().toString();
      assertThatThrownBy(() -> app.room("a").send(Event.of("x").id("7")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("event with id \"7\" (expected: none");
      assertThatThrownBy(() -> app.room("a").send(Event.of("x").retry(Duration.ofSeconds(1))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected: none");
      List<Object> loop = new ArrayList<>();
      loop.add(loop);
      assertThatThrownBy(() -> app.room("a").send(loop))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> app.room("a").send(Event.of("x").name("n".repeat(1025))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("event name of 1025 characters (expected: at most 1024");
      assertThatThrownBy(() -> app.room("a").send(Event.of("x").key("k".repeat(1025))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("event key of 1025 characters");
      assertThat(test.server().status().streams()).isZero();
      assertThat(app.room("a").position().toString()).isEqualTo(start);
    }
  }

  @OverEachWiring
  void messagesMayComeFromTimersListenersHandlersAndForeignThreads(Wiring wiring)
      throws InterruptedException {
    FakeClock clock = new FakeClock();
    BlockingQueue<Membership> members = new LinkedBlockingQueue<>();
    joins();
    app.ws(
        "/sends",
        socket -> {
          Membership room = socket.join("a");
          room.send("from the handler");
          socket.onMessage(message -> room.send("from a listener"));
          socket.after(Duration.ofSeconds(1), () -> room.send("from a timer"));
          socket.onClose(() -> room.send("from a cleanup"));
          members.add(room);
        });
    try (var test = wiring.startAt(clock, app);
        Reader reader = Kind.SSE.open(test, "/a")) {
      reader.position();
      var socket = test.socket("/sends");
      assertThat(reader.data(1)).containsExactly("from the handler");
      Membership room = next(members);
      clock.advance(Duration.ofSeconds(1));
      assertThat(reader.data(1)).containsExactly("from a timer");
      socket.sendText("x");
      assertThat(reader.data(1)).containsExactly("from a listener");
      Thread thread = Thread.ofPlatform().start(() -> room.send("from a thread"));
      thread.join();
      assertThat(reader.data(1)).containsExactly("from a thread");
      socket.close();
      assertThat(reader.data(1)).containsExactly("from a cleanup");
      room.send("from who has left");
      assertThat(reader.data(1)).containsExactly("from who has left");
    }
  }
}
