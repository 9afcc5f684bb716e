package dev.millrace.room;

import static dev.millrace.test.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.room.Reader.Kind;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestEvent;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Who is in a room, as clients are told of it. */
class PresenceOnWiresTest {
  private static final Duration BATCH = Duration.ofMillis(250);

  private final Millrace app = Millrace.create();
  private final FakeClock clock = new FakeClock();

  private TestApp start(Wiring wiring, PresenceOptions options) {
    app.rooms("lobby", RoomOptions.DEFAULT.presence(options));
    app.stream(
        "/lobby",
        out -> {
          String who = out.request().query("who").orElse("");
          out.join(
              "lobby",
              who.isEmpty()
                  ? Join.DEFAULT
                  : Join.DEFAULT.as(who, Map.of("name", who.toUpperCase(Locale.ROOT))));
        });
    return wiring.startAt(clock, app);
  }

  private void isIn(int streams) {
    eventually(streams + " streams are in", () -> app.room("lobby").size() == streams);
  }

  private void pass(Duration time) {
    clock.advance(time);
  }

  private static String one(String id) {
    return "{\"id\":\""
        + id
        + "\",\"attributes\":{\"name\":\""
        + id.toUpperCase(Locale.ROOT)
        + "\"}}";
  }

  private static TestEvent members(int size, String... ids) {
    return new TestEvent("members", null, "{\"members\":" + list(ids) + ",\"size\":" + size + "}");
  }

  private static String list(String... ids) {
    return "["
        + String.join(",", List.of(ids).stream().map(PresenceOnWiresTest::one).toList())
        + "]";
  }

  private static TestEvent joined(int size, String... ids) {
    return new TestEvent(
        "presence", null, "{\"joined\":" + list(ids) + ",\"left\":[],\"size\":" + size + "}");
  }

  private static TestEvent left(int size, String id) {
    return new TestEvent(
        "presence", null, "{\"joined\":[],\"left\":[\"" + id + "\"],\"size\":" + size + "}");
  }

  @OverEachWiring
  void whoJoinsIsToldWhoIsThereAndTheOthersWhoHasCome(Wiring wiring) {
    try (TestApp test = start(wiring, PresenceOptions.DEFAULT)) {
      List<Reader> all = new ArrayList<>();
      int streams = 0;
      for (Kind kind : List.of(Kind.SSE, Kind.LINES, Kind.SOCKET)) {
        Reader watcher = kind.open(test, "/lobby");
        watcher.position();
        assertThat(watcher.next()).isEqualTo(members(0));
        all.add(watcher);
        isIn(++streams);
      }
      Reader ann = Kind.SOCKET.open(test, "/lobby?who=ann");
      Reader bob = Kind.SSE.open(test, "/lobby?who=bob");
      isIn(5);
      for (Reader each : List.of(ann, bob)) {
        each.position();
        assertThat(each.next()).isEqualTo(members(0));
        all.add(each);
      }
      pass(BATCH.multipliedBy(2));
      for (Reader each : all) {
        TestEvent event = each.next();
        assertThat(event)
            .isIn(
                joined(2, "ann", "bob"),
                joined(2, "bob", "ann"),
                joined(1, "ann"),
                joined(1, "bob"));
        if (event.data().contains("\"size\":1")) {
          pass(BATCH);
          assertThat(each.next().data()).contains("\"size\":2");
        }
      }
      assertThat(app.room("lobby").members())
          .extracting(Member::id)
          .containsExactlyInAnyOrder("ann", "bob");
      app.room("lobby").send("hello");
      for (Reader each : all) {
        assertThat(each.data(1)).containsExactly("hello");
      }
      Reader late = Kind.SSE.open(test, "/lobby");
      late.position();
      assertThat(late.next()).isIn(members(2, "ann", "bob"), members(2, "bob", "ann"));
    }
  }

