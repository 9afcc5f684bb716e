package dev.millrace.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server's control frames. Needs no port. */
class FramesTest {

  @Test
  void controlFramesAreNotMasked() {
    assertThat(hex(Frames.ping("Hello".getBytes(UTF_8)))).isEqualTo("890548656c6c6f");
    assertThat(hex(Frames.pong(new byte[0]))).isEqualTo("8a00");
    assertThat(hex(Frames.close(1000, "ok"))).isEqualTo("880403e86f6b");
    assertThat(hex(Frames.close(4999, ""))).isEqualTo("88021387");
    assertThat(hex(Frames.close(CloseCode.NO_STATUS, ""))).isEqualTo("8800");
    assertThat(Frames.ping(new byte[125])).hasSize(127);
  }

  @Test
  void whatIsTooLongIsNotSent() {
    assertThatThrownBy(() -> Frames.pong(new byte[126]))
        .hasMessage("payload of a control frame: 126 bytes (expected: at most 125)");
    assertThat(Frames.close(1000, "*".repeat(123))).hasSize(127);
    assertThatThrownBy(() -> Frames.close(1000, "*".repeat(124)))
        .hasMessage("close reason: 124 bytes (expected: at most 123; Frames.reason cuts it)");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 999, 1004, 1006, 1015, 2000, 5000, 66_536})
  void codesThatMustNotBeSentAreNot(int code) {
    assertThatThrownBy(() -> Frames.close(code, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("close code: " + code + " (expected: ");
  }

  @Test
  void noCodeMeansNoReason() {
    assertThatThrownBy(() -> Frames.close(CloseCode.NO_STATUS, "why"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aReasonIsCutBetweenCharacters() {
    assertThat(Frames.reason("short")).isEqualTo("short");
    assertThat(Frames.reason("*".repeat(123))).hasSize(123);
    assertThat(Frames.reason("*".repeat(1_000_000))).hasSize(123);
    for (String character : new String[] {"*", "é", "€", "😀"}) {
      for (int before = 0; before < 5; before++) {
        String text = "*".repeat(before) + character.repeat(200);
        String cut = Frames.reason(text);
        int bytes = cut.getBytes(UTF_8).length;
        assertThat(text).startsWith(cut);
        assertThat(bytes).isBetween(124 - character.getBytes(UTF_8).length, 123);
        assertThat(Frames.close(1000, cut)).hasSize(4 + bytes);
      }
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
