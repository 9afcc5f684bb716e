package dev.millrace.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Unmasking by longs against doing it byte by byte. Needs no port. */
class MasksTest {

  @Test
  void theResultIsThatOfOneByteAtATime() {
    Random random = new Random(53);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(70)];
      random.nextBytes(bytes);
      int from = random.nextInt(bytes.length + 1);
      int to = random.nextInt(from, bytes.length + 1);
      long position = random.nextLong(1L << 40);
      int key = random.nextInt(4) == 0 ? random.nextInt(2) << 8 : random.nextInt();
      byte[] expected = bytes.clone();
      for (int at = from; at < to; at++) {
        // Section 5.3: byte i is masked with byte i mod 4 of the key.
        int octet = (int) ((position + at - from) % 4);
        expected[at] ^= (byte) (key >>> (24 - 8 * octet));
      }
      Masks.apply(key, position, bytes, from, to);
      assertThat(bytes).isEqualTo(expected);
    }
  }
}
