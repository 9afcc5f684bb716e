package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Header fields (RFC 9110, section 5). Needs no port. */
class HeadersTest {

  @Test
  void namesAreComparedWithoutCase() {
    Headers headers = Headers.of("Content-Type", "text/plain");
    assertThat(headers.first("content-TYPE")).contains("text/plain");
    assertThat(headers.set("CONTENT-TYPE", "a/b").size()).isOne();
  }

  @Test
  void keepsRepeatedFieldsInOrder() {
    Headers headers = Headers.of("A", "1", "B", "2", "a", "3");
    assertThat(headers.all("A")).containsExactly("1", "3");
    assertThat(headers.without("a")).isEqualTo(Headers.of("B", "2"));
  }

  @Test
  void refusesLineEndsInValues() {
    assertThatThrownBy(() -> Headers.of("Location", "/x\r\nSet-Cookie: a=b"))
        .hasMessage(
            "header Location: \"/x\\r\\nSet-Cookie: a=b\" has CR at index 2"
                + " (expected: visible ISO 8859-1 characters)");
  }

  @Test
  void refusesNamesThatAreNoTokens() {
    assertThatThrownBy(() -> Headers.EMPTY.with("X Y", "1"))
        .hasMessageStartingWith("header name \"X Y\": U+0020 at index 1");
    assertThatThrownBy(() -> Headers.EMPTY.with("", "1")).hasMessageContaining("empty");
    assertThatThrownBy(() -> Headers.of("A")).hasMessageContaining("pairs");
  }

  @Test
  void tabsAndLatinLettersMayStandInValues() {
    assertThat(Headers.of("X", "a\té").first("X")).contains("a\té");
    assertThatThrownBy(() -> Headers.of("X", "€")).hasMessageContaining("U+20AC");
  }
}
