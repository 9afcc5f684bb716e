package dev.millrace.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.http.Headers;
import java.net.ProtocolException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's half of permessage-deflate (RFC 7692). */
class SocketDeflateTest {
  private static final int MOST = 1 << 20;

  private static SocketDeflate agreed(String header) {
    return requireNonNull(SocketDeflate.of(Headers.of("Sec-WebSocket-Extensions", header)));
  }

  /** Sections 7.2.3.1 to 7.2.3.5. */
  @Test
  void theExamplesOfTheStandardAreInflated() throws ProtocolException {
    SocketDeflate deflate = agreed("permessage-deflate");
    for (String hex :
        new String[] {
          "f248cdc9c90700",
          "f200110000",
          "000500faff48656c6c6f00",
          "f348cdc9c9070000",
          "f24805000000ffffcac9c90700",
        }) {
      byte[] payload = HexFormat.of().parseHex(hex);
      assertThat(new String(deflate.inflate(payload, MOST), UTF_8)).as(hex).isEqualTo("Hello");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate",
        "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
        "permessage-deflate;server_max_window_bits=10",
      })
  void whatIsDeflatedIsInflated(String header) throws ProtocolException {
    SocketDeflate client = agreed(header);
    SocketDeflate mirror = agreed(header.replace("client_no", "server_no"));
    assertThat(client.deflates()).isTrue();
    for (String text : new String[] {"", "", "a", "Hello".repeat(10_000), "", "Hello"}) {
      byte[] payload = client.deflate(text.getBytes(UTF_8));
      assertThat(new String(mirror.inflate(payload, MOST), UTF_8)).isEqualTo(text);
    }
  }

  @Test
  void withContextARepeatedMessageIsShorter() {
    String text = "the quick brown fox jumps over the lazy dog";
    SocketDeflate with = agreed("permessage-deflate");
    SocketDeflate without = agreed("permessage-deflate; client_no_context_takeover");
    int first = with.deflate(text.getBytes(UTF_8)).length;
    assertThat(without.deflate(text.getBytes(UTF_8))).hasSize(first);
    assertThat(with.deflate(text.getBytes(UTF_8)).length).isLessThan(first / 2);
    assertThat(without.deflate(text.getBytes(UTF_8))).hasSize(first);
  }

  @Test
  void aMessageOverTheLimitAndBadDataAreFound() {
    SocketDeflate deflate = agreed("permessage-deflate; server_no_context_takeover");
    byte[] bomb = agreed("permessage-deflate").deflate(new byte[2 * MOST]);
    assertThatThrownBy(() -> deflate.inflate(bomb, MOST))
        .isInstanceOf(ProtocolException.class)
        .hasMessage("a message has over 1048576 bytes when inflated");
    assertThatThrownBy(() -> deflate.inflate(new byte[] {(byte) 0xff, 1, 2}, MOST))
        .isInstanceOf(ProtocolException.class)
        .hasMessageStartingWith("a message is not good deflate data");
  }

  @Test
  void withoutTheExtensionThereIsNone() {
    assertThat(SocketDeflate.of(Headers.EMPTY)).isNull();
    assertThat(SocketDeflate.of(Headers.of("Sec-WebSocket-Extensions", "x-other"))).isNull();
    assertThat(agreed("permessage-deflate; client_max_window_bits=9").deflates()).isFalse();
  }
}
