package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The options, and the small types beside them. */
class CompressionOptionsTest {

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> Compression.DEFAULT.level(0))
        .hasMessage("level: 0 (expected: 1 to 9)");
    assertThatThrownBy(() -> Compression.DEFAULT.level(10))
        .hasMessage("level: 10 (expected: 1 to 9)");
    assertThatThrownBy(() -> Compression.DEFAULT.minBytes(-1))
        .hasMessage("minBytes: -1 (expected: zero or more)");
    assertThatThrownBy(() -> Compression.DEFAULT.codings(Coding.BR, Coding.BR))
        .hasMessage("codings: [BR, BR] (expected: each at most once)");
  }

  @Test
  void eachPartCanBeSet() {
    Compression compression =
        Compression.DEFAULT
            .enabled(false)
            .minBytes(10)
            .level(9)
            .streams(false)
            .codings(Coding.GZIP);
    assertThat(compression).isEqualTo(new Compression(false, 10, 9, false, List.of(Coding.GZIP)));
    assertThat(Compression.NONE.enabled()).isFalse();
  }

  @Test
  void aCodingMarksStrongTagsAndTakesTheMarkAway() {
    assertThat(Coding.GZIP.tag("\"1\"")).isEqualTo("\"1-gzip\"");
    assertThat(Coding.BR.tag("\"\"")).isEqualTo("\"-br\"");
    assertThat(Coding.GZIP.tag("W/\"1\"")).isEqualTo("W/\"1\"");
    assertThat(Coding.GZIP.tag("1")).isEqualTo("1");
    assertThat(Coding.GZIP.tag("\"")).isEqualTo("\"");
    for (Coding coding : Coding.values()) {
      assertThat(Coding.untagged(coding.tag("\"a-b\""))).isEqualTo("\"a-b\"");
    }
    assertThat(Coding.untagged("\"a\"")).isEqualTo("\"a\"");
    assertThat(Coding.untagged("W/\"a\"")).isEqualTo("W/\"a\"");
  }

  @Test
  void thereIsOneVary() {
    assertThat(Vary.add(Headers.EMPTY, "Accept")).isEqualTo(Headers.of("Vary", "Accept"));
    assertThat(Vary.add(Headers.of("Vary", ""), "Accept")).isEqualTo(Headers.of("Vary", "Accept"));
    assertThat(Vary.add(Headers.of("vary", "Origin"), "Accept"))
        .isEqualTo(Headers.of("Vary", "Origin, Accept"));
    // Accept-Encoding is not Accept.
    assertThat(Vary.add(Headers.of("Vary", "Accept-Encoding"), "Accept"))
        .isEqualTo(Headers.of("Vary", "Accept-Encoding, Accept"));
  }
}
