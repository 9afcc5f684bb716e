package dev.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What may stand in an event (WHATWG HTML, section 9.2.6). Needs no port. */
class EventTest {

  @Test
  void refusesLineFeedsAndSaysWhere() {
    assertThatThrownBy(() -> Event.of("x").id("a\nb"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("event id \"a\\nb\": LF at index 1 (expected: no CR, LF or NUL)");
  }

  @Test
  void refusesCarriageReturnsInNames() {
    assertThatThrownBy(() -> Event.of("x").name("\rupdate"))
        .hasMessage("event name \"\\rupdate\": CR at index 0 (expected: no CR, LF or NUL)");
  }

  @Test
  void refusesNulInIds() {
    assertThatThrownBy(() -> Event.of("x").id("12\0"))
        .hasMessage("event id \"12\\0\": NUL at index 2 (expected: no CR, LF or NUL)");
  }

  @Test
  void refusesNegativeReconnectionTimes() {
    assertThatThrownBy(() -> Event.of("x").retry(Duration.ofMillis(-1)))
        .hasMessageContaining("expected: zero or more");
  }

  @Test
  void isImmutable() {
    Event event = Event.of("x");
    assertThat(event.name("n").id(7).key("k").retry(Duration.ofSeconds(2)))
        .isEqualTo(new Event("x", "n", "7", Duration.ofSeconds(2), "k"));
    assertThat(event).isEqualTo(new Event("x", null, null, null, null));
  }
}
