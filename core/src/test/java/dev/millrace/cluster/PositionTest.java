package dev.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Positions as clients send them. Needs no port. */
class PositionTest {
  private static final String EPOCH = "Ab3-_z";

  /** The syntax once more, for numbers that are not too great. */
  private static final Pattern SOUND =
      Pattern.compile("[A-Za-z0-9_-]{1,32}\\.(0|[1-9][0-9]{0,17})");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.0",
        "a.1",
        "Ab3-_z.17",
        "-.9",
        "0.0",
        "abcdefghijklmnopqrstuvwxyz012345.9223372036854775807",
      })
  void whatIsWrittenIsRead(String text) {
    assertThat(Position.parse(text).map(Position::toString)).contains(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "a",
        "a.",
        ".1",
        "1",
        "a.-1",
        "a.+1",
        "a.-0",
        "a.00",
        "a.01",
        "a.1 ",
        " a.1",
        "a .1",
        "a. 1",
        "a.1.2",
        "a..1",
        "a.1\n",
        "a.1\0",
        "a.1e3",
        "a.0x1",
        "a.1_000",
        "a.1L",
        "a.9223372036854775808",
        "a.9999999999999999999",
        "a.18446744073709551617",
        "a.00000000000000000001",
        "a.\u0661",
        "a.\uff11",
        "a.\u0967",
        "\u00e4.1",
        "\uff41.1",
        "\ud83d\ude00.1",
        "\ud83d.1",
        "a\u0000.1",
        "a/b.1",
        "a%2e.1",
        "abcdefghijklmnopqrstuvwxyz0123456.1",
        "null",
        "undefined.undefined",
        "NaN.NaN",
        "a.null",
      })
  void anythingElseIsNone(String text) {
    assertThat(Position.parse(text)).isEmpty();
  }

  @Test
  void tenThousandCharactersAreNone() {
    for (String one : new String[] {"a", "1", ".", "a.", "\u0661", " "}) {
      assertThat(Position.parse(one.repeat(10_000))).isEmpty();
      assertThat(Position.parse("a." + one.repeat(10_000))).isEmpty();
      assertThat(Position.parse(one.repeat(10_000) + ".1")).isEmpty();
    }
    assertThat(Position.parse("a." + "0".repeat(10_000) + "1")).isEmpty();
  }

  @Test
  void noiseIsReadAsTheSyntaxSays() {
    Random random = new Random(5);
    String letters = "aZ0-_.12\u0661";
    int sound = 0;
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(8); n >= 0; n--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      boolean expected = SOUND.matcher(text).matches();
      Optional<Position> read = Position.parse(text.toString());
      assertThat(read.isPresent()).as("%s", text).isEqualTo(expected);
      assertThat(read.map(Position::toString).orElse(text.toString())).hasToString(text.toString());
      sound += expected ? 1 : 0;
    }
    // Otherwise this shows nothing.
    assertThat(sound).isGreaterThan(300);
  }

  @Test
  void positionsOfOneEpochAreInOrder() {
    Position first = new Position(EPOCH, 9);
    assertThat(first).isLessThan(first.at(10)).isEqualByComparingTo(new Position(EPOCH, 9));
    assertThat(first.at(Long.MAX_VALUE)).isGreaterThan(first.at(0));
  }

  @Test
  void positionsOfTwoEpochsHaveNoOrder() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Position("a", 1).compareTo(new Position("b", 1)))
        .withMessage("positions a.1 and b.1 of two epochs (expected: of one)");
  }

  @Test
  void whatIsNoPositionCannotBeMade() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Position("a", -1))
        .withMessage("sequence: -1 (expected: zero or more)");
    for (String epoch : new String[] {"", "a.b", "\u00e4", "a b", "x".repeat(33)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Position(epoch, 1))
          .withMessageContaining("expected: 1 to 32 letters, digits, - or _");
    }
  }
}
