package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.time.TimeSource;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dates in headers: RFC 9110, section 5.6.7. Needs no port. */
class HttpDateTest {
  private static final Instant EXAMPLE = Instant.parse("1994-11-06T08:49:37Z");

  /** Stands in 2026. */
  private static final TimeSource CLOCK =
      new TimeSource() {
        @Override
        public long nanoTime() {
          return 0;
        }

        @Override
        public Instant instant() {
          return Instant.parse("2026-06-01T00:00:00Z");
        }
      };

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994"
      })
  void allThreeFormatsAreRead(String text) {
    assertThat(HttpDate.parse(text)).isEqualTo(EXAMPLE);
  }

  @Test
  void oneFormatIsWritten() {
    assertThat(HttpDate.format(EXAMPLE)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    assertThat(HttpDate.format(Instant.parse("2026-01-01T00:00:00.999Z")))
        .isEqualTo("Thu, 01 Jan 2026 00:00:00 GMT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "0",
        "-1",
        "now",
        "1994-11-06T08:49:37Z",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nox 1994 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:61:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 19940 08:49:37 GMT",
        "Sun, +6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT",
        "Sun Nov 06 08:49:37 94",
        "Sun Nov  6 08:49:37 1994 GMT",
        "Sun, ٠٦ Nov 1994 08:49:37 GMT"
      })
  void anythingElseIsNoDate(String text) {
    assertThat(HttpDate.parse(text)).isNull();
  }

  @Test
  void aYearOfTwoDigitsIsAtMostFiftyYearsAhead() {
    assertThat(HttpDate.parse("Monday, 01-Jun-76 00:00:00 GMT", CLOCK))
        .isEqualTo(Instant.parse("2076-06-01T00:00:00Z"));
    assertThat(HttpDate.parse("Monday, 01-Jun-77 00:00:00 GMT", CLOCK))
        .isEqualTo(Instant.parse("1977-06-01T00:00:00Z"));
  }

  @Test
  void aLeapSecondIsTheOneBefore() {
    assertThat(HttpDate.parse("Sat, 31 Dec 2016 23:59:60 GMT"))
        .isEqualTo(Instant.parse("2016-12-31T23:59:59Z"));
  }

  @Test
  void whatIsWrittenIsRead() {
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      Instant instant = Instant.ofEpochSecond(random.nextLong(253_402_300_800L));
      assertThat(HttpDate.parse(HttpDate.format(instant))).isEqualTo(instant);
    }
  }

  @Test
  void noTextMakesItFail() {
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(HttpDate.format(EXAMPLE));
      for (int change = random.nextInt(3); change >= 0; change--) {
        text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(1, 0x180));
      }
      HttpDate.parse(text.toString());
      HttpDate.parse(text.substring(random.nextInt(text.length())));
    }
  }
}
