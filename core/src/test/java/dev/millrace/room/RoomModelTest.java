package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever many threads do to rooms and streams at once, each stream is given exactly what was sent
 * to its rooms, in order: a million operations that do something, half of them by a seed that is
 * new each time. Another seed is set by {@code -Dmillrace.seed=}, the number of operations for each
 * by {@code -Dmillrace.operations=}.
 */
class RoomModelTest {
  private static final int OPERATIONS = Integer.getInteger("millrace.operations", 500_000);

  static LongStream seeds() {
    Long set = Long.getLong("millrace.seed");
    return set != null ? LongStream.of(set) : LongStream.of(1, new java.util.Random().nextLong());
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void nothingIsLostNorDoubledNorOutOfOrder(long seed, TestReporter reporter) throws Exception {
    RoomModel model = new RoomModel(seed, OPERATIONS);
    assertThat(model.run(OPERATIONS)).isEmpty();
    assertThat(model.performed()).isGreaterThanOrEqualTo(OPERATIONS);
    reporter.publishEntry("seed " + seed, model.summary());
  }
}
