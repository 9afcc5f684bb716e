package dev.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that come in pieces, as text. Needs no port. */
class TextChunksTest {

  @Test
  void neverSplitsACharacter() {
    byte[] bytes = "a€😀b".getBytes(StandardCharsets.UTF_8);
    TextChunks chunks = new TextChunks();
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      String piece = chunks.next(new byte[] {b}, 0, 1, false);
      assertThat(piece).doesNotContain("\uFFFD");
      assertThat(piece.codePointCount(0, piece.length())).isLessThanOrEqualTo(1);
      text.append(piece);
    }
    text.append(chunks.next(new byte[0], 0, 0, true));
    assertThat(text).hasToString("a€😀b");
  }

  @Test
  void neverSplitsCrLf() {
    TextChunks chunks = new TextChunks();
    assertThat(chunks.next("a\r".getBytes(StandardCharsets.UTF_8), 0, 2, false)).isEqualTo("a");
    assertThat(chunks.next("\nb".getBytes(StandardCharsets.UTF_8), 0, 2, false)).isEqualTo("\r\nb");
  }

  @Test
  void replacesWhatIsNotUtf8() {
    TextChunks chunks = new TextChunks();
    byte[] bad = {'a', (byte) 0xff, 'b', (byte) 0xe2};
    assertThat(chunks.next(bad, 0, 4, false)).isEqualTo("a\uFFFDb");
    assertThat(chunks.next(new byte[0], 0, 0, true)).isEqualTo("\uFFFD");
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void givesTheSameTextHoweverItIsCut(long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      text.append(
          switch (random.nextInt(5)) {
            case 0 -> "\r\n";
            case 1 -> "😀";
            case 2 -> "é";
            case 3 -> "\r";
            default -> "plain";
          });
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    TextChunks chunks = new TextChunks();
    StringBuilder result = new StringBuilder();
    int at = 0;
    while (at < bytes.length) {
      int length = Math.min(bytes.length - at, 1 + random.nextInt(9));
      result.append(chunks.next(bytes, at, length, false));
      at += length;
    }
    result.append(chunks.next(bytes, 0, 0, true));
    assertThat(result).hasToString(text.toString());
  }
}
