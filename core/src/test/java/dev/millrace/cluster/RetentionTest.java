package dev.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The bounds of logs. Needs no port. */
class RetentionTest {

  @Test
  void aThousandMessagesOf4MiBAreKeptForAnHour() {
    assertThat(Retention.DEFAULT).isEqualTo(new Retention(1000, 4 << 20, Duration.ofMinutes(60)));
  }

  @Test
  void eachBoundIsSetByItself() {
    assertThat(Retention.DEFAULT.count(1))
        .isEqualTo(new Retention(1, 4 << 20, Duration.ofHours(1)));
    assertThat(Retention.DEFAULT.bytes(1)).isEqualTo(new Retention(1000, 1, Duration.ofHours(1)));
    assertThat(Retention.DEFAULT.age(Duration.ofNanos(1)))
        .isEqualTo(new Retention(1000, 4 << 20, Duration.ofNanos(1)));
    assertThat(Retention.DEFAULT.count(1_000_000).count()).isEqualTo(1_000_000);
  }

  @Test
  void whatIsOutOfBoundsIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Retention.DEFAULT.count(0))
        .withMessage("count: 0 (expected: 1 to 1,000,000)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Retention.DEFAULT.count(1_000_001))
        .withMessage("count: 1000001 (expected: 1 to 1,000,000)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Retention.DEFAULT.bytes(0))
        .withMessage("bytes: 0 (expected: 1 or more)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Retention.DEFAULT.age(Duration.ZERO))
        .withMessage("age: PT0S (expected: more than zero, at most 3,650 days)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Retention.DEFAULT.age(Duration.ofNanos(-1)))
        .withMessage("age: PT-0.000000001S (expected: more than zero, at most 3,650 days)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Retention.DEFAULT.age(Duration.ofDays(3651)))
        .withMessage("age: PT87624H (expected: more than zero, at most 3,650 days)");
  }

  @Test
  void aBackplaneInMemoryHasBoundsOverAllRooms() {
    assertThat(MemoryLimits.DEFAULT).isEqualTo(new MemoryLimits(256 << 20, 2_000_000));
    assertThat(MemoryLimits.DEFAULT.bytes(1).rooms(2)).isEqualTo(new MemoryLimits(1, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MemoryLimits.DEFAULT.bytes(0))
        .withMessage("bytes: 0 (expected: 1 or more)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MemoryLimits.DEFAULT.rooms(0))
        .withMessage("rooms: 0 (expected: 1 or more)");
  }
}
