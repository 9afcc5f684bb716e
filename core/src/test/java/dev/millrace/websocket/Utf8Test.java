package dev.millrace.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Our UTF-8 against the JDK's decoder. Needs no port. */
class Utf8Test {

  @Test
  void allCharactersAreValid() {
    StringBuilder all = new StringBuilder();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
        all.appendCodePoint(c);
      }
    }
    byte[] bytes = all.toString().getBytes(UTF_8);
    assertThat(Utf8.isValid(bytes, 0, bytes.length)).isTrue();
  }

  @Test
  void allSequencesOfThreeBytesAreJudgedAsTheJdkDoes() {
    byte[] bytes = new byte[3];
    for (int i = 0; i < 1 << 24; i++) {
      if ((i >> 16) < 0x80 && i % 97 != 0) {
        continue; // ASCII first: a sample will do
      }
      bytes[0] = (byte) (i >> 16);
      bytes[1] = (byte) (i >> 8);
      bytes[2] = (byte) i;
      boolean valid = isUtf8(bytes);
      if (Utf8.isValid(bytes, 0, 3) != valid) {
        assertThat(bytes).as("judged otherwise").isNull();
      }
    }
  }

  @Test
  void fourBytesAroundAllLimitsAreJudgedAsTheJdkDoes() {
    int[] interesting = {
      0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1,
      0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf7, 0xf8, 0xff
    };
    for (int a : interesting) {
      for (int b : interesting) {
        for (int c : interesting) {
          for (int d : interesting) {
            byte[] bytes = {(byte) a, (byte) b, (byte) c, (byte) d};
            assertThat(Utf8.isValid(bytes, 0, 4)).isEqualTo(isUtf8(bytes));
          }
        }
      }
    }
  }

  @Test
  void anyCutGivesTheSameAndTheFirstWrongByteIsFound() {
    Random random = new Random(3629);
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = text(random).getBytes(UTF_8);
      if (random.nextBoolean() && bytes.length > 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      int bad = firstBad(bytes);
      int state = Utf8.START;
      int at = 0;
      while (at < bytes.length && state != Utf8.BAD) {
        int next = Math.min(bytes.length, at + 1 + random.nextInt(12));
        state = Utf8.read(state, bytes, at, next);
        assertThat(state == Utf8.BAD).isEqualTo(bad >= 0 && bad < next);
        at = next;
      }
      assertThat(state == Utf8.START).isEqualTo(isUtf8(bytes));
    }
  }

  /**
   * The index of the byte from which on nothing that follows makes it UTF-8; -1 if there is none.
   */
  private static int firstBad(byte[] bytes) {
    for (int length = 1; length <= bytes.length; length++) {
      if (!canBecomeUtf8(Arrays.copyOf(bytes, length))) {
        return length - 1;
      }
    }
    return -1;
  }

  /** What the JDK's decoder does not tell: it looks at some characters only when they are whole. */
  private static boolean canBecomeUtf8(byte[] bytes) {
    return Stream.of("", "80", "8080", "808080", "a080", "908080")
        .anyMatch(rest -> {
          byte[] end = HexFormat.of().parseHex(rest);
          byte[] all = Arrays.copyOf(bytes, bytes.length + end.length);
          System.arraycopy(end, 0, all, bytes.length, end.length);
          return isUtf8(all);
        });
  }

  private static boolean isUtf8(byte[] bytes) {
    return Arrays.equals(new String(bytes, UTF_8).getBytes(UTF_8), bytes);
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(30);
    for (int i = 0; i < length; i++) {
      int c =
          switch (random.nextInt(5)) {
            case 0 -> random.nextInt(0x80, 0x800);
            case 1 -> random.nextInt(0x800, 0xd800);
            case 2 -> random.nextInt(0x10000, 0x110000);
            default -> random.nextInt(0x80);
          };
      text.appendCodePoint(c);
    }
    return text.toString();
  }
}
