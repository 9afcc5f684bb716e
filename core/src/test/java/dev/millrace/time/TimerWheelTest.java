package dev.millrace.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Timers against a time that the test moves. Needs no port. */
class TimerWheelTest {
  private static final long MILLI = 1_000_000;
  private static final long TICK = 1L << 23;

  private static final class HandTime implements TimeSource {
    long now = 1_000_000_000_000L;

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH.plusNanos(now);
    }
  }

  private final HandTime time = new HandTime();
  private final List<Long> alarms = new ArrayList<>();
  private final TimerWheel wheel = new TimerWheel(time, alarms::add);
  private final List<String> fired = new ArrayList<>();

  private Timeout timeout(String name) {
    return new Timeout() {
      @Override
      protected void expired() {
        fired.add(name);
      }
    };
  }

  private void pass(Duration duration) {
    time.now += duration.toNanos();
    wheel.advance();
  }

  @Test
  void firesAtTheDeadlineAndNotBefore() {
    wheel.schedule(timeout("a"), 100 * MILLI);
    pass(Duration.ofMillis(99));
    assertThat(fired).isEmpty();
    pass(Duration.ofMillis(10));
    assertThat(fired).containsExactly("a");
  }

  @Test
  void firesOnce() {
    wheel.schedule(timeout("a"), 10 * MILLI);
    pass(Duration.ofSeconds(1));
    pass(Duration.ofSeconds(60));
    assertThat(fired).containsExactly("a");
    assertThat(wheel.size()).isZero();
  }

  @Test
  void doesNotFireWhatWasCancelled() {
    Timeout cancelled = timeout("a");
    wheel.schedule(cancelled, 10 * MILLI);
    wheel.cancel(cancelled);
    wheel.cancel(cancelled);
    pass(Duration.ofSeconds(1));
    assertThat(fired).isEmpty();
    assertThat(cancelled.isScheduled()).isFalse();
  }

  @Test
  void movesWhatIsScheduledAgain() {
    Timeout moved = timeout("a");
    wheel.schedule(moved, 10 * MILLI);
    wheel.schedule(moved, 500 * MILLI);
    pass(Duration.ofMillis(100));
    assertThat(fired).isEmpty();
    assertThat(wheel.size()).isOne();
    pass(Duration.ofMillis(500));
    assertThat(fired).containsExactly("a");
  }

  @Test
  void waitsLongerThanARound() {
    wheel.schedule(timeout("a"), Duration.ofMinutes(5).toNanos());
    for (int second = 0; second < 299; second++) {
      pass(Duration.ofSeconds(1));
    }
    assertThat(fired).isEmpty();
    pass(Duration.ofSeconds(2));
    assertThat(fired).containsExactly("a");
  }

  @Test
  void firesAllAfterALongSleep() {
    for (int i = 0; i < 3000; i++) {
      wheel.schedule(timeout("t"), 5L * i * MILLI);
    }
    pass(Duration.ofHours(1));
    assertThat(fired).hasSize(3000);
  }

  @Test
  void letsATimeoutScheduleItselfWhileItFires() {
    Timeout periodic =
        new Timeout() {
          @Override
          protected void expired() {
            fired.add("p");
            wheel.schedule(this, 100 * MILLI);
          }
        };
    wheel.schedule(periodic, 100 * MILLI);
    for (int i = 0; i < 110; i++) {
      pass(Duration.ofMillis(10));
    }
    assertThat(fired).hasSizeBetween(9, 11);
  }

  @Test
  void letsATimeoutCancelItsNeighbourInTheSameSlot() {
    Timeout first = timeout("first");
    Timeout second =
        new Timeout() {
          @Override
          protected void expired() {
            fired.add("second");
            wheel.cancel(first);
          }
        };
    wheel.schedule(first, 10 * MILLI);
    wheel.schedule(second, 10 * MILLI);
    pass(Duration.ofMillis(50));
    assertThat(fired).containsExactly("second");
    assertThat(wheel.size()).isZero();
  }

  @Test
  void asksToBeWokenOnlyWhenThereIsSomething() {
    wheel.advance();
    assertThat(alarms).isEmpty();
    wheel.schedule(timeout("late"), 1000 * MILLI);
    wheel.schedule(timeout("later"), 2000 * MILLI);
    assertThat(alarms).hasSize(1);
    wheel.schedule(timeout("early"), 100 * MILLI);
    assertThat(alarms).hasSize(2);
    assertThat(alarms.getLast()).isBetween(100 * MILLI - TICK, 100 * MILLI + 2 * TICK);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithASortedMap(long seed) {
    Random random = new Random(seed);
    TreeMap<Integer, Long> truth = new TreeMap<>();
    List<Timeout> timeouts = new ArrayList<>();
    List<Integer> firedIds = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int id = i;
      timeouts.add(
          new Timeout() {
            @Override
            protected void expired() {
              firedIds.add(id);
            }
          });
    }
    for (int step = 0; step < 20_000; step++) {
      int id = random.nextInt(timeouts.size());
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          long delay = (long) (Math.pow(random.nextDouble(), 4) * 40_000 * MILLI);
          wheel.schedule(timeouts.get(id), delay);
          truth.put(id, time.now + delay);
        }
        case 2 -> {
          wheel.cancel(timeouts.get(id));
          truth.remove(id);
        }
        default -> {
          time.now += random.nextLong(200 * MILLI);
          wheel.advance();
          for (int gone : firedIds) {
            assertThat(truth.remove(gone)).as("deadline of %d", gone).isLessThanOrEqualTo(time.now);
          }
          firedIds.clear();
          assertThat(truth.values()).allMatch(deadline -> deadline > time.now - TICK);
          assertThat(wheel.size()).isEqualTo(truth.size());
        }
      }
    }
  }
}
