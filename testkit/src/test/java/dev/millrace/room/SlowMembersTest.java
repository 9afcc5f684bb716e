package dev.millrace.room;

import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.cluster.Position;
import dev.millrace.json.JsonCodec;
import dev.millrace.room.Reader.Kind;
import dev.millrace.stream.CloseReason;
import dev.millrace.stream.Event;
import dev.millrace.stream.LiveSocket;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestClose;
import dev.millrace.test.TestEvent;
import dev.millrace.test.TestStream.End;
import dev.millrace.test.Wiring;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Readers that take nothing for a while, by what their room says is to happen to them. */
class SlowMembersTest {
  /** Few of them fill what the kernel keeps for a connection. */
  private static final String BIG = "x".repeat(200_000);

  private static final int KEPT = 4;

  private final Millrace app = Millrace.create();
  private final BlockingQueue<CloseReason> ends = new LinkedBlockingQueue<>();

  private void room(SlowReaders policy) {
    app.rooms("a", RoomOptions.DEFAULT.keep(KEPT).slowReaders(policy));
    app.stream("/a", out -> out.join("a"));
    app.stream(
        "/slow",
        out -> {
          out.onClose(ends::add);
          out.join("a");
        });
  }

  private static void stall(Reader reader) {
    if (reader.stream() != null) {
      reader.stream().stall();
    } else {
      reader.socket().stall();
    }
  }

  private static void resume(Reader reader) {
    if (reader.stream() != null) {
      reader.stream().resume();
    } else {
      reader.socket().resume();
    }
  }

  private RoomStats stats() {
    return app.room("a").stats();
  }

  /** Sends big messages, so many that the log overtakes a reader that stalls. */
  private void flood(Wiring wiring, @Nullable String key) {
    for (int i = 0; i < many(wiring); i++) {
      app.room("a").send(Event.of(i + " " + BIG).key(key));
    }
  }

  /** How many big messages are more than a connection holds. */
  private static int many(Wiring wiring) {
    return wiring == Wiring.MEMORY ? 20 : 100;
  }

  private static int number(TestEvent event) {
    return Integer.parseInt(event.data().substring(0, event.data().indexOf(' ')));
  }

  /**
   * Reads messages without a hole, unless a gap says which, up to one.
   *
   * @return how many gaps there were
   */
  private static int readTo(Reader reader, Position start, Position last) {
    Position seen = start;
    int gaps = 0;
    while (!seen.equals(last)) {
      TestEvent event = reader.next();
      if (event.name().equals("gap")) {
        Map<?, ?> gap = gap(event);
        assertThat(gap.get("from")).isEqualTo(seen.toString());
        seen = Position.parse(gap.get("to").toString()).orElseThrow();
        gaps++;
      } else {
        assertThat(event.id()).isEqualTo(seen.at(seen.sequence() + 1).toString());
        seen = seen.at(seen.sequence() + 1);
      }
    }
    return gaps;
  }

  private static Map<?, ?> gap(TestEvent event) {
    assertThat(event.name()).isEqualTo("gap");
    Map<?, ?> data =
        JsonCodec.standard().decode(event.data().getBytes(StandardCharsets.UTF_8), Map.class);
    assertThat(data.get("reason")).isEqualTo("overtaken");
    return data;
  }

  @OverEachWiring
  void skipToLatestTellsTheGapAndGoesOnWithTheNewest(Wiring wiring) {
    room(SlowReaders.skipToLatest());
    try (var test = wiring.start(app)) {
      for (Kind kind : List.of(Kind.SSE, Kind.LINES, Kind.SOCKET)) {
        try (Reader slow = kind.open(test, "/slow");
            Reader fast = Kind.SOCKET.open(test, "/a")) {
          Position start = Position.parse(slow.position()).orElseThrow();
          fast.position();
          stall(slow);
          RoomStats before = stats();
          flood(wiring, null);
          Position last = app.room("a").position();
          resume(slow);
          int gaps = readTo(slow, start, last);
          assertThat(gaps).isPositive();
          app.room("a").send("live");
          assertThat(slow.next().data()).isEqualTo("live");
          assertThat(stats().overtaken()).isGreaterThan(before.overtaken());
          assertThat(stats().skipped()).isGreaterThan(before.skipped());
          assertThat(stats().disconnected()).isZero();
        }
      }
    }
  }

