package dev.millrace.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The clock by itself and with the engine in memory. No port. */
class FakeClockTest {

  @Test
  void standsUntilItIsMoved() {
    FakeClock clock = new FakeClock();
    long before = clock.nanoTime();
    clock.advance(Duration.ofMillis(1500));
    assertThat(clock.nanoTime() - before).isEqualTo(1_500_000_000L);
    assertThat(clock.instant()).isEqualTo(Instant.parse("2026-01-01T00:00:01.500Z"));
  }

  @Test
  void doesNotGoBack() {
    assertThatThrownBy(() -> new FakeClock().advance(Duration.ofSeconds(-1)))
        .hasMessage("time: PT-1S (expected: zero or more)");
  }

  @Test
  void tellsItsListenersOfEachStep() {
    FakeClock clock = new FakeClock();
    List<Long> seen = new ArrayList<>();
    clock.onJump(() -> seen.add(clock.nanoTime()));
    clock.advance(Duration.ofMillis(25));
    assertThat(seen).containsExactly(10_000_000L, 20_000_000L, 25_000_000L);
  }

  @Test
  void advancesHoursInAThousandSteps() {
    FakeClock clock = new FakeClock();
    List<Long> seen = new ArrayList<>();
    clock.onJump(() -> seen.add(clock.nanoTime()));
    clock.advance(Duration.ofHours(5));
    assertThat(seen).hasSizeBetween(1000, 1001).isSorted();
  }

  @RepeatedTest(5)
  void aTimerFiresOncePerPeriodAtItsTime() {
    Millrace app = Millrace.create();
    FakeClock clock = new FakeClock();
    app.stream(
        "/ticks",
        out -> {
          out.send("connected");
          out.every(Duration.ofSeconds(1), () -> out.send(clock.instant()));
        });
    try (var test = Wiring.MEMORY.startAt(clock, app);
        var ticks = test.stream("/ticks")) {
      ticks.awaitText("connected");
      clock.advance(Duration.ofSeconds(5));
      assertThat(ticks.awaitEvents(6))
          .extracting(TestEvent::data)
          .containsExactly(
              "connected",
              "\"2026-01-01T00:00:01Z\"",
              "\"2026-01-01T00:00:02Z\"",
              "\"2026-01-01T00:00:03Z\"",
              "\"2026-01-01T00:00:04Z\"",
              "\"2026-01-01T00:00:05Z\"");
      assertThat(test.server().status().virtualThreads()).isZero();
    }
  }

  @RepeatedTest(3)
  void timersOfSeveralStreamsFireInTheOrderOfTheirTimes() {
    Millrace app = Millrace.create();
    FakeClock clock = new FakeClock();
    List<String> fired = new CopyOnWriteArrayList<>();
    app.stream(
        "/in/{millis}",
        out -> {
          long millis = out.request().path("millis", Long::parseLong);
          out.send("set");
          out.after(
              Duration.ofMillis(millis), () -> fired.add(millis + " at " + sinceStart(clock)));
        });
    try (var test = Wiring.MEMORY.startAt(clock, app)) {
      for (int millis : List.of(500, 20, 3000, 30, 1)) {
        test.stream("/in/" + millis).awaitText("set");
      }
      clock.advance(Duration.ofSeconds(10));
      assertThat(fired)
          .containsExactly("1 at 1", "20 at 20", "30 at 30", "500 at 500", "3000 at 3000");
    }
  }

  private static long sinceStart(FakeClock clock) {
    return clock.nanoTime() / 1_000_000;
  }

  @Test
  void hoursTakeAMoment() {
    Millrace app = Millrace.create();
    app.stream(
        "/hours",
        out -> {
          out.send("connected");
          out.every(Duration.ofHours(1), () -> out.send("hour"));
        });
    try (var test = TestApp.inMemory(app);
        var hours = test.stream("/hours")) {
      hours.awaitText("connected");
      test.clock().advance(Duration.ofHours(6));
      assertThat(hours.awaitEvents(7)).hasSize(7);
    }
  }

  @Test
  void theClockOfAServerThatHasNoneSaysSo() {
    try (var test = Wiring.MEMORY.start(Millrace.create())) {
      assertThatThrownBy(test::clock)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("expected: a FakeClock");
    }
  }
}
