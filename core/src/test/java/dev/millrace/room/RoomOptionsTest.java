package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.cluster.Retention;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bounds of what can be set for rooms, and what holds when nothing is. */
class RoomOptionsTest {

  @Test
  void theDefaultsAreWhatTheDocumentationSays() {
    RoomOptions options = RoomOptions.DEFAULT;
    assertThat(options.retention())
        .isEqualTo(new Retention(1000, 4 * 1024 * 1024, Duration.ofHours(1)));
    assertThat(options.slowReaders()).isEqualTo(SlowReaders.skipToLatest());
    assertThat(options.maxPayload()).isEqualTo(256 * 1024);
    assertThat(options.presence()).isNull();
    assertThat(options.guard()).isSameAs(RoomGuard.ANYBODY);
    assertThat(ProducerOptions.DEFAULT.idle()).isEqualTo(Duration.ofSeconds(30));
    assertThat(Join.DEFAULT).isEqualTo(new Join(null, null, 0, true));
    assertThat(Join.DEFAULT.as("ann").member()).isEqualTo(new Member("ann", Map.of()));
  }

  @Test
  void eachIsSetByItself() {
    RoomGuard guard = (request, room) -> false;
    RoomOptions all =
        RoomOptions.DEFAULT
            .keep(7)
            .slowReaders(SlowReaders.disconnect())
            .maxPayload(8)
            .presence(PresenceOptions.DEFAULT)
            .guard(guard);
    assertThat(all)
        .isEqualTo(
            new RoomOptions(
                Retention.DEFAULT.count(7),
                SlowReaders.disconnect(),
                8,
                PresenceOptions.DEFAULT,
                guard));
    assertThat(all.retention(Retention.DEFAULT).maxPayload()).isEqualTo(8);
  }

  @Test
  void aPayloadHasOneByteTo16MiB() {
    assertThat(RoomOptions.DEFAULT.maxPayload(1).maxPayload()).isEqualTo(1);
    assertThat(RoomOptions.DEFAULT.maxPayload(16 << 20).maxPayload()).isEqualTo(16 << 20);
    assertThatThrownBy(() -> RoomOptions.DEFAULT.maxPayload(0))
        .hasMessage("maxPayload: 0 (expected: 1 to 16777216)");
    assertThatThrownBy(() -> RoomOptions.DEFAULT.maxPayload((16 << 20) + 1))
        .hasMessage("maxPayload: 16777217 (expected: 1 to 16777216)");
    assertThatThrownBy(() -> RoomOptions.DEFAULT.keep(0)).hasMessageContaining("count: 0");
  }

  @Test
  void aProducersTimeIsMoreThanNothing() {
    for (Duration wrong : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1)}) {
      assertThatThrownBy(() -> ProducerOptions.DEFAULT.idle(wrong))
          .hasMessage("idle: " + wrong + " (expected: more than zero)");
    }
  }

  @Test
  void joiningSaysWhoFromWhereAndHow() {
    Join join = Join.DEFAULT.as("ann", Map.of("a", 1)).after("e.1").history(2).bare();
    assertThat(join).isEqualTo(new Join(new Member("ann", Map.of("a", 1)), "e.1", 2, false));
    assertThat(Join.DEFAULT.fromStart().history()).isEqualTo(Integer.MAX_VALUE);
    assertThatThrownBy(() -> Join.DEFAULT.history(-1))
        .hasMessage("history: -1 (expected: zero or more)");
  }
}
