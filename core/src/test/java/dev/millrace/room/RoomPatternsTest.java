package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which options hold for a room. */
class RoomPatternsTest {
  private final RoomPatterns patterns = new RoomPatterns();

  private static RoomOptions keep(int messages) {
    return RoomOptions.DEFAULT.keep(messages);
  }

  @Test
  void withoutAnyTheDefaultHolds() {
    assertThat(patterns.of("a")).isSameAs(RoomOptions.DEFAULT);
  }

  @Test
  void theNameItselfComesBeforeThePatternsAndTheLongestOfThoseFirst() {
    patterns.set("*", keep(1));
    patterns.set("chat/*", keep(3));
    patterns.set("chat/quiet", keep(4));
    patterns.set("chat/quiet*", keep(5));
    patterns.set("c*", keep(2));
    assertThat(patterns.of("x")).isEqualTo(keep(1));
    assertThat(patterns.of("chat")).isEqualTo(keep(2));
    assertThat(patterns.of("chat/")).isEqualTo(keep(3));
    assertThat(patterns.of("chat/a")).isEqualTo(keep(3));
    assertThat(patterns.of("chat/quiet")).isEqualTo(keep(4));
    assertThat(patterns.of("chat/quieter")).isEqualTo(keep(5));
    assertThat(patterns.of("Chat/quiet")).isEqualTo(keep(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a*b", "**", "*a", "a**"})
  void theStarIsAtTheEndOnly(String pattern) {
    assertThatThrownBy(() -> patterns.set(pattern, RoomOptions.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(expected: at the end only)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a*", "*"})
  void nothingIsSetTwice(String pattern) {
    patterns.set(pattern, RoomOptions.DEFAULT);
    assertThatThrownBy(() -> patterns.set(pattern, RoomOptions.DEFAULT))
        .hasMessage(
            "room pattern \"%s\" has options already (expected: one set for each)"
                .formatted(pattern));
  }

  @Test
  void aNameMustBeOne() {
    assertThatThrownBy(() -> patterns.set("", RoomOptions.DEFAULT))
        .hasMessageContaining("room name of 0 characters");
    assertThatThrownBy(() -> patterns.set("a\n", RoomOptions.DEFAULT))
        .hasMessageContaining("room name \"");
  }
}
