package dev.millrace.security;

import static dev.millrace.http.Response.stream;
import static dev.millrace.http.Response.text;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.stream.Event;
import dev.millrace.stream.LiveStream;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestStream.End;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;

/** What one client may take. */
class LimitsTest {
  private final Millrace app = Millrace.create();

  @OverEachWiring
  void whoAsksTooOftenWaits(Wiring wiring) {
    var clock = new FakeClock();
    var limit = RateLimit.of(2, Duration.ofMinutes(1)).time(clock);
    app.filter(limit);
    app.get("/", request -> text("x"));
    app.stream("/s", out -> out.send("x"));
    try (var test = wiring.startAt(clock, app)) {
      assertThat(test.get("/").status()).isEqualTo(200);
      assertThat(test.get("/s").status()).isEqualTo(200);
      for (String path : new String[] {"/", "/s", "/nothing"}) {
        var refused = test.get(path);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).contains("30");
      }
      assertThat(limit.refused()).isEqualTo(3);
      clock.advance(Duration.ofSeconds(30));
      assertThat(test.get("/").status()).isEqualTo(200);
    }
  }

  @OverEachWiring
  void aPlaceIsFreeAgainWhenItsClientHasGone(Wiring wiring) {
    var limit = ConnectionLimit.of(2);
    app.filter(limit);
    app.stream("/s", LiveStream::keepOpen);
    try (var test = wiring.start(app)) {
      var first = test.stream("/s");
      assertThat(first.status()).isEqualTo(200);
      try (var second = test.stream("/s")) {
        assertThat(second.status()).isEqualTo(200);
        var refused = test.get("/s");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).contains("5");
        first.close();
        eventually("there is a place again", () -> test.get("/nothing").status() == 404);
      }
      eventually("all places are free", () -> limit.open() == 0);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aPlaceIsFreeAgainHoweverTheResponseEnds(Wiring wiring) {
    var limit = ConnectionLimit.of(1);
    app.filter(limit);
    app.get("/text", request -> text("x"));
    app.stream("/s", out -> out.send("x"));
    app.stream(
        "/early",
        out -> {
          throw new IllegalStateException();
        });
    app.stream(
        "/late",
        out -> {
          out.send("x");
          throw new IllegalStateException();
        });
    try (var test = wiring.start(app)) {
      for (String path : new String[] {"/text", "/s", "/early", "/late", "/nothing"}) {
        assertThat(test.get(path).status()).as(path).isNotEqualTo(503);
        eventually(path + " has given its place back", () -> limit.open() == 0);
        assertThat(test.request("HEAD", path).send().status()).as(path).isNotEqualTo(503);
        eventually(path + " has given its place back", () -> limit.open() == 0);
      }
      assertThat(limit.refused()).isZero();
    }
  }

  @OverEachWiring
  void theNewestStreamReplacesTheOldestOfItsClient(Wiring wiring) {
    var limit =
        ConnectionLimit.of(2)
            .key(request -> request.header("User").orElse(null))
            .newestReplacesOldest(out -> out.offer(Event.of("").name("replaced")));
    var queue = new LinkedBlockingQueue<String>();
    app.filter(limit);
    app.stream("/s", LiveStream::keepOpen);
    app.get("/queue", request -> stream(queue));
    try (var test = wiring.start(app);
        var bobs = test.request("GET", "/s").header("User", "bob").stream();
        var first = test.request("GET", "/s").header("User", "ada").stream()) {
      assertThat(bobs.status()).isEqualTo(200);
      assertThat(first.status()).isEqualTo(200);
      try (var second = test.request("GET", "/queue").header("User", "ada").stream()) {
        assertThat(second.status()).isEqualTo(200);
        assertThat(first.isOpen()).isTrue();
        try (var third = test.request("GET", "/s").header("User", "ada").stream()) {
          assertThat(third.status()).isEqualTo(200);
          assertThat(first.awaitEvent().name()).isEqualTo("replaced");
          assertThat(first.awaitEnd()).isEqualTo(End.WHOLE);
          try (var fourth = test.request("GET", "/s").header("User", "ada").stream()) {
            assertThat(fourth.status()).isEqualTo(200);
            assertThat(second.awaitEvent().name()).isEqualTo("replaced");
            assertThat(second.awaitEnd()).isEqualTo(End.WHOLE);
            assertThat(third.isOpen()).isTrue();
          }
        }
      }
      assertThat(bobs.isOpen()).isTrue();
      bobs.reset();
      eventually("all places are free", () -> limit.open() == 0);
      assertThat(limit.refused()).isZero();
      nothingIsLeftOf(test);
    }
  }
}