  @OverEachWiring
  void conflateByKeyGivesTheNewestOfEachKeyAndNoGapWhenAllWereReplaced(Wiring wiring) {
    room(SlowReaders.conflateByKey());
    try (var test = wiring.start(app)) {
      for (Kind kind : List.of(Kind.SSE, Kind.LINES, Kind.SOCKET)) {
        try (Reader slow = kind.open(test, "/slow")) {
          slow.position();
          stall(slow);
          flood(wiring, "one key");
          app.room("a").send(Event.of("1 other").key("other"));
          app.room("a").send(Event.of("2 one").key("one key"));
          app.room("a").send("3 without");
          resume(slow);
          List<String> rest = new ArrayList<>();
          int last = -1;
          int big = 0;
          while (!rest.contains("3 without")) {
            TestEvent event = slow.next();
            assertThat(event.name()).isEqualTo("message");
            if (event.data().length() > 100) {
              assertThat(number(event)).isGreaterThan(last);
              last = number(event);
              big++;
            } else {
              rest.add(event.data());
            }
          }
          assertThat(rest).containsExactly("1 other", "2 one", "3 without");
          // Which of them had left when they were replaced is the loop's doing; not all had.
          assertThat(big).as("what had not left was replaced").isLessThan(many(wiring));
          assertThat(stats().disconnected()).isZero();
        }
      }
    }
  }

  @OverEachWiring
  void conflateByKeyTellsTheGapWhenSomethingIsGoneThatNothingReplaces(Wiring wiring) {
    room(SlowReaders.conflateByKey());
    try (var test = wiring.start(app);
        Reader slow = Kind.SSE.open(test, "/a")) {
      Position start = Position.parse(slow.position()).orElseThrow();
      slow.stream().stall();
      for (int i = 0; i < many(wiring); i++) {
        app.room("a").send(Event.of(i + " " + BIG).key("key " + i));
      }
      slow.stream().resume();
      assertThat(readTo(slow, start, app.room("a").position())).isPositive();
      // It has gone on with the oldest that was kept, and not with the newest.
      assertThat(stats().skipped()).isZero();
    }
  }

  @OverEachWiring
  void sampleGivesTheLastOfEachPeriodToWhoIsBehindAndAllToWhoIsNot(Wiring wiring) {
    app.rooms("a", RoomOptions.DEFAULT.slowReaders(SlowReaders.sample(2)));
    app.rooms(
        "big",
        RoomOptions.DEFAULT
            .maxPayload(16 << 20)
            .retention(RoomOptions.DEFAULT.retention().bytes(64 << 20)));
    app.stream(
        "/a",
        out -> {
          out.join("big");
          out.join("a");
        });
    FakeClock clock = new FakeClock();
    try (var test = wiring.startAt(clock, app);
        Reader slow = Kind.SSE.open(test, "/a");
        Reader fast = Kind.SOCKET.open(test, "/a")) {
      slow.position();
      fast.position();
      slow.stream().stall();
      for (int i = 0; i < 3; i++) {
        app.room("big").send("y".repeat(10_000_000));
        assertThat(fast.next().data()).hasSize(10_000_000);
      }
      Map<Long, String> lastOf = new HashMap<>();
      for (int i = 0; i < 40; i++) {
        lastOf.put(clock.instant().toEpochMilli() / 500, "" + i);
        app.room("a").send("" + i);
        assertThat(fast.next().data()).as("who keeps up").isEqualTo("" + i);
        clock.advance(Duration.ofMillis(100));
      }
      slow.stream().resume();
      for (int i = 0; i < 3; i++) {
        assertThat(slow.next().data()).hasSize(10_000_000);
      }
      List<String> given = new ArrayList<>();
      while (!given.contains("39")) {
        given.add(slow.next().data());
      }
      assertThat(given).hasSizeBetween(8, 9).containsAll(lastOf.values());
      assertThat(stats().skipped()).isGreaterThanOrEqualTo(31);
      assertThat(stats().overtaken()).isZero();
    }
  }

