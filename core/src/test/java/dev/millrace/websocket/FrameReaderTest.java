package dev.millrace.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the table of cases does not say. Needs no port. */
class FrameReaderTest {
  private final Heard heard = new Heard();

  @Test
  void theExamplesOfTheStandardAreRead() {
    // RFC 6455, section 5.7
    byte[] hello = {
      (byte) 0x81, (byte) 0x85, 0x37, (byte) 0xfa, 0x21, 0x3d, 0x7f, (byte) 0x9f, 0x4d, 0x51, 0x58
    };
    assertThat(Heard.all(hello, 1, 125, 1, false)).containsExactly("text 'Hello'");
    assertThat(Heard.all(hello, 11, 125, 1, false)).containsExactly("text 'Hello'");
  }

  @Test
  void theByteOrderOfTheBufferAndWhereItLiesDoNotMatter() throws FrameException {
    byte[] bytes = new ClientFrames().text("ordered bytes").bytes();
    FrameReader reader = new FrameReader(125, 1, false, heard);
    reader.read(ByteBuffer.allocateDirect(99).order(ByteOrder.LITTLE_ENDIAN).put(bytes).flip());
    reader.read(ByteBuffer.wrap(bytes).asReadOnlyBuffer());
    assertThat(heard.events).containsExactly("text 'ordered bytes'", "text 'ordered bytes'");
  }

  @Test
  void aMessageThatIsTooLongFailsWithTheLastByteOfItsLength() throws FrameException {
    ClientFrames frames = new ClientFrames().head(0x82, false, 8, Long.MAX_VALUE);
    byte[] bytes = frames.bytes();
    bytes[1] |= (byte) 0x80;
    FrameReader reader = new FrameReader(10 << 20, 1, false, heard);
    reader.read(ByteBuffer.wrap(bytes, 0, bytes.length - 1));
    ByteBuffer end = ByteBuffer.wrap(bytes, bytes.length - 1, 1);
    FrameException failure = catchThrowableOfType(FrameException.class, () -> reader.read(end));
    assertThat(failure.code()).isEqualTo(CloseCode.TOO_BIG);
  }

  @Test
  void afterAFailureNothingIsReadAnyMore() throws FrameException {
    byte[] bytes = new ClientFrames().raw(0x83).text("more").bytes();
    FrameReader reader = new FrameReader(125, 1, false, heard);
    ByteBuffer all = ByteBuffer.wrap(bytes);
    assertThat(heard.read(reader, all)).isFalse();
    assertThat(all.hasRemaining()).isFalse();
    reader.read(ByteBuffer.wrap(new ClientFrames().text("more").bytes()));
    assertThat(heard.events).containsExactly("fail 1002");
  }

  @Test
  void textFailsAtItsFirstWrongByteWithoutTheRest() throws FrameException {
    FrameReader reader = new FrameReader(1 << 20, 1, false, heard);
    byte[] bytes =
        new ClientFrames().head(0x81, true, 2, 60_000).masked((byte) 'a', (byte) 0xed).bytes();
    reader.read(ByteBuffer.wrap(bytes));
    // A surrogate's second byte, at index 2: the mask's third byte is 21.
    ByteBuffer next = ByteBuffer.wrap(new byte[] {(byte) (0xa0 ^ 0x21)});
    FrameException failure = catchThrowableOfType(FrameException.class, () -> reader.read(next));
    assertThat(failure.code()).isEqualTo(CloseCode.INVALID_PAYLOAD);
  }

  @Test
  void aLargeMessageIsPutTogetherFromPieces() {
    byte[] payload = new byte[3_000_001];
    new Random(5).nextBytes(payload);
    byte[] bytes = new ClientFrames().frame(0x82, payload).bytes();
    FrameReader reader = new FrameReader(payload.length, 1, false, heard);
    for (int at = 0; at < bytes.length; at += 16_384) {
      heard.read(reader, ByteBuffer.wrap(bytes, at, Math.min(16_384, bytes.length - at)));
    }
    assertThat(heard.payloads).containsExactly(payload);
  }

  @Test
  void manyShortFragmentsMakeOneMessage() {
    ClientFrames frames = new ClientFrames().frame(0x01, "é");
    for (int i = 0; i < 9_998; i++) {
      frames.frame(0x00, "é");
    }
    byte[] bytes = frames.frame(0x80, "é").bytes();
    FrameReader reader = new FrameReader(20_000, 10_000, false, heard);
    heard.read(reader, ByteBuffer.wrap(bytes));
    assertThat(heard.payloads).containsExactly("é".repeat(10_000).getBytes(UTF_8));
    assertThat(Heard.all(bytes, 777, 20_000, 9_999, false)).isEqualTo(List.of("fail 1008"));
    assertThat(Heard.all(bytes, 777, 19_999, 10_000, false)).isEqualTo(List.of("fail 1009"));
  }
}
