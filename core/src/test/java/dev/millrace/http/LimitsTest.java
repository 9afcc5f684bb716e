package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What one client may ask. */
class LimitsTest {
  private static final Duration DAY = Duration.ofDays(1);

  @Test
  void eachCanBeSetAndChangesNoOther() {
    Limits all =
        Limits.DEFAULT
            .urlBytes(256)
            .headerBytes(1024)
            .headerFields(16)
            .bodyBytes(5_000_000_000L)
            .headerTime(Duration.ofSeconds(1))
            .bodyTime(Duration.ofSeconds(2))
            .bodyRate(3)
            .idleTime(Duration.ofSeconds(4))
            .stallTime(Duration.ofSeconds(5))
            .streamsPerConnection(6)
            .connections(7)
            .connectionsPerAddress(8);
    assertThat(all)
        .isEqualTo(
            new Limits(
                256,
                1024,
                16,
                5_000_000_000L,
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                3,
                Duration.ofSeconds(4),
                Duration.ofSeconds(5),
                6,
                7,
                8));
  }

  static List<Supplier<Limits>> refused() {
    return List.of(
        () -> Limits.DEFAULT.urlBytes(255),
        () -> Limits.DEFAULT.headerBytes(1023),
        () -> Limits.DEFAULT.headerFields(15),
        () -> Limits.DEFAULT.bodyBytes(-1),
        () -> Limits.DEFAULT.headerTime(Duration.ZERO),
        () -> Limits.DEFAULT.bodyTime(DAY.negated()),
        () -> Limits.DEFAULT.bodyRate(-1),
        () -> Limits.DEFAULT.idleTime(Duration.ZERO),
        () -> Limits.DEFAULT.stallTime(Duration.ZERO),
        () -> Limits.DEFAULT.streamsPerConnection(0),
        () -> Limits.DEFAULT.connections(0),
        () -> Limits.DEFAULT.connectionsPerAddress(0));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatIsNoLimitIsRefused(Supplier<Limits> making) {
    assertThatThrownBy(making::get)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: ");
  }
}
