package dev.millrace.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The strict check of UTF-8. Needs no port. */
class Utf8Test {
  /** Bytes at the edges of what UTF-8 allows, in its tables of RFC 3629, section 4. */
  private static final int[] EDGES = {
    'a', 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed,
    0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff
  };

  /** The truth, in one piece: with room for everything. */
  private static int simple(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CoderResult result =
        StandardCharsets.UTF_8.newDecoder().decode(in, CharBuffer.allocate(bytes.length + 1), true);
    return result.isError() ? in.position() : -1;
  }

  @Test
  void agreesWithTheDecoderOfThePlatform() {
    Random random = new Random(20260131);
    int bad = 0;
    for (int round = 0; round < 100_000; round++) {
      byte[] bytes = new byte[random.nextInt(24)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (random.nextInt(3) == 0 ? EDGES[random.nextInt(EDGES.length)] : 'x');
      }
      int expected = simple(bytes);
      assertThat(Utf8.firstBad(bytes)).as("round %d", round).isEqualTo(expected);
      bad += expected < 0 ? 0 : 1;
    }
    assertThat(bad).isBetween(10_000, 99_000);
  }

  @Test
  void findsWhatIsWrongBehindALongText() {
    byte[] text = "aé€😀".repeat(5_000).getBytes(StandardCharsets.UTF_8);
    assertThat(Utf8.firstBad(text)).isEqualTo(-1);
    for (int at : new int[] {0, 10, 49_990}) {
      byte[] broken = text.clone();
      broken[at] = (byte) 0xff;
      assertThat(Utf8.firstBad(broken)).isEqualTo(at);
    }
    assertThat(Utf8.firstBad(new byte[0])).isEqualTo(-1);
  }
}
