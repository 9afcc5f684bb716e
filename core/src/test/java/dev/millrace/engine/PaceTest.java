package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.http.Limits;
import dev.millrace.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** How slowly a request's body may come. */
class PaceTest {
  private static final Limits LIMITS = Limits.DEFAULT.bodyTime(Duration.ofSeconds(30)).bodyRate(10);

  private final class Clock implements TimeSource {
    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH;
    }
  }

  private long now = Long.MAX_VALUE - 5;
  private final Pace pace = new Pace(LIMITS, new Clock());

  private boolean isTooSlowAfter(long seconds, long received) {
    long since = pace.now();
    now += Duration.ofSeconds(seconds).toNanos();
    return pace.isTooSlow(since, received);
  }

  @Test
  void nothingIsTooSlowBeforeTheFirstDeadline() {
    assertThat(isTooSlowAfter(30, 1)).isFalse();
  }

  @Test
  void afterwardsTheAverageCounts() {
    assertThat(isTooSlowAfter(40, 400)).isFalse();
    assertThat(isTooSlowAfter(1, 409)).isTrue();
  }

  @Test
  void aByteBeforeEachDeadlineIsNotEnough() {
    assertThat(isTooSlowAfter(29, 1)).isFalse();
    assertThat(isTooSlowAfter(29, 2)).isTrue();
  }

  @Test
  void whatTheHandlerTakesDoesNotCount() {
    assertThat(isTooSlowAfter(20, 20)).isFalse();
    now += Duration.ofHours(1).toNanos();
    assertThat(isTooSlowAfter(9, 29)).isFalse();
  }

  @Test
  void zeroIsNoLimit() {
    Pace any = new Pace(LIMITS.bodyRate(0), new Clock());
    long since = any.now();
    now += Duration.ofDays(1).toNanos();
    assertThat(any.isTooSlow(since, 1)).isFalse();
  }
}
