package dev.millrace.room;

import static dev.millrace.test.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.cluster.Position;
import dev.millrace.cluster.Retention;
import dev.millrace.json.JsonCodec;
import dev.millrace.room.Reader.Kind;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestEvent;
import dev.millrace.test.Wiring;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who cannot be given all that it has missed is told so, before anything else. */
class GapTest {
  private static final String LONG = "x".repeat(95);

  private final Millrace app = Millrace.create();

  /** What a client may send that is no position. */
  private static Map<String, String> malformed() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("a word", "abc");
    all.put("a number", "17");
    all.put("a dot", ".");
    all.put("no sequence", "epoch.");
    all.put("no epoch", ".17");
    all.put("negative", "epoch.-1");
    all.put("signed", "epoch.+1");
    all.put("a leading zero", "epoch.01");
    all.put("two dots", "epoch.1.2");
    all.put("above all numbers", "epoch.9223372036854775808");
    all.put("Arabic digits", "epoch.\u0661\u0662");
    all.put("full width digits", "epoch.\uff11");
    all.put("an epoch of Greek letters", "\u03b5\u03c0.1");
    all.put("spaces", " ");
    all.put("quotes", "\"\\\",\"x\":\"");
    all.put("line ends", "a\r\nid: 1\n\ndata: x\n\n");
    all.put("NUL", "\0");
    all.put("an epoch of 33 characters", "e".repeat(33) + ".1");
    all.put("an emoji that is cut in half", "x".repeat(63) + "\ud83d\ude00".repeat(3));
    all.put("digits without an end", "epoch." + "1".repeat(1000));
    return all;
  }

  @OverEachWiring
  void whatIsNoPositionIsAnsweredByAGapAndThenWhatIsNew(Wiring wiring) {
    app.stream("/news", out -> out.join("news"));
    try (var test = wiring.start(app)) {
      app.room("news").send("before");
      malformed()
          .forEach((name, token) -> {
            String now = app.room("news").position().toString();
            Kind kind = name.contains("e") ? Kind.SSE : Kind.SOCKET;
            try (Reader reader = kind.open(test, Reader.at("/news", token))) {
              TestEvent gap = reader.next();
              String shown = token.length() > 64 ? token.substring(0, 64) : token;
              Map<String, Object> data = isGap(name, gap, now, "malformed");
              if (!name.contains("half")) {
                assertThat(data).as(name).containsEntry("from", shown);
              }
              assertThat(reader.position()).as(name).isEqualTo(now);
              app.room("news").send("live");
              assertThat(reader.data(1)).as(name).containsExactly("live");
            }
          });
    }
  }

  @Test
  void aPositionOfTenThousandCharactersIsOneThatIsMalformed() {
    app.stream("/news", out -> out.join("news"));
    String token = "epoch." + "1".repeat(9994);
    try (var test = Wiring.MEMORY.start(app)) {
      for (Kind kind : Kind.values()) {
        try (Reader reader = kind.open(test, "/news", token)) {
          assertThat(
                  isGap("long", reader.next(), app.room("news").position().toString(), "malformed"))
              .containsEntry("from", token.substring(0, 64));
          reader.position();
        }
      }
    }
    // Over a port the limits of heads may come first; a stream is answered, or it is not.
    for (Wiring wiring : new Wiring[] {Wiring.HTTP_1, Wiring.HTTP_2}) {
      Millrace other = Millrace.create();
      other.stream("/news", out -> out.join("news"));
      try (var test = wiring.start(other);
          var reader = test.request("GET", "/news").header("Last-Event-ID", token).stream()) {
        assertThat(reader.status()).isIn(200, 431);
        if (reader.status() == 200) {
          assertThat(reader.awaitEvent().name()).isEqualTo("gap");
        }
      }
    }
  }

  @OverEachWiring
  void behindAnotherEpochAllThatIsKeptFollows(Wiring wiring) {
    app.rooms("news", RoomOptions.DEFAULT.keep(3));
    app.stream("/news", out -> out.join("news"));
    try (var test = wiring.start(app);
        Reader stays = Kind.SSE.open(test, "/news")) {
      stays.position();
      for (Kind kind : Kind.values()) {
        Position evicted = app.room("news").send("one");
        app.room("news").send("two");
        app.room("news").send("three");
        app.room("news").send("four");
        try (Reader reader = kind.open(test, "/news", "another.1")) {
          assertThat(isGap(kind.name(), reader.next(), evicted.toString(), "epoch"))
              .containsEntry("from", "another.1");
          assertThat(reader.position()).isEqualTo(evicted.toString());
          assertThat(reader.data(3)).containsExactly("two", "three", "four");
        }
      }
    }
  }

  @OverEachWiring
  void behindTheFutureNothingFollowsButWhatIsNew(Wiring wiring) {
    app.stream("/news", out -> out.join("news"));
    try (var test = wiring.start(app)) {
      Position now = app.room("news").send("before");
      for (long ahead : new long[] {1, 1000, Long.MAX_VALUE - now.sequence()}) {
        for (Kind kind : Kind.values()) {
          Position at = app.room("news").position();
          String future =
              at.at(at.sequence() + Math.min(ahead, Long.MAX_VALUE - at.sequence())).toString();
          try (Reader reader = kind.open(test, "/news", future)) {
            assertThat(isGap(kind.name(), reader.next(), at.toString(), "future"))
                .containsEntry("from", future);
            assertThat(reader.position()).isEqualTo(at.toString());
            app.room("news").send("live");
            assertThat(reader.data(1)).containsExactly("live");
          }
        }
      }
    }
  }

  @OverEachWiring
  void behindTheLogsCountWhatIsKeptFollows(Wiring wiring) {
    app.rooms("news", RoomOptions.DEFAULT.keep(2));
    expires(wiring);
  }

  @OverEachWiring
  void behindTheLogsBytesWhatIsKeptFollows(Wiring wiring) {
    app.rooms("news", RoomOptions.DEFAULT.retention(Retention.DEFAULT.bytes(250)));
    expires(wiring);
  }

  /** Of the messages the last two are kept, whether there is somebody all the time or nobody. */
  private void expires(Wiring wiring) {
    app.stream("/news", out -> out.join("news"));
    try (var test = wiring.start(app)) {
      for (boolean empty : new boolean[] {true, false}) {
        Position first = app.room("news").send(LONG + "one");
        try (Reader stays = empty ? null : Kind.SSE.open(test, "/news")) {
          if (stays != null) {
            stays.position();
          }
          for (Kind kind : Kind.values()) {
            Position start = app.room("news").send(LONG + "one");
            Position lost = app.room("news").send(LONG + "two");
            app.room("news").send(LONG + "three");
            app.room("news").send(LONG + "four");
            try (Reader reader = kind.open(test, "/news", start.toString())) {
              isExpired(reader, start, lost);
            }
            try (Reader back = kind.open(test, "/news", lost.toString())) {
              assertThat(back.position()).as("no second gap").isEqualTo(lost.toString());
              assertThat(back.data(2)).containsExactly(LONG + "three", LONG + "four");
            }
            try (Reader far = kind.open(test, "/news", first.toString())) {
              isExpired(far, first, lost);
            }
          }
        }
        eventually("everybody has gone", () -> app.room("news").size() == 0);
      }
    }
  }

  private void isExpired(Reader reader, Position from, Position to) {
    assertThat(isGap("expired", reader.next(), to.toString(), "expired"))
        .containsEntry("from", from.toString());
    assertThat(reader.position()).isEqualTo(to.toString());
    assertThat(reader.data(2)).containsExactly(LONG + "three", LONG + "four");
  }

  @OverEachWiring
  void whatIsTooOldIsGoneAlsoWhereNothingNewComes(Wiring wiring) {
    Retention aMinute = Retention.DEFAULT.age(Duration.ofMinutes(1));
    app.rooms("*", RoomOptions.DEFAULT.retention(aMinute));
    app.stream("/news", out -> out.join("news"));
    FakeClock clock = new FakeClock();
    try (var test = wiring.startAt(clock, app);
        Reader stays = Kind.SSE.open(test, "/news")) {
      stays.position();
      Position start = app.room("news").send("zero");
      Position old = app.room("news").send("one");
      clock.advance(Duration.ofSeconds(59));
      try (Reader reader = Kind.SSE.open(test, "/news", start.toString())) {
        assertThat(reader.position()).isEqualTo(start.toString());
        assertThat(reader.data(1)).containsExactly("one");
      }
      clock.advance(Duration.ofSeconds(3));
      try (Reader reader = Kind.SOCKET.open(test, "/news", start.toString())) {
        isGap("quiet", reader.next(), old.toString(), "expired");
        assertThat(reader.position()).isEqualTo(old.toString());
      }
      eventually("the room keeps nothing", () -> app.room("news").stats().messages() == 0);
      // A room that nobody was in.
      Position quiet = app.room("quiet").send("x");
      clock.advance(Duration.ofSeconds(62));
      Position now = app.room("news").send("new");
      try (Reader reader = Kind.LINES.open(test, "/news", quiet.toString())) {
        assertThat(reader.position()).isEqualTo(quiet.toString());
        assertThat(reader.next().id()).isEqualTo(now.toString());
      }
    }
  }

  @OverEachWiring
  void aStreamOfSeveralRoomsIsToldOfTheGapInOneAndGivenTheOthers(Wiring wiring) {
    app.rooms("short", RoomOptions.DEFAULT.keep(1));
    app.stream(
        "/both",
        out -> {
          out.join("long");
          out.join("short");
        });
    try (var test = wiring.start(app)) {
      Position start = app.room("long").send("0");
      app.room("long").send("l1");
      app.room("short").send("s1");
      app.room("long").send("l2");
      Position lost = app.room("short").send("s2");
      app.room("short").send("s3");
      for (Kind kind : Kind.values()) {
        try (Reader reader = kind.open(test, "/both", start.toString())) {
          isGap(kind.name(), reader.next(), lost.toString(), "expired");
          assertThat(reader.position()).isEqualTo(start.toString());
          assertThat(reader.data(3)).containsExactly("l1", "l2", "s3");
        }
      }
    }
  }

  @OverEachWiring
  void plainTextHasNoPlaceForGapsAndPositions(Wiring wiring) {
    app.stream("/news", out -> out.join("news"));
    try (var test = wiring.start(app);
        var text =
            test
                .request("GET", "/news")
                .accept("text/plain")
                .header("Last-Event-ID", "nonsense")
                .stream()) {
      eventually("it has joined", () -> app.room("news").size() == 1);
      app.room("news").send("hello");
      app.room("news").send("greeting", " world");
      assertThat(text.awaitText("world")).isEqualTo("hello world");
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> isGap(String what, TestEvent event, String to, String reason) {
    assertThat(event.name()).as(what + ": " + event).isEqualTo("gap");
    Map<String, Object> data =
        JsonCodec.standard().decode(event.data().getBytes(StandardCharsets.UTF_8), Map.class);
    assertThat(data).as(what).containsOnlyKeys("from", "to", "reason");
    assertThat(data).as(what).containsEntry("to", to).containsEntry("reason", reason);
    return data;
  }
}
