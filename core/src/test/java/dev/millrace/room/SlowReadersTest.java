package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The bounds of the policies for readers that are behind. */
class SlowReadersTest {

  @Test
  void aRateIsMoreThanNothingAndAThousandAtMost() {
    assertThat(SlowReaders.sample(0.1)).isEqualTo(new SlowReaders.Sample(0.1));
    assertThat(SlowReaders.sample(1000)).isEqualTo(new SlowReaders.Sample(1000));
    for (double wrong : new double[] {0, -1, 1000.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> SlowReaders.sample(wrong))
          .hasMessage("perSecond: " + wrong + " (expected: more than 0, at most 1,000)");
    }
  }

  @Test
  void aTimeIsMoreThanNothing() {
    assertThat(SlowReaders.waitFor(Duration.ofNanos(1)))
        .isEqualTo(new SlowReaders.Wait(Duration.ofNanos(1)));
    for (Duration wrong : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1)}) {
      assertThatThrownBy(() -> SlowReaders.waitFor(wrong))
          .hasMessage("most: " + wrong + " (expected: more than zero)");
    }
  }
}
