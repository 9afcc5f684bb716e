package dev.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketOptionsTest {
  private static final SocketOptions DEFAULT = SocketOptions.DEFAULT;

  /** RFC 6455, section 4.1: what is none could never be agreed on. */
  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a,b", "ä"})
  void aSubprotocolIsAToken(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULT.subprotocols("chat.v2", name))
        .withMessageContaining("expected: a token");
  }

  /** What browsers never write would never be found. */
  @ParameterizedTest
  @ValueSource(strings = {"app.example", "https://App.example", "https://a.example/", "https://*"})
  void anOriginIsWrittenAsBrowsersDo(String origin) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULT.origins(origin))
        .withMessageContaining("origin");
  }

  @Test
  void allOriginsAreAStar() {
    assertThat(DEFAULT.origins("*").origins()).containsExactly("*");
  }

  @Test
  void limitsAreChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULT.maxPayload(1))
        .withMessage("maxPayload: 1 (expected: at least 125)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULT.rate(-1, Duration.ofSeconds(1)))
        .withMessageContaining("rate");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULT.rate(1, Duration.ZERO))
        .withMessageContaining("ratePeriod");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULT.ping(Duration.ofSeconds(-1)))
        .withMessageContaining("ping");
  }
}
