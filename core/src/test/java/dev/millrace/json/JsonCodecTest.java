package dev.millrace.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The standard codec. Needs no port. */
class JsonCodecTest {
  record Line(String name, int count) {}

  record Order(String id, List<Line> lines) {}

  private final JsonCodec codec = JsonCodec.standard();

  private String text(Object value) {
    return new String(codec.encode(value), StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void writesRecordsMapsDatesAndNull() {
    assertThat(text(new Line("a", 2))).isEqualTo("{\"name\":\"a\",\"count\":2}");
    assertThat(text(Map.of("time", Instant.EPOCH)))
        .isEqualTo("{\"time\":\"1970-01-01T00:00:00Z\"}");
    assertThat(text(null)).isEqualTo("null");
    assertThat(text(List.of(1, true, "x"))).isEqualTo("[1,true,\"x\"]");
  }

  @Test
  void namesTheTypeThatCannotBeWritten() {
    assertThatThrownBy(() -> codec.encode(new Object()))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("java.lang.Object");
  }

  @Test
  void readsRecords() {
    assertThat(
            codec.decode(
                utf8("{\"id\":\"1\",\"lines\":[{\"name\":\"a\",\"count\":2}]}"), Order.class))
        .isEqualTo(new Order("1", List.of(new Line("a", 2))));
    assertThat(codec.decode(utf8("5"), int.class)).isEqualTo(5);
  }

  @Test
  void saysWhereADocumentDoesNotFitAndQuotesNothingOfOurs() {
    assertThatThrownBy(() ->
            codec.decode(
                utf8("{\"id\":\"1\",\"lines\":[{\"name\":\"a\",\"count\":\"many\"}]}"),
                Order.class))
        .isInstanceOfSatisfying(
            JsonException.class,
            e -> {
              assertThat(e.path()).isEqualTo("lines[0].count");
              assertThat(e)
                  .hasMessage(
                      "lines[0].count does not fit"
                          + " (expected: integer from -2147483648 to 2147483647)");
            });
    assertThatThrownBy(() -> codec.decode(utf8("{\"id\":"), Order.class))
        .hasMessageStartingWith("the document ends too early at line 1");
  }

  @Test
  void quotesTextOnOneLine() {
    assertThat(JsonText.quote("a\"\\\n\r\t\u0001€")).isEqualTo("\"a\\\"\\\\\\n\\r\\t\\u0001€\"");
  }
}
