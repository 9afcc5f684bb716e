package dev.millrace.room;

import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.cluster.Position;
import dev.millrace.json.JsonCodec;
import dev.millrace.room.RawMember.Kind;
import dev.millrace.stream.LiveSocket;
import dev.millrace.stream.LiveStream;
import dev.millrace.test.Eventually;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Members on HTTP/1.1 whose sockets are full, so that a message is cut in the middle: what they get
 * is whole and in order all the same. Another seed is set by {@code -Dmillrace.seed=}.
 */
class FullSocketTest {
  private static final int ROUNDS = 40;
  private static final int LONG = 40_000;

  private final long seed = Long.getLong("millrace.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private final Millrace app = Millrace.create();
  private final BlockingQueue<LiveStream> streams = new LinkedBlockingQueue<>();
  private final List<String> sent = new ArrayList<>();

  private TestApp start(int kept) {
    app.rooms(
        "a",
        RoomOptions.DEFAULT
            .maxPayload(1 << 20)
            .retention(RoomOptions.DEFAULT.retention().count(kept).bytes(1 << 30)));
    for (Kind kind : List.of(Kind.SSE, Kind.SSE_1_0)) {
      app.stream(
          "/" + kind,
          out -> {
            out.join("a");
            streams.add(out);
          });
    }
    app.ws(
        "/SOCKET",
        socket -> {
          socket.join("a");
          streams.add(socket);
          socket.keepOpen();
        });
    return TestApp.onPort(app);
  }

  private static RawMember open(TestApp test, Kind kind, int receiveBuffer) throws IOException {
    return new RawMember(kind, test.server().port(), "/" + kind, receiveBuffer);
  }

  /** No two are the same, nor are two parts of one. */
  private String send(int length) {
    int number = sent.size();
    StringBuilder text = new StringBuilder(length + 16).append(number).append(' ');
    while (text.length() < length) {
      text.append((char) ('a' + number % 26)).append(text.length()).append(',');
    }
    sent.add(text.toString());
    app.room("a").send(sent.getLast());
    return sent.getLast();
  }

  /** As long as to fit into a socket, to be cut, to be most of a batch, or not to go this way. */
  private int anyLength() {
    return switch (random.nextInt(5)) {
      case 0 -> 1 + random.nextInt(100);
      case 1 -> 1000 + random.nextInt(4000);
      case 2, 3 -> 10_000 + random.nextInt(50_000);
      default -> 60_000 + random.nextInt(60_000);
    };
  }

  /** What a member has read, held against what was sent. */
  private final class Follower {
    private final RawMember member;
    private final boolean slow;
    private final String name;
    private int read;
    private int direct;
    private int pings;

    Follower(RawMember member, boolean slow, String name) throws IOException {
      this.member = member;
      this.slow = slow;
      this.name = name;
      member.position();
    }

    void readTo(int messages) throws IOException {
      while (read < messages) {
        next();
      }
    }

    void next() throws IOException {
      TestEvent event = Objects.requireNonNull(member.next(), "it has ended");
      switch (event.name()) {
        case "message" -> {
          String expected = sent.get(read);
          if (!event.data().equals(expected)) {
            assertThat(event.data()).as("seed %d, %s, message %d", seed, name, read).isEqualTo("");
          }
          read++;
        }
        case "direct" -> assertThat(event.data()).isEqualTo("" + direct++);
        case "ping" -> pings++;
        default -> throw new AssertionError("seed " + seed + ", " + name + ": " + event);
      }
    }

    /** How many bytes have been sent to it at least that it has not read. */
    int waiting() {
      int bytes = 0;
      for (int i = read; i < sent.size(); i++) {
        bytes += sent.get(i).length();
      }
      return bytes;
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whateverIsCutComesWholeAndInOrder(Kind kind) throws Exception {
    try (Warnings warnings = new Warnings();
        TestApp test = start(100_000);
        RawMember one = open(test, kind, RawMember.TINY);
        RawMember two = open(test, kind, 32 * 1024);
        RawMember three = open(test, kind, 3 * 32 * 1024);
        RawMember fast = open(test, kind, RawMember.ROOMY)) {
      LiveStream stream = next(streams);
      List<Follower> all =
          List.of(
              new Follower(one, true, "tiny"),
              new Follower(two, true, "small"),
              new Follower(three, true, "larger"),
              new Follower(fast, false, "fast"));
      int direct = 0;
      int pings = 0;
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = random.nextInt(12); i >= 0; i--) {
          send(anyLength());
        }
        // To the first of them: it may come anywhere, but inside of nothing.
        stream.send("direct", "" + direct++);
        if (stream instanceof LiveSocket socket) {
          socket.ping(new byte[] {1});
          pings++;
        }
        for (Follower follower : all) {
          int waiting = follower.waiting();
          if (!follower.slow) {
            follower.readTo(sent.size());
          } else if (random.nextInt(8) == 0) {
            follower.readTo(sent.size() - random.nextInt(2));
          } else if (waiting > 0) {
            // In the middle of one of those that have come.
            follower.member.take(1 + random.nextInt(Math.min(waiting, 200_000)));
            follower.readTo(Math.min(sent.size(), follower.read + random.nextInt(3)));
          }
        }
      }
      for (Follower follower : all) {
        follower.readTo(sent.size());
      }
      Follower told = all.getFirst();
      while (told.direct < direct || told.pings < Math.min(1, pings)) {
        told.next();
      }
      assertThat(app.room("a").stats().overtaken()).isZero();
      warnings.assertNone();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whoWasOvertakenWhileAMessageWasCutGetsThatAndTheGapAndTheNewest(Kind kind)
      throws IOException {
    try (Warnings warnings = new Warnings();
        TestApp test = start(4);
        RawMember member = open(test, kind, RawMember.TINY)) {
      Position seen = Position.parse(member.position()).orElseThrow();
      for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 100; i++) {
          send(10_000 + random.nextInt(LONG));
        }
        member.take(5000);
        boolean gap = false;
        while (seen.sequence() < sent.size()) {
          TestEvent event = Objects.requireNonNull(member.next());
          if (event.name().equals("gap")) {
            Map<?, ?> data =
                JsonCodec.standard()
                    .decode(event.data().getBytes(StandardCharsets.UTF_8), Map.class);
            assertThat(data.get("from")).isEqualTo(seen.toString());
            assertThat(data.get("reason")).isEqualTo("overtaken");
            seen = Position.parse("" + data.get("to")).orElseThrow();
            gap = true;
          } else {
            seen = seen.at(seen.sequence() + 1);
            assertThat(event.id()).as("seed %d", seed).isEqualTo(seen.toString());
            assertThat(event.data().equals(sent.get((int) seen.sequence() - 1)))
                .as("seed %d: message %s is what was sent", seed, seen)
                .isTrue();
          }
        }
        assertThat(gap).as("seed %d: a gap in round %d", seed, round).isTrue();
      }
      assertThat(app.room("a").stats().overtaken()).isGreaterThanOrEqualTo(5);
      warnings.assertNone();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aStreamThatEndsWhileAMessageIsCutEndsBehindIt(Kind kind) throws IOException {
    try (Warnings warnings = new Warnings();
        TestApp test = start(1000);
        RawMember member = open(test, kind, RawMember.TINY)) {
      member.position();
      LiveStream stream = next(streams);
      for (int i = 0; i < 50; i++) {
        send(LONG);
      }
      member.take(LONG / 2);
      stream.close();
      if (kind != Kind.SOCKET) {
        // A socket has left when its client has answered.
        eventually("it has left the room", () -> app.room("a").size() == 0);
      }
      int read = 0;
      TestEvent event = member.next();
      while (event != null && event.name().equals("message")) {
        assertThat(event.data().equals(sent.get(read++))).as("message %d is whole", read).isTrue();
        event = member.next();
      }
      assertThat(read).as("messages that had begun to leave").isBetween(1, 20);
      assertThat(event)
          .isEqualTo(kind == Kind.SOCKET ? new TestEvent("close", null, "1000") : null);
      warnings.assertNone();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whoLeavesWhileAMessageIsCutLeavesNothingBehind(Kind kind) throws IOException {
    int members = 40;
    try (Warnings warnings = new Warnings();
        TestApp test = start(1000);
        RawMember stays = open(test, kind, RawMember.ROOMY)) {
      Follower follower = new Follower(stays, false, "who stays");
      Footprint before = null;
      for (int round = 0; round < 4; round++) {
        List<RawMember> all = new ArrayList<>();
        for (int i = 0; i < members; i++) {
          RawMember member = open(test, kind, RawMember.TINY);
          member.position();
          all.add(member);
        }
        for (int i = 0; i < 20; i++) {
          send(LONG);
        }
        follower.readTo(sent.size());
        for (int i = 0; i < members; i++) {
          if (i % 2 == 0) {
            all.get(i).take(LONG / 2);
          }
          if (i % 4 < 2) {
            all.get(i).reset();
          } else {
            all.get(i).close();
          }
        }
        // While they are found to have gone.
        send(LONG);
        follower.readTo(sent.size());
        eventually("they have left the room", () -> app.room("a").size() == 1);
        before = round == 0 ? Footprint.now() : before;
      }
      Footprint more = Footprint.now().since(Objects.requireNonNull(before));
      assertThat(more.direct()).as("bytes outside of the heap").isLessThan(members * (long) LONG);
      stays.reset();
      Eventually.nothingIsLeftOf(test);
      warnings.assertNone();
    }
  }

  @Test
  void membersWithChunksAndWithoutGetTheSameMessagesEachInItsWay() throws IOException {
    try (Warnings warnings = new Warnings();
        TestApp test = start(1000)) {
      List<RawMember> members = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        members.add(open(test, i % 3 == 0 ? Kind.SSE_1_0 : Kind.SSE, RawMember.ROOMY));
        members.getLast().position();
      }
      for (int round = 0; round < 50; round++) {
        String text = send(10 + random.nextInt(100));
        for (RawMember member : members) {
          assertThat(Objects.requireNonNull(member.next()).data()).isEqualTo(text);
        }
      }
      for (RawMember member : members) {
        member.close();
      }
      warnings.assertNone();
    }
  }

  /** Its first message waits behind the head, and so counts as cut. */
  @Test
  void aStreamThatEndsWithItsRoomAtOnceEndsOnce() throws IOException {
    try (Warnings warnings = new Warnings();
        TestApp test = start(1000)) {
      app.stream("/{room}", out -> out.join(out.request().path("room"), Join.DEFAULT.fromStart()));
      for (int messages = 1; messages <= 3; messages++) {
        int count = messages;
        var production =
            app.room("answer" + messages)
                .produce(room -> {
                  for (int i = 0; i < count; i++) {
                    room.send("word " + i);
                  }
                });
        production.start();
        production.ended().toCompletableFuture().join();
        try (RawMember member =
            new RawMember(Kind.SSE, test.server().port(), "/answer" + messages, RawMember.ROOMY)) {
          for (int again = 0; again < 3; again++) {
            if (again > 0) {
              member.ask("/answer" + messages);
            }
            member.position();
            for (int i = 0; i < messages; i++) {
              assertThat(Objects.requireNonNull(member.next()).data()).isEqualTo("word " + i);
            }
            assertThat(member.next()).isNull();
          }
        }
      }
      warnings.assertNone();
    }
  }
}
