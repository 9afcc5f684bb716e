package dev.millrace.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.http.Headers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client of the kit finds what a server must not send. */
class MessageTranscriptTest {
  private final List<byte[]> answers = new ArrayList<>();
  private final MessageTranscript transcript =
      new MessageTranscript("GET /", () -> "", answers::add);

  private void receive(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    transcript.bytes(bytes, 0, bytes.length);
  }

  @ParameterizedTest
  @CsvSource({
    "8000, a frame that cannot come now",
    "0101618181, a frame is masked",
    "0101618100, a frame that cannot come now",
    "8300, a frame that cannot come now",
    "c100, reserved bits that were not agreed on",
    "0900, a control frame is not as section 5.5 says",
    "c900, a control frame is not as section 5.5 says",
    "8b00, an unknown opcode",
    "880103, a close frame has 1 byte",
    "880203ed, a close frame has code 1005",
    "880303e8ff, a text is not UTF-8",
    "8101ff, a text is not UTF-8",
    "880203e88100, a frame follows the close frame",
  })
  void whatBreaksTheProtocolIsNamed(String hex, String why) {
    transcript.upgraded(101, Headers.EMPTY);
    receive(hex);
    assertThat(transcript.toString())
        .contains("cut: the server broke the protocol: ")
        .contains(why);
    assertThat(transcript.awaitEnd(Duration.ZERO)).isEqualTo(TestStream.End.CUT);
  }

  @Test
  void aCharacterMayBeSplitOverFragments() {
    transcript.upgraded(101, Headers.EMPTY);
    receive("0101c3" + "8900" + "8001a4");
    assertThat(transcript.awaitMessage(Duration.ZERO).text()).isEqualTo("ä");
    assertThat(transcript.awaitPing(Duration.ZERO)).isEmpty();
    assertThat(answers).as("the pong").hasSize(1);
  }

  @Test
  void aCloseFrameIsAnsweredOnceWithItsCode() {
    transcript.upgraded(101, Headers.EMPTY);
    receive("880603e962796521");
    assertThat(transcript.awaitClose(Duration.ZERO)).isEqualTo(new TestClose(1001, "bye!"));
    assertThat(answers).hasSize(1);
    assertThat(answers.getFirst()).hasSize(2 + 4 + 2).startsWith(0x88, 0x82);
  }

  @Test
  void anEndInsideAFrameIsACutAndAbnormal() {
    transcript.upgraded(101, Headers.EMPTY);
    receive("8105" + "61");
    transcript.end();
    assertThat(transcript.toString()).contains("cut: the connection ended inside a frame");
    assertThat(transcript.awaitClose(Duration.ZERO)).isEqualTo(new TestClose(1006, ""));
    assertThat(answers).isEmpty();
  }

  @Test
  void aRefusalIsNotReadAsFrames() {
    transcript.head(403, Headers.EMPTY);
    byte[] body = "forbidden".getBytes(UTF_8);
    transcript.bytes(body, 0, body.length);
    transcript.end();
    assertThat(transcript.isOpen()).isFalse();
    assertThat(transcript.awaitResponse(Duration.ZERO).text()).isEqualTo("forbidden");
    assertThatThrownBy(() -> transcript.awaitPong(Duration.ZERO))
        .hasMessageStartingWith("no pong: the handshake was refused")
        .hasMessageContaining("forbidden");
  }
}