  @OverEachWiring
  void disconnectEndsTheStreamsOfWhoIsOvertakenAndTheGapIsTheirsWhenTheyComeBack(Wiring wiring) {
    room(SlowReaders.disconnect());
    try (var test = wiring.start(app)) {
      for (Kind kind : List.of(Kind.SSE, Kind.LINES, Kind.SOCKET)) {
        ends.clear();
        long before = stats().disconnected();
        Reader slow = kind.open(test, "/slow");
        try (Reader fast = Kind.SOCKET.open(test, "/a")) {
          String at = slow.position();
          fast.position();
          stall(slow);
          for (int i = 0; i < many(wiring); i++) {
            app.room("a").send(i + " " + BIG);
            assertThat(number(fast.next())).as("who keeps up").isEqualTo(i);
          }
          resume(slow);
          if (kind == Kind.SOCKET) {
            assertThat(slow.socket().awaitClose()).isEqualTo(new TestClose(1013, "too slow"));
          } else {
            assertThat(slow.stream().awaitEnd()).isEqualTo(End.WHOLE);
          }
          assertThat(next(ends).kind()).isEqualTo(CloseReason.Kind.OVERTAKEN);
          assertThat(stats().disconnected()).isEqualTo(before + 1);
          try (Reader back = kind.open(test, "/a", at)) {
            TestEvent gap = back.next();
            assertThat(gap.name()).isEqualTo("gap");
            assertThat(gap.data()).contains("\"reason\":\"expired\"");
            back.position();
            assertThat(number(back.next())).isEqualTo(many(wiring) - KEPT);
          }
        }
        eventually("they have gone", () -> app.room("a").size() == 0);
      }
    }
  }

  @OverEachWiring
  void waitForHoldsTheSenderUntilTheSlowestHasRead(Wiring wiring) throws InterruptedException {
    room(SlowReaders.waitFor(Duration.ofSeconds(30)));
    try (var test = wiring.start(app);
        Reader slow = Kind.SSE.open(test, "/a");
        Reader fast = Kind.SOCKET.open(test, "/a")) {
      slow.position();
      fast.position();
      slow.stream().stall();
      Thread sender = Thread.ofPlatform().start(() -> flood(wiring, null));
      eventually("the sender waits", () -> stats().waited() > 0);
      assertThat(sender.isAlive()).isTrue();
      slow.stream().resume();
      for (int i = 0; i < many(wiring); i++) {
        assertThat(number(fast.next())).isEqualTo(i);
        assertThat(number(slow.next())).isEqualTo(i);
      }
      sender.join();
      assertThat(stats().disconnected()).isZero();
      assertThat(stats().overtaken()).isZero();
    }
  }

  @OverEachWiring
  void waitForWaitsNoLongerWhenWhoItWaitsForHasGone(Wiring wiring) throws InterruptedException {
    room(SlowReaders.waitFor(Duration.ofHours(1)));
    try (var test = wiring.start(app);
        Reader fast = Kind.SOCKET.open(test, "/a")) {
      fast.position();
      Thread sender;
      try (Reader slow = Kind.SSE.open(test, "/a")) {
        slow.position();
        slow.stream().stall();
        sender = Thread.ofPlatform().start(() -> flood(wiring, null));
        eventually("the sender waits", () -> stats().waited() > 0);
      }
      for (int i = 0; i < many(wiring); i++) {
        assertThat(number(fast.next())).isEqualTo(i);
      }
      sender.join();
      assertThat(stats().disconnected()).isZero();
    }
  }

