package dev.millrace.stream;

import static dev.millrace.stream.SocketEnds.FREE;
import static dev.millrace.test.Eventually.next;
import static dev.millrace.test.Eventually.resultOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.http.Filter;
import dev.millrace.http.Key;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestMessage;
import dev.millrace.test.TestSocket;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** What a socket sends, and what its handler knows of it. */
class SocketSendTest {
  private static final Key<String> USER = Key.of("user", String.class);

  private final Millrace app = Millrace.create();
  private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();

  record Point(int x, int y) {}

  @OverEachWiring
  void eachKindOfDataHasItsFrame(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          socket.send("text");
          socket.send(new byte[] {1, 2});
          socket.send(new Point(1, 2));
          socket.send((Object) null);
          socket.send(Message.of("as it came"));
          socket.send(Message.of(new byte[] {3}));
          socket.send("named", "text");
          socket.send(Event.of(new Point(3, 4)).name("moved").id("7"));
          socket.send(Event.of(5).id(8));
          socket.error("told");
          assertThatThrownBy(() -> socket.send("named", Message.of(new byte[] {3})))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("binary of 1 bytes");
          socket.comment("left out");
          socket.send("last");
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      assertThat(socket.awaitMessage().text()).isEqualTo("text");
      assertThat(socket.awaitMessage().bytes()).containsExactly(1, 2);
      assertThat(socket.awaitMessage().text()).isEqualTo("{\"x\":1,\"y\":2}");
      assertThat(socket.awaitMessage().text()).isEqualTo("null");
      assertThat(socket.awaitMessage().text()).isEqualTo("as it came");
      assertThat(socket.awaitMessage().bytes()).containsExactly(3);
      assertThat(socket.awaitMessage().text()).isEqualTo("{\"event\":\"named\",\"data\":\"text\"}");
      assertThat(socket.awaitMessage().json(Map.class).toString())
          .isEqualTo("{event=moved, id=7, data={x=3, y=4}}");
      assertThat(socket.awaitMessage().json(Map.class).toString()).isEqualTo("{id=8, data=5}");
      assertThat(socket.awaitMessage().text())
          .isEqualTo("{\"event\":\"error\",\"data\":{\"error\":\"told\"}}");
      assertThat(socket.awaitMessage().text()).isEqualTo("last");
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
    }
  }

  @OverEachWiring
  void fiftyThreadsSendAndEachKeepsItsOrder(Wiring wiring) {
    int threads = 50;
    int each = 40;
    app.ws(
        "/",
        socket -> {
          List<Thread> senders = new ArrayList<>();
          for (int t = 0; t < threads; t++) {
            int sender = t;
            senders.add(
                Thread.ofVirtual()
                    .start(() -> {
                      for (int i = 0; i < each; i++) {
                        socket.send(sender + " " + i + " " + "x".repeat(i * 10));
                      }
                    }));
          }
          for (Thread sender : senders) {
            sender.join();
          }
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      int[] last = new int[threads];
      for (TestMessage message : socket.awaitMessages(threads * each)) {
        String[] parts = message.text().split(" ", -1);
        assertThat(last[Integer.parseInt(parts[0])]++).isEqualTo(Integer.parseInt(parts[1]));
        assertThat(parts[2]).hasSize(10 * Integer.parseInt(parts[1]));
      }
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
    }
  }

  @OverEachWiring
  void offerNeverWaitsAndSaysWhatBecameOfIt(Wiring wiring) {
    CompletableFuture<LiveSocket> open = new CompletableFuture<>();
    app.ws(
        "/",
        socket -> {
          socket.keepOpen();
          open.complete(socket);
        },
        FREE.highWaterMark(1024));
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      LiveSocket server = resultOf(open);
      assertThat(server.offer("a")).isEqualTo(Offered.QUEUED);
      socket.awaitText("a");
      socket.stall();
      byte[] large = new byte[100_000];
      Offered offered = Offered.QUEUED;
      for (int i = 0; i < 1000 && offered == Offered.QUEUED; i++) {
        offered = server.offer(large);
      }
      assertThat(offered).isEqualTo(Offered.DROPPED);
      server.close();
      assertThat(server.offer("b")).isEqualTo(Offered.CLOSED);
      socket.resume();
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
    }
  }

  @OverEachWiring
  void outputAndWriterSendMessages(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          socket.output().write(new byte[] {1, 2, 3});
          socket.send("between");
          socket.output().write(new byte[] {4});
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      assertThat(socket.awaitMessage().bytes()).containsExactly(1, 2, 3);
      assertThat(socket.awaitMessage().text()).isEqualTo("between");
      assertThat(socket.awaitMessage().bytes()).containsExactly(4);
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
    }
  }

  @OverEachWiring
  void whatIsPipedIsMessagesAtTheSpeedOfTheReader(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          socket.pipe(List.of("a", new Point(1, 2), Event.of("c").name("n")));
          socket.send("after");
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      assertThat(socket.awaitMessage().text()).isEqualTo("a");
      assertThat(socket.awaitMessage().json(Point.class)).isEqualTo(new Point(1, 2));
      assertThat(socket.awaitMessage().text()).isEqualTo("{\"event\":\"n\",\"data\":\"c\"}");
      assertThat(socket.awaitMessage().text()).isEqualTo("after");
    }
  }

  @OverEachWiring
  void pingsAreSentAndTooLongOnesRefused(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          assertThatThrownBy(() -> socket.ping(new byte[126]))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage("ping of 126 bytes (expected: at most 125)");
          socket.onPong(payload -> {
            seen.add(payload.length);
            socket.close(1000, "");
            assertThatThrownBy(() -> socket.ping(new byte[0]))
                .isInstanceOf(StreamClosedException.class);
            seen.add("refused");
          });
          socket.onMessage(message -> {});
          socket.ping(new byte[125]);
        });
    try (var test = wiring.start(app);
        var socket = test.socket("/")) {
      assertThat(socket.awaitPing()).hasSize(125);
      assertThat(next(seen)).isEqualTo(125);
      assertThat(next(seen)).isEqualTo("refused");
    }
  }

  // --- what is known of it ---

  @OverEachWiring
  void idsDifferAreNotToBeGuessedAndStay(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          socket.send(socket.id());
          socket.onMessage(message -> socket.send(socket.id()));
        });
    Set<String> ids = new HashSet<>();
    try (var test = wiring.start(app)) {
      for (int i = 0; i < 20; i++) {
        try (TestSocket socket = test.socket("/")) {
          String id = socket.awaitMessage().text();
          assertThat(id).matches("[0-9a-f]{32}");
          assertThat(ids.add(id)).isTrue();
          socket.sendText("");
          assertThat(socket.awaitMessage().text()).isEqualTo(id);
        }
      }
    }
  }

  @OverEachWiring
  void whatFiltersFoundOutIsReadByListenersTimersAndCleanups(Wiring wiring) {
    FakeClock clock = new FakeClock();
    app.filter(Filter.before(request -> request.attribute(USER, "ada")));
    app.ws(
        "/room/{room}/user/{user}",
        socket -> {
          var request = socket.request();
          socket.onMessage(message ->
              socket.send(
                  request.attribute(USER).orElseThrow()
                      + request.path("room")
                      + request.path("user")));
          socket.after(
              Duration.ofSeconds(1),
              () -> socket.send("timer " + socket.request().attribute(USER).orElseThrow()));
          socket.onClose(() -> seen.add(socket.request().attribute(USER).orElseThrow()));
        });
    try (var test = wiring.startAt(clock, app);
        var socket = test.socket("/room/7/user/b%C3%B6b?x=1")) {
      socket.sendText("");
      assertThat(socket.awaitMessage().text()).isEqualTo("ada7böb");
      clock.advance(Duration.ofSeconds(1));
      assertThat(socket.awaitMessage().text()).isEqualTo("timer ada");
      socket.close(1000, "");
      assertThat(next(seen)).isEqualTo("ada");
    }
  }

  @OverEachWiring
  void exactlyOneSubprotocolIsChosenByTheServersPreference(Wiring wiring) {
    app.ws(
        "/",
        socket -> socket.send(socket.subprotocol()),
        SocketOptions.DEFAULT.subprotocols("v2", "v1"));
    try (var test = wiring.start(app)) {
      record Case(Optional<String> chosen, List<String> offered) {}
      for (Case each :
          List.of(
              new Case(Optional.of("v2"), List.of("v1", "v2")),
              new Case(Optional.of("v1"), List.of("v1", "other")),
              new Case(Optional.empty(), List.of("V1", "other")),
              new Case(Optional.of("millrace.v1"), List.of("other", "millrace.v1")),
              new Case(Optional.of("v1"), List.of("millrace.v1", "v1")))) {
        try (var socket =
            test.request("GET", "/").subprotocols(each.offered.toArray(String[]::new)).socket()) {
          assertThat(socket.headers().all("Sec-WebSocket-Protocol"))
              .isEqualTo(each.chosen.stream().toList());
          assertThat(socket.awaitMessage().text()).contains(each.chosen.orElse("null"));
        }
      }
      try (var socket = test.socket("/")) {
        assertThat(socket.subprotocol()).isEmpty();
      }
    }
  }

  @OverEachWiring
  void timersSendUntilTheSocketEnds(Wiring wiring) {
    FakeClock clock = new FakeClock();
    app.ws(
        "/",
        socket -> {
          socket.send("here");
          socket.every(Duration.ofSeconds(1), () -> socket.send("tick"));
          socket.after(Duration.ofMillis(1500), () -> socket.send("once"));
        });
    try (var test = wiring.startAt(clock, app);
        var socket = test.socket("/")) {
      socket.awaitText("here");
      for (String text : new String[] {"tick", "once", "tick"}) {
        clock.advance(Duration.ofMillis(text.equals("tick") && seen.isEmpty() ? 1000 : 500));
        seen.add(text);
        assertThat(socket.awaitMessage().text()).isEqualTo(text);
      }
      socket.close(1000, "");
      assertThat(socket.awaitClose().code()).isEqualTo(1000);
      SocketEnds.nothingIsLeft(test);
    }
  }
}
