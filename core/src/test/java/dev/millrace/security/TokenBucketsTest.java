package dev.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The buckets against a truth that is simpler and slower. Needs no port. */
class TokenBucketsTest {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  /** Tokens times nanoseconds, without rounding and without limits. */
  private static final class Truth {
    final BigInteger permits;
    final BigInteger per;
    final BigInteger full;
    final Map<String, BigInteger> levels = new HashMap<>();
    final Map<String, Long> seen = new HashMap<>();

    Truth(int permits, Duration per, int burst) {
      this.permits = BigInteger.valueOf(permits);
      this.per = BigInteger.valueOf(per.toNanos());
      this.full = this.per.multiply(BigInteger.valueOf(burst));
    }

    long take(String key, long now) {
      BigInteger elapsed = BigInteger.valueOf(now - seen.getOrDefault(key, now));
      BigInteger level = levels.getOrDefault(key, full).add(elapsed.multiply(permits)).min(full);
      seen.put(key, now);
      BigInteger missing = per.subtract(level);
      if (missing.signum() > 0) {
        levels.put(key, level);
        return missing.add(permits).subtract(BigInteger.ONE).divide(permits).longValueExact();
      }
      levels.put(key, level.subtract(per));
      return 0;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyVerdictIsThatOfTheExactModel(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 40; round++) {
      int permits = 1 + random.nextInt(round % 2 == 0 ? 10 : 100_000);
      Duration per = Duration.ofNanos(1 + random.nextLong(1L << (5 + random.nextInt(40))));
      int burst = 1 + random.nextInt(20);
      var buckets = new TokenBuckets(permits, per, burst, 1000);
      var truth = new Truth(permits, per, burst);
      long now = random.nextLong() / 4;
      long stride = Math.max(1, 2 * per.toNanos() / permits);
      for (int i = 0; i < 500; i++) {
        now += random.nextInt(10) == 0 ? random.nextLong(20 * stride) : random.nextLong(stride);
        String key = "k" + random.nextInt(3);
        assertThat(buckets.take(key, now))
            .as("%d permits per %s, burst %d, request %d", permits, per, burst, i)
            .isEqualTo(truth.take(key, now));
      }
    }
  }

  @Test
  void theWaitThatIsNamedIsExact() {
    var buckets = new TokenBuckets(3, Duration.ofNanos(10), 1, 10);
    assertThat(buckets.take("a", 0)).isZero();
    long wait = buckets.take("a", 0);
    assertThat(wait).isEqualTo(4);
    assertThat(buckets.take("a", wait - 1)).isEqualTo(1);
    assertThat(buckets.take("a", wait)).isZero();
  }

  @Test
  void aClockThatGoesPastItsLargestNumberIsNoTrouble() {
    var buckets = new TokenBuckets(1, Duration.ofMinutes(1), 1, 10);
    assertThat(buckets.take("a", Long.MAX_VALUE)).isZero();
    assertThat(buckets.take("a", Long.MAX_VALUE + MINUTE / 2)).isEqualTo(MINUTE / 2);
    assertThat(buckets.take("a", Long.MAX_VALUE + MINUTE)).isZero();
  }

  @Test
  void aReadingOfTheClockThatComesLateGivesNothingTwice() {
    var buckets = new TokenBuckets(1, Duration.ofNanos(100), 2, 10);
    assertThat(buckets.take("a", 1000)).isZero();
    assertThat(buckets.take("a", 900)).isZero();
    assertThat(buckets.take("a", 1000)).isEqualTo(100);
    assertThat(buckets.take("a", 1099)).isEqualTo(1);
  }

  @Test
  void manyTakersAtOnceGetNoMoreThanThereIs() throws Exception {
    var buckets = new TokenBuckets(1, Duration.ofDays(1), 1000, 10);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> takers = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        takers.add(() -> {
          int taken = 0;
          for (int i = 0; i < 500; i++) {
            taken += buckets.take("a", 0) == 0 ? 1 : 0;
          }
          return taken;
        });
      }
      int all = 0;
      for (Future<Integer> taken : threads.invokeAll(takers)) {
        all += taken.get();
      }
      assertThat(all).isEqualTo(1000);
    }
  }

  // --- the table ---

  @Test
  void theTableStaysWithinItsLimitWhateverComes() {
    var buckets = new TokenBuckets(10, Duration.ofHours(1), 10, 2000);
    for (int i = 0; i < 20_000; i++) {
      assertThat(buckets.take("k" + i, i)).isZero();
      assertThat(buckets.size()).isLessThanOrEqualTo(2000);
    }
    assertThat(buckets.size()).isGreaterThan(1000);
  }

  @Test
  void whoIsRefusedStaysKnownWhileTheFullestGo() {
    var buckets = new TokenBuckets(10, Duration.ofHours(1), 10, 100);
    for (int i = 0; i < 10; i++) {
      assertThat(buckets.take("greedy", 0)).isZero();
    }
    for (int i = 0; i < 10_000; i++) {
      buckets.take("k" + i, 0);
      assertThat(buckets.take("greedy", 0)).isPositive();
    }
  }

  @Test
  void whoHasBeenQuietIsForgottenBeforeTheLimitIsReached() {
    var buckets = new TokenBuckets(1, Duration.ofSeconds(1), 1, 100_000);
    long now = 0;
    for (int i = 0; i < 50_000; i++) {
      now += Duration.ofMillis(10).toNanos();
      buckets.take("k" + i, now);
      assertThat(buckets.size()).isLessThanOrEqualTo(1024);
    }
  }

  @Test
  void aTableForOneIsEnoughForOne() {
    var buckets = new TokenBuckets(1, Duration.ofMinutes(1), 1, 1);
    assertThat(buckets.take("a", 0)).isZero();
    assertThat(buckets.take("a", 0)).isPositive();
    assertThat(buckets.take("b", 0)).isZero();
    assertThat(buckets.size()).isEqualTo(1);
  }

  @Test
  void whatCannotBeCountedIsAnErrorThatNamesTheMost() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenBuckets(1, Duration.ofDays(365), 1000, 10))
        .withMessage("burst: 1000 with 1 permits per PT8760H (expected: at most 146)");
    assertThat(new TokenBuckets(1, Duration.ofDays(365), 146, 10).take("a", 0)).isZero();
  }
}