  @OverEachWiring
  void whoComesBackWithinTheGraceHasNotLeft(Wiring wiring) {
    try (TestApp test = start(wiring, PresenceOptions.DEFAULT);
        Reader watcher = Kind.SSE.open(test, "/lobby")) {
      watcher.position();
      assertThat(watcher.next()).isEqualTo(members(0));
      Reader ann = Kind.SOCKET.open(test, "/lobby?who=ann");
      String at = ann.position();
      isIn(2);
      pass(BATCH.multipliedBy(2));
      assertThat(watcher.next()).isEqualTo(joined(1, "ann"));
      ann.close();
      isIn(1);
      pass(Duration.ofSeconds(4));
      Reader again = Kind.SOCKET.open(test, "/lobby?who=ann", at);
      again.position();
      assertThat(again.next()).isEqualTo(members(1, "ann"));
      isIn(2);
      pass(Duration.ofSeconds(20));
      assertThat(app.room("lobby").members()).extracting(Member::id).containsExactly("ann");
      again.socket().reset();
      isIn(1);
      pass(Duration.ofSeconds(4));
      assertThat(app.room("lobby").members()).hasSize(1);
      pass(Duration.ofSeconds(2));
      assertThat(watcher.next()).isEqualTo(left(0, "ann"));
      assertThat(app.room("lobby").members()).isEmpty();
    }
  }

  @OverEachWiring
  void whoIsThereWithSeveralStreamsIsThereOnce(Wiring wiring) {
    try (TestApp test = start(wiring, PresenceOptions.DEFAULT.grace(Duration.ZERO));
        Reader watcher = Kind.LINES.open(test, "/lobby")) {
      watcher.position();
      watcher.next();
      Reader phone = Kind.SSE.open(test, "/lobby?who=ann");
      Reader desk = Kind.SOCKET.open(test, "/lobby?who=ann");
      isIn(3);
      pass(BATCH.multipliedBy(2));
      assertThat(watcher.next()).isEqualTo(joined(1, "ann"));
      phone.close();
      isIn(2);
      pass(Duration.ofSeconds(1));
      desk.close();
      isIn(1);
      pass(Duration.ofSeconds(1));
      assertThat(watcher.next()).isEqualTo(left(0, "ann"));
    }
  }

  @OverEachWiring
  void aboveTheThresholdOnlyTheNumberIsTold(Wiring wiring) {
    PresenceOptions two = PresenceOptions.DEFAULT.threshold(2).grace(Duration.ZERO);
    try (TestApp test = start(wiring, two);
        Reader watcher = Kind.SSE.open(test, "/lobby")) {
      watcher.position();
      watcher.next();
      List<Reader> all = new ArrayList<>();
      for (String who : List.of("a", "b", "c", "d")) {
        all.add(Kind.SOCKET.open(test, "/lobby?who=" + who));
        isIn(all.size() + 1);
        pass(BATCH.multipliedBy(2));
      }
      assertThat(watcher.next(4))
          .containsExactly(
              joined(1, "a"),
              joined(2, "b"),
              new TestEvent("members", null, "{\"size\":3}"),
              new TestEvent("presence", null, "{\"size\":4}"));
      assertThat(app.room("lobby").members()).isEmpty();
      for (int i = 3; i >= 2; i--) {
        all.get(i).close();
        isIn(i + 1);
        pass(BATCH.multipliedBy(2));
      }
      assertThat(watcher.next(2))
          .containsExactly(new TestEvent("presence", null, "{\"size\":3}"), members(2, "a", "b"));
    }
  }

  @OverEachWiring
  void whoSaysTooMuchOfHerselfIsToldSoAndDoesNotJoin(Wiring wiring) {
    app.stream(
        "/much",
        out -> {
          Map<String, Object> attributes = Map.of("a", "x".repeat(5000));
          try {
            out.join("lobby", Join.DEFAULT.as("ann", attributes));
          } catch (IllegalArgumentException e) {
            out.send(String.valueOf(e.getMessage()));
          }
        });
    try (TestApp test = start(wiring, PresenceOptions.DEFAULT);
        var stream = test.stream("/much")) {
      stream.awaitText("attributes of member");
      stream.awaitEnd();
      isIn(0);
      assertThat(app.room("lobby").members()).isEmpty();
    }
  }
}
