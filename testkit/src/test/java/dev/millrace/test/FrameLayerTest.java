package dev.millrace.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kit's own frames, which the server's are compared with (RFC 6455, section 5). */
class FrameLayerTest {
  private static final HexFormat HEX = HexFormat.of();

  private static List<RawFrame> parse(byte[] bytes, int piece) throws ProtocolException {
    List<RawFrame> frames = new ArrayList<>();
    FrameParser parser = new FrameParser();
    for (int from = 0; from < bytes.length; from += piece) {
      parser.feed(bytes, from, Math.min(piece, bytes.length - from), frames::add);
    }
    assertThat(parser.isBetween()).as("at the end of a frame").isTrue();
    return frames;
  }

  /** Section 5.7, the examples of a server. */
  @ParameterizedTest
  @CsvSource({
    "810548656c6c6f, 'text, 5 bytes: Hello'",
    "010348656c, 'text without FIN, 3 bytes: Hel'",
    "80026c6f, 'continuation, 2 bytes: 6c6f'",
    "890548656c6c6f, 'ping, 5 bytes: 48656c6c6f'",
    "880203e8, 'close, 2 bytes: 1000'",
    "8805040f627965, 'close, 5 bytes: 1039 \"bye\"'",
    "8800, 'close, 0 bytes'",
    "c107f248cdc9c90700, 'text rsv 4, 7 bytes: f248cdc9c90700'",
    "8b00, 'opcode 11, 0 bytes'",
  })
  void aFrameIsReadInPiecesOfAnySize(String hex, String shown) throws ProtocolException {
    byte[] bytes = HEX.parseHex(hex + hex);
    for (int piece = 1; piece <= bytes.length; piece++) {
      assertThat(parse(bytes, piece)).hasSize(2).allMatch(f -> f.toString().equals(shown));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "818548656c6c, a frame is masked",
    "817e007d, a length of 125 takes 2 bytes",
    "817f000000000000ffff, a length of 65535 takes 8 bytes",
    "817f8000000000000000, a frame has 9223372036854775808 bytes",
    "817f0000000004000001, a frame has 67108865 bytes",
  })
  void whatAServerMustNotSendIsFound(String hex, String message) {
    assertThatThrownBy(() -> parse(HEX.parseHex(hex), 1))
        .isInstanceOf(ProtocolException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 200_000})
  void anUnmaskedFrameComesBackAsItWas(int length) throws ProtocolException {
    byte[] payload = new byte[length];
    new Random(length).nextBytes(payload);
    byte[] frame = FrameWriter.frame(RawFrame.FIN | RawFrame.BINARY, false, payload);
    assertThat(frame).hasSize(length + (length < 126 ? 2 : length < 65_536 ? 4 : 10));
    RawFrame read = parse(frame, 1000).getFirst();
    assertThat(read.payload()).isEqualTo(payload);
    assertThat(read.opcode()).isEqualTo(RawFrame.BINARY);
  }

  @Test
  void aMaskedFrameHidesItsPayloadByAKeyOfItsOwn() {
    byte[] payload = "Hello, Hello".getBytes(UTF_8);
    byte[] frame = FrameWriter.frame(RawFrame.FIN | RawFrame.TEXT, true, payload);
    assertThat(frame).hasSize(2 + 4 + payload.length);
    assertThat(frame[1]).isEqualTo((byte) (0x80 | payload.length));
    for (int i = 0; i < payload.length; i++) {
      assertThat((byte) (frame[6 + i] ^ frame[2 + i % 4])).isEqualTo(payload[i]);
    }
    assertThat(FrameWriter.frame(RawFrame.FIN | RawFrame.TEXT, true, payload)).isNotEqualTo(frame);
  }

  @Test
  void aHeaderDeclaresAnyLength() {
    assertThat(FrameWriter.header(0x82, false, Long.MIN_VALUE))
        .isEqualTo(HEX.parseHex("827f8000000000000000"));
    assertThat(FrameWriter.header(0x82, false, 65_536))
        .isEqualTo(HEX.parseHex("827f0000000000010000"));
  }

  @Test
  void framesInOneRowAreReadAsOneByOne() throws ProtocolException {
    Random random = new Random(42);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    List<byte[]> payloads = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      byte[] payload = new byte[random.nextInt(10) == 0 ? 66_000 : random.nextInt(300)];
      random.nextBytes(payload);
      payloads.add(payload);
      all.writeBytes(FrameWriter.frame(RawFrame.FIN | RawFrame.BINARY, false, payload));
    }
    for (int piece : new int[] {7, 1021, all.size()}) {
      List<RawFrame> frames = parse(all.toByteArray(), piece);
      assertThat(frames).hasSize(200);
      for (int i = 0; i < 200; i++) {
        assertThat(frames.get(i).payload()).isEqualTo(payloads.get(i));
      }
    }
  }

  /** RFC 6455, section 1.3. */
  @Test
  void theKeyOfTheStandardIsAnsweredAsItSays() {
    assertThat(SocketHandshake.accept("dGhlIHNhbXBsZSBub25jZQ=="))
        .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }
}
