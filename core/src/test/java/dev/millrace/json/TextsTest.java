package dev.millrace.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Records made of texts by name. Needs no port. */
class TextsTest {
  enum Sort {
    NEW,
    OLD
  }

  record Search(
      String text,
      Integer page,
      Optional<Long> after,
      Sort sort,
      Boolean exact,
      List<String> tags,
      Set<Integer> ids,
      BigDecimal price,
      LocalDate day,
      Duration pause) {}

  record Page(int number, boolean whole) {}

  /** The standard codec, and what another one inherits. */
  enum Codec implements JsonCodec {
    STANDARD {
      @Override
      public <T> T decode(Map<String, List<String>> values, Class<T> type) {
        return JsonCodec.standard().decode(values, type);
      }
    },
    INHERITED;

    @Override
    public byte[] encode(@Nullable Object value) {
      return JsonCodec.standard().encode(value);
    }

    @Override
    public <T> T decode(byte[] utf8, Class<T> type) {
      return JsonCodec.standard().decode(utf8, type);
    }

    @Override
    public Object decode(byte[] utf8, Type type) {
      return JsonCodec.standard().decode(utf8, type);
    }
  }

  @ParameterizedTest
  @EnumSource
  void textsBecomeWhatTheComponentsAre(Codec codec) {
    assertThat(
            codec.decode(
                Map.ofEntries(
                    Map.entry("text", List.of("a b")),
                    Map.entry("page", List.of("3")),
                    Map.entry("after", List.of("9000000000")),
                    Map.entry("sort", List.of("OLD")),
                    Map.entry("exact", List.of("true")),
                    Map.entry("tags", List.of("x", "y")),
                    Map.entry("ids", List.of("1", "2")),
                    Map.entry("price", List.of("1.50")),
                    Map.entry("day", List.of("2026-01-31")),
                    Map.entry("pause", List.of("PT5S")),
                    Map.entry("unknown", List.of("5"))),
                Search.class))
        .isEqualTo(
            new Search(
                "a b",
                3,
                Optional.of(9_000_000_000L),
                Sort.OLD,
                true,
                List.of("x", "y"),
                Set.of(1, 2),
                new BigDecimal("1.50"),
                LocalDate.of(2026, 1, 31),
                Duration.ofSeconds(5)));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotThereIsNullOrEmpty(Codec codec) {
    assertThat(codec.decode(Map.of(), Search.class))
        .isEqualTo(
            new Search(null, null, Optional.empty(), null, null, null, null, null, null, null));
  }

  @Test
  void aListMayComeAsOneText() {
    Search search =
        JsonCodec.standard()
            .decode(Map.of("tags", List.of("x"), "ids", List.of("7")), Search.class);
    assertThat(search.tags()).containsExactly("x");
    assertThat(search.ids()).containsExactly(7);
  }

  @Test
  void anEmptyTextIsNoNumber() {
    Search search =
        JsonCodec.standard()
            .decode(
                Map.of("after", List.of(""), "page", List.of(""), "text", List.of("")),
                Search.class);
    assertThat(search.after()).isEmpty();
    assertThat(search.page()).isNull();
    assertThat(search.text()).isEmpty();
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          page  | x            | page does not fit (expected: integer from -2147483648 to 2147483647)
          page  | 1.5          | page does not fit (expected: integer from -2147483648 to 2147483647)
          page  | 3000000000   | page does not fit (expected: integer from -2147483648 to 2147483647)
          page  | 1,2          | page does not fit (expected: integer from -2147483648 to 2147483647)
          text  | a,b          | text does not fit (expected: string)
          sort  | 0            | sort does not fit (expected: one of NEW, OLD)
          sort  | old          | sort does not fit (expected: one of NEW, OLD)
          exact | yes          | exact does not fit (expected: true or false)
          ids   | 1,x          | ids[1] does not fit (expected: integer from -2147483648 to 2147483647)
          day   | 2026-02-31   | day does not fit (expected: date as in 2026-01-31)
          pause | 5s           | pause does not fit (expected: duration as in PT1M30S)
          """)
  void saysWhichDoesNotFit(String name, String texts, String message) {
    List<String> values = List.of(texts.split(","));
    assertThat(
            catchThrowableOfType(
                JsonException.class,
                () -> JsonCodec.standard().decode(Map.of(name, values), Search.class)))
        .hasMessage(message);
  }

  @Test
  void aPrimitiveMustBeThere() {
    assertThat(
            catchThrowableOfType(
                JsonException.class,
                () -> JsonCodec.standard().decode(Map.of("number", List.of("1")), Page.class)))
        .hasMessage("whole is missing (expected: true or false)");
  }
}
