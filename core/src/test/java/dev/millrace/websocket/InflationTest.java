package dev.millrace.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inflating against what java.util.zip deflates (RFC 7692, section 7.2). Needs no port. */
class InflationTest {
  private static final int MOST = 1 << 20;

  private final Deflater deflater = new Deflater(6, true);
  private final Inflation forgetful = inflation(Deflate.ON);
  private final Inflation remembering = inflation(Deflate.ON.clientContext(true));

  @ParameterizedTest
  @CsvSource({
    "f248cdc9c90700, Hello", // 7.2.3.1: one fixed block
    "000500faff48656c6c6f00, Hello", // 7.2.3.3: a stored block
    "f348cdc9c9070000, Hello", // 7.2.3.4: a block that says that it is the last
    "f348cdc9c90700, Hello", // the same without the byte behind it
    "f248050000 00ffffcac9c90700, Hello", // 7.2.3.5: two blocks
    "f348cdc9c90700f348cdc9c9070000, HelloHello", // two that both say so
    "00, ''", // 7.2.3.6: an empty message
  })
  void theExamplesOfTheStandardAreInflated(String hex, String text) throws FrameException {
    byte[] compressed = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertThat(new String(forgetful.inflateText(compressed, 100), UTF_8)).isEqualTo(text);
  }

  @Test
  void aSecondMessageRefersToTheFirst() throws FrameException {
    // 7.2.3.2
    HexFormat hex = HexFormat.of();
    assertThat(new String(remembering.inflateText(hex.parseHex("f248cdc9c90700"), 5), UTF_8))
        .isEqualTo("Hello");
    assertThat(new String(remembering.inflateText(hex.parseHex("f200110000"), 5), UTF_8))
        .isEqualTo("Hello");
    forgetful.inflate(hex.parseHex("f248cdc9c90700"), 5);
    assertThat(failure(forgetful, hex.parseHex("f200110000"), 5)).isEqualTo(1007);
  }

  @Test
  void anEmptyPayloadIsAnEmptyMessage() throws FrameException {
    assertThat(forgetful.inflate(new byte[0], 0)).isEmpty();
  }

  @Test
  void messagesOfAllKindsComeBack() throws FrameException {
    Random random = new Random(7692);
    for (int i = 0; i < 400; i++) {
      byte[] message = message(random);
      assertThat(forgetful.inflate(deflate(message, false), message.length)).isEqualTo(message);
    }
  }

  @Test
  void messagesThatReferToAllBeforeComeBack() throws FrameException {
    Random random = new Random(32);
    for (int i = 0; i < 400; i++) {
      byte[] message = message(random);
      assertThat(remembering.inflate(deflate(message, true), message.length)).isEqualTo(message);
    }
  }

  @Test
  void aMessageMayReferToAllOfTheWindow() throws FrameException {
    byte[] noise = new byte[32_768 - 262];
    new Random(1).nextBytes(noise);
    byte[] first = deflate(noise, true);
    byte[] second = deflate(Arrays.copyOf(noise, 200), true);
    assertThat(second.length).isLessThan(50);
    assertThat(remembering.inflate(first, noise.length)).isEqualTo(noise);
    assertThat(remembering.inflate(second, 200)).isEqualTo(Arrays.copyOf(noise, 200));
  }

  @Test
  void theLimitIsExact() throws FrameException {
    for (int length : List.of(1, 255, 256, 257, 768, 4_096, 65_536, MOST)) {
      byte[] compressed = deflate(new byte[length], false);
      assertThat(forgetful.inflate(compressed, length)).hasSize(length);
      assertThat(failure(forgetful, compressed, length - 1)).isEqualTo(1009);
    }
  }

  @Test
  void aBombFailsAtTheLimit() {
    byte[] bomb = deflate(new byte[64 << 20], false);
    assertThat(bomb.length).isLessThan(100_000);
    assertThat(failure(forgetful, bomb, MOST)).isEqualTo(1009);
  }

