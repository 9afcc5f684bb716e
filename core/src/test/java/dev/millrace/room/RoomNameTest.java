package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a room may be called. */
class RoomNameTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        " ",
        "chat/1",
        "*",
        "a*b",
        "\u00e4",
        "\u4e2d",
        "\ud83d\ude00",
        "a\ud83d\ude00b",
        "\u00a0",
        "\u2028",
        "\u200b",
        "\ufeff",
        "\ufffd",
        "\uffff",
      })
  void anyTextIsAName(String name) {
    assertThat(RoomName.check(name)).isSameAs(name);
    assertThat(RoomName.isHidden(name)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\0",
        "\0/route",
        "a\0",
        "\t",
        "a\n",
        "\r\n",
        "\u001f",
        "\u007f",
        "\u0080",
        "\u009f",
        "\ud83d",
        "\ude00",
        "a\ud83d",
        "\ud83da",
        "\ude00\ud83d",
        "\ud83d\ud83d\ude00",
      })
  void controlCharactersAndHalfPairsAreNot(String name) {
    assertThatThrownBy(() -> RoomName.check(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "room name \".*\": .+ at index \\d+ \\(expected: no control characters and no halves"
                + " of surrogate pairs\\)");
  }

  @Test
  void itHas256CharactersAtMost() {
    assertThat(RoomName.check("x".repeat(256))).hasSize(256);
    assertThat(RoomName.check("\ud83d\ude00".repeat(128))).hasSize(256);
    assertThatThrownBy(() -> RoomName.check("x".repeat(257)))
        .hasMessage("room name of 257 characters (expected: 1 to 256)");
    assertThatThrownBy(() -> RoomName.check(""))
        .hasMessage("room name of 0 characters (expected: 1 to 256)");
    assertThatThrownBy(() -> RoomName.check("x".repeat(100_000)))
        .hasMessage("room name of 100000 characters (expected: 1 to 256)");
  }

  @Test
  void whatTheFrameworkItselfCallsRoomsNobodyElseCan() {
    String hidden = RoomName.hidden("/chat/{room}");
    assertThat(RoomName.isHidden(hidden)).isTrue();
    assertThatThrownBy(() -> RoomName.check(hidden)).isInstanceOf(IllegalArgumentException.class);
  }
}