  @OverEachWiring
  void waitForLosesNothingWhenSeveralSendMessagesOfManyLengths(Wiring wiring)
      throws InterruptedException {
    app.rooms(
        "a",
        RoomOptions.DEFAULT
            .retention(RoomOptions.DEFAULT.retention().count(1000).bytes(400_000))
            .slowReaders(SlowReaders.waitFor(Duration.ofSeconds(30))));
    app.stream("/a", out -> out.join("a"));
    try (var test = wiring.start(app);
        Reader one = Kind.LINES.open(test, "/a");
        Reader two = Kind.SOCKET.open(test, "/a")) {
      one.position();
      two.position();
      List<Thread> senders = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        String name = "s" + t;
        senders.add(
            Thread.ofPlatform()
                .start(() -> {
                  for (int i = 0; i < 150; i++) {
                    app.room("a").send(name, i + " " + (i % 10 == 9 ? BIG : BIG.substring(0, 500)));
                  }
                }));
      }
      for (Reader reader : List.of(one, two)) {
        if (reader.stream() != null) {
          for (var event : reader.stream().awaitEvents(600)) {
            assertThat(event.name()).startsWith("s");
          }
        } else {
          Map<String, Integer> next = new HashMap<>();
          for (TestEvent event : reader.next(600)) {
            assertThat(number(event)).isEqualTo(next.getOrDefault(event.name(), 0));
            next.merge(event.name(), 1, Integer::sum);
          }
        }
      }
      for (Thread sender : senders) {
        sender.join();
      }
      assertThat(stats().disconnected()).isZero();
      assertThat(stats().overtaken()).isZero();
    }
  }

  @OverEachWiring
  void waitForDisconnectsWhoHoldsUpTheSenderForTooLong(Wiring wiring) throws InterruptedException {
    room(SlowReaders.waitFor(Duration.ofMillis(300)));
    // Real time, also in memory: a sender waits in it.
    try (var test = wiring.start(app, ServerOptions.DEFAULT)) {
      for (Kind kind : List.of(Kind.SOCKET, Kind.SSE)) {
        ends.clear();
        try (Reader slow = kind.open(test, "/slow");
            Reader fast = Kind.SOCKET.open(test, "/a")) {
          slow.position();
          fast.position();
          stall(slow);
          Thread sender = Thread.ofPlatform().start(() -> flood(wiring, null));
          for (int i = 0; i < many(wiring); i++) {
            assertThat(number(fast.next())).as("who keeps up").isEqualTo(i);
          }
          sender.join();
          resume(slow);
          if (kind == Kind.SOCKET) {
            assertThat(slow.socket().awaitClose().code()).isEqualTo(1013);
          } else {
            assertThat(slow.stream().awaitEnd()).isEqualTo(End.WHOLE);
          }
          assertThat(next(ends).kind()).isEqualTo(CloseReason.Kind.OVERTAKEN);
        }
        eventually("they have gone", () -> app.room("a").size() == 0);
      }
    }
  }

  @OverEachWiring
  void whatIsSentDirectlyIsNotStuckBehindTheRoom(Wiring wiring) {
    BlockingQueue<LiveSocket> sockets = new LinkedBlockingQueue<>();
    app.rooms(
        "a",
        RoomOptions.DEFAULT
            .maxPayload(1 << 20)
            .retention(RoomOptions.DEFAULT.retention().bytes(1 << 30)));
    app.ws(
        "/a",
        socket -> {
          socket.join("a");
          sockets.add(socket);
          socket.keepOpen();
        });
    try (TestApp test = wiring.start(app)) {
      var client = test.socket("/a");
      client.awaitMessage();
      LiveSocket socket = next(sockets);
      client.stall();
      int messages = 200;
      for (int i = 0; i < messages; i++) {
        app.room("a").send(i + " " + BIG);
      }
      socket.ping(new byte[] {7});
      socket.send("direct");
      client.resume();
      int before = 0;
      while (!client.awaitMessage().text().equals("direct")) {
        before++;
      }
      assertThat(before).as("messages of the room before it").isLessThan(messages);
      assertThat(client.awaitPing()).containsExactly(7);
      client.stall();
      socket.close(4000, "bye");
      client.resume();
      assertThat(client.awaitClose()).isEqualTo(new TestClose(4000, "bye"));
      eventually("it has gone", () -> app.room("a").size() == 0);
    }
  }
}