  @Test
  void aMessageThatIsCutFails() {
    byte[] message = "a message that is cut somewhere, again and again".getBytes(UTF_8);
    byte[] whole = deflate(message, false);
    for (int length = 1; length < whole.length - 1; length++) {
      assertThat(failure(forgetful, Arrays.copyOf(whole, length), MOST))
          .as("%d of %d bytes", length, whole.length)
          .isEqualTo(1007);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ff", "07", "06", "000500ffff48656c6c6f00", "ffffffff", "0000ffff"})
  void whatIsNotDeflatedDataFails(String hex) {
    assertThat(failure(forgetful, HexFormat.of().parseHex(hex), MOST)).isEqualTo(1007);
  }

  @Test
  void lastBlocksWithoutEndFail() {
    byte[] blocks = new byte[2 * 1_002];
    for (int i = 0; i < blocks.length; i += 2) {
      blocks[i] = 3;
    }
    assertThat(failure(forgetful, blocks, MOST)).isEqualTo(1008);
  }

  @Test
  void inflatedTextHasToBeUtf8() {
    byte[] compressed = deflate(new byte[] {'a', (byte) 0xc3}, false);
    FrameException failure =
        catchThrowableOfType(FrameException.class, () -> forgetful.inflateText(compressed, MOST));
    assertThat(failure.code()).isEqualTo(1007);
  }

  @Test
  void noiseIsRefusedOrInflatedWithinTheLimit() {
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      byte[] noise = new byte[random.nextInt(1, 40)];
      random.nextBytes(noise);
      try {
        assertThat(inflation(Deflate.ON).inflate(noise, 1_000).length).isLessThanOrEqualTo(1_000);
      } catch (FrameException e) {
        assertThat(e.code()).isIn(1007, 1009);
      }
    }
  }

  @Test
  void inflatersAreGivenBack() throws FrameException {
    forgetful.inflate(deflate(new byte[10], false), 10);
    failure(forgetful, new byte[] {-1}, 10);
    assertThat(InflaterPool.SHARED.borrowed()).isZero();
    assertThat(InflaterPool.SHARED.kept()).isBetween(1, 16);
    InflaterPool pool = new InflaterPool(1);
    var one = pool.borrow();
    var other = pool.borrow();
    pool.giveBack(one);
    pool.giveBack(other);
    assertThat(pool.kept()).isEqualTo(1);
  }

  private static Inflation inflation(Deflate options) {
    Agreement agreement = Agreement.of(List.of("permessage-deflate"), options);
    return new Inflation(agreement);
  }

  private static int failure(Inflation inflation, byte[] compressed, int most) {
    FrameException failure =
        catchThrowableOfType(FrameException.class, () -> inflation.inflate(compressed, most));
    return failure == null ? 0 : failure.code();
  }

  /** Noise, text or zeros of 0 bytes to some windows' length. */
  private static byte[] message(Random random) {
    byte[] message = new byte[random.nextInt(random.nextBoolean() ? 200 : 100_000)];
    switch (random.nextInt(3)) {
      case 0 -> random.nextBytes(message);
      case 1 -> {
        for (int i = 0; i < message.length; i++) {
          message[i] = (byte) ('a' + random.nextInt(3));
        }
      }
      default -> Arrays.fill(message, (byte) random.nextInt());
    }
    return message;
  }

  /** As section 7.2.1 says: flushed, without the last four bytes. */
  private byte[] deflate(byte[] message, boolean context) {
    if (!context) {
      deflater.reset();
    }
    deflater.setInput(message);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] part = new byte[8_192];
    int count;
    do {
      count = deflater.deflate(part, 0, part.length, Deflater.SYNC_FLUSH);
      out.write(part, 0, count);
    } while (count == part.length);
    byte[] all = out.toByteArray();
    return Arrays.copyOf(all, Math.max(0, all.length - 4));
  }
}
