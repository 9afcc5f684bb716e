package dev.millrace.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the standard codec refuses, and what it says then. Needs no port. */
class StrictJsonTest {
  enum Color {
    RED,
    GREEN
  }

  record Line(String name, int count) {}

  record Order(String id, List<Line> lines, Map<String, Line> byName, Color color) {}

  record Numbers(long l, double d, boolean b, BigInteger i, UUID u, LocalDate date) {}

  record Floats(double d, Double boxed, float f, List<Double> all) {}

  record Maybe(Optional<Integer> number, Integer boxed, String text) {}

  record Nothing() {}

  record Holds(Nothing nothing) {}

  record Range(int from, int to) {
    Range {
      if (from > to) {
        throw new IllegalArgumentException("a secret");
      }
    }
  }

  record Ranges(List<Range> all) {}

  private final JsonCodec codec = JsonCodec.standard();

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private JsonException refused(byte[] document, Class<?> type) {
    JsonException e = catchThrowableOfType(JsonException.class, () -> codec.decode(document, type));
    assertThat(e).as("refused").isNotNull();
    assertThat(e.getMessage())
        .hasSizeLessThan(600)
        .doesNotContain("dev.millrace", "java.", "Jackson", "secret", "Feature");
    return e;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # section 2: one value and nothing else
          ` `                                | the document is empty (expected: object with id, lines, byName, color)
          {} x                               | there is more after the end of the document at line 1, column 4
          {}{}                               | there is more after the end of the document at line 1, column 3
          {                                  | the document ends too early at line 1, column 2
          {"id":"a                           | the document ends too early at line 1, column 9, in id
          {"lines":[{"count":                | the document ends too early at line 1, column 20, in lines[0].count
          null                               | the document is null (expected: object with id, lines, byName, color)
          /* */ {}                           | not JSON at line 1, column 2
          # section 3: literals
          {"id":NaN}                         | not JSON at line 1, column 10, in id
          {"id":-Infinity}                   | not JSON at line 1, column 16, in id
          {"id":True}                        | not JSON at line 1, column 12, in id
          # section 4: objects
          {"id":"a","id":"b"}                | a name stands twice in one object at line 1, column 15, in id
          {"lines":[{"count":1,"count":1}]}  | a name stands twice in one object at line 1, column 29, in lines[0].count
          {"unknown":{"a":1,"a":1}}          | a name stands twice in one object at line 1, column 22, in unknown.a
          {id:1}                             | not JSON at line 1, column 3
          {'id':1}                           | not JSON at line 1, column 3
          {"id":"a",}                        | not JSON at line 1, column 12, in id
          # section 5: arrays
          {"lines":[1,]}                     | lines[0] does not fit (expected: object with name, count)
          []                                 | the document does not fit (expected: object with id, lines, byName, color)
          # section 6: numbers
          {"id":01}                          | not JSON at line 1, column 8, in id
          {"lines":[{"count":1.5}]}          | lines[0].count does not fit (expected: integer from -2147483648 to 2147483647)
          {"lines":[{"count":3000000000}]}   | lines[0].count does not fit (expected: integer from -2147483648 to 2147483647)
          {"lines":[{"count":1e1000000000}]} | lines[0].count does not fit (expected: integer from -2147483648 to 2147483647)
          # section 7: strings
          {"id":"a\tb"}                      | not JSON at line 1, column 10, in id
          {"id":"\\x"}                       | not JSON at line 1, column 10, in id
          # what fits no type of ours
          {"lines":{"a":1}}                  | lines does not fit (expected: array)
          {"byName":{"k":{"count":true}}}    | byName.k.count does not fit (expected: integer from -2147483648 to 2147483647)
          {"lines":[{"name":"a"}]}           | lines[0].count is missing (expected: integer from -2147483648 to 2147483647)
          {"lines":[{"count":null}]}         | lines[0].count does not fit (expected: integer from -2147483648 to 2147483647)
          {"color":"BLUE"}                   | color does not fit (expected: one of RED, GREEN)
          {"color":0}                        | color does not fit (expected: one of RED, GREEN)
          {"id":{}}                          | id does not fit (expected: string)
          """)
  void saysWhatIsWrongAndWhere(String document, String message) {
    assertThat(refused(utf8(document), Order.class)).hasMessage(message);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "l":"x"     | l does not fit (expected: integer from -9223372036854775808 to 9223372036854775807)
          "d":"x"     | d does not fit (expected: number)
          "b":"x"     | b does not fit (expected: true or false)
          "i":"x"     | i does not fit (expected: integer)
          "u":"x"     | u does not fit (expected: UUID)
          "date":"x"  | date does not fit (expected: date as in 2026-01-31)
          """)
  void namesTypesInTheWordsOfJson(String member, String message) {
    assertThat(refused(utf8("{" + member + "}"), Numbers.class)).hasMessage(message);
  }

  static Stream<byte[]> notUtf8() {
    return Stream.of(
        bytes(0xc0, 0x80), // overlong NUL
        bytes(0xc0, 0xaf), // overlong slash
        bytes(0xe0, 0x80, 0xaf),
        bytes(0xf0, 0x80, 0x80, 0xaf),
        bytes(0xed, 0xa0, 0x80), // a surrogate
        bytes(0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80), // a pair of them
        bytes(0xf4, 0x90, 0x80, 0x80), // above U+10FFFF
        bytes(0xf8, 0x88, 0x80, 0x80, 0x80),
        bytes(0x80),
        bytes(0xff),
        bytes(0xe2, 0x82)); // cut
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  @ParameterizedTest
  @MethodSource("notUtf8")
  void whatIsNotUtf8IsRefusedAlsoInWhatIsSkipped(byte[] bad) {
    for (String name : new String[] {"id", "unknown"}) {
      byte[] start = utf8("{\"" + name + "\":\"€");
      byte[] document = new byte[start.length + bad.length + 2];
      System.arraycopy(start, 0, document, 0, start.length);
      System.arraycopy(bad, 0, document, start.length, bad.length);
      document[document.length - 2] = '"';
      document[document.length - 1] = '}';
      assertThat(refused(document, Order.class))
          .hasMessage("not UTF-8 at byte " + start.length + " (expected: JSON in UTF-8)");
    }
  }

  @Test
  void otherEncodingsAreRefused() {
    String document = "{\"id\":\"a\"}";
    refused(document.getBytes(StandardCharsets.UTF_16), Order.class);
    refused(document.getBytes(StandardCharsets.UTF_16BE), Order.class);
    refused(document.getBytes(StandardCharsets.UTF_16LE), Order.class);
  }

  @Test
  void aByteOrderMarkIsPassedOver() {
    assertThat(codec.decode(utf8("\ufeff{\"name\":\"€\",\"count\":1}"), Line.class))
        .isEqualTo(new Line("€", 1));
    assertThat(refused(utf8("\ufeff"), Line.class)).hasMessageContaining("is empty");
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.SECONDS)
  void whatIsHugeIsRefusedInBoundedTimeWithAShortSentence() {
    assertThat(refused(utf8("{\"unknown\":" + "[".repeat(100_000)), Order.class))
        .hasMessageStartingWith("over a limit at line 1, column 51")
        .hasMessageContaining("in unknown[0][0]")
        .hasMessageEndingWith(
            "(expected: nesting of at most 500 levels, numbers of at most 1000 digits, names of at"
                + " most 50000 characters)");
    refused(utf8("[".repeat(100_000)), Object.class);
    refused(utf8("{\"a\":".repeat(100_000)), Object.class);
    assertThat(refused(utf8("{\"l\":" + "9".repeat(1_000_000) + "}"), Numbers.class))
        .hasMessageContaining("over a limit")
        .hasMessageContaining("in l");
    refused(utf8("9".repeat(1_000_000)), Object.class);
    refused(utf8("{\"unknown\":" + "9".repeat(1_000_000) + "}"), Nothing.class);
    refused(utf8("{\"i\":\"" + "9".repeat(1_000_000) + "\"}"), Numbers.class);
    refused(utf8("{\"i\":1e1000000000}"), Numbers.class);
    refused(utf8("{\"i\":\"1e1000000000\"}"), Numbers.class);
    refused(utf8("{\"" + "a".repeat(1_000_000) + "\":1}"), Order.class);
    refused(utf8("{\"" + "a".repeat(40_000) + "\":x}"), Order.class);
    refused(utf8("{\"byName\":{\"" + "a".repeat(40_000) + "\":5}}"), Order.class);
  }

  @Test
  void aStringMayBeAsLongAsTheDocument() {
    String text = "a".repeat(30_000_000);
    assertThat(codec.decode(utf8("\"" + text + "\""), String.class)).hasSize(text.length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"d\":\"NaN\"",
        "\"d\":1e999",
        "\"d\":-1e999",
        "\"d\":\"Infinity\"",
        "\"boxed\":\"-Infinity\"",
        "\"f\":1e39",
        "\"d\":null",
        "\"all\":[1,\"NaN\"]"
      })
  void whatIsNoFiniteNumberIsRefused(String member) {
    String name = member.substring(1, member.indexOf('"', 1));
    String document = "{" + member + (name.equals("d") ? "" : ",\"d\":0") + "}";
    assertThat(refused(utf8(document), Floats.class).getMessage())
        .matches("\\w+(\\[1])? does not fit \\(expected: number\\)")
        .startsWith(name);
  }

  @Test
  void finiteNumbersAreRead() {
    assertThat(
            codec.decode(
                utf8("{\"d\":1e300,\"boxed\":null,\"f\":\"1.5\",\"all\":[1,-2.5]}"), Floats.class))
        .isEqualTo(new Floats(1e300, null, 1.5f, List.of(1.0, -2.5)));
    assertThat(codec.decode(utf8("2"), double.class)).isEqualTo(2.0);
  }

  @Test
  void unknownPropertiesAreIgnored() {
    assertThat(codec.decode(utf8("{\"count\":1,\"more\":[{\"x\":null}]}"), Line.class))
        .isEqualTo(new Line(null, 1));
  }

  @Test
  void onlyPrimitivesMustBeThere() {
    assertThat(codec.decode(utf8("{}"), Maybe.class))
        .isEqualTo(new Maybe(Optional.empty(), null, null));
    assertThat(codec.decode(utf8("{\"number\":null}"), Maybe.class))
        .isEqualTo(new Maybe(Optional.empty(), null, null));
  }

  @Test
  void aRecordWithoutComponentsIsAnEmptyObject() {
    assertThat(codec.encode(new Nothing())).asString().isEqualTo("{}");
    assertThat(codec.encode(List.of(new Holds(new Nothing()))))
        .asString()
        .isEqualTo("[{\"nothing\":{}}]");
    assertThat(codec.decode(utf8("{}"), Nothing.class)).isEqualTo(new Nothing());
    assertThat(codec.decode(utf8("{\"a\":1}"), Nothing.class)).isEqualTo(new Nothing());
    assertThat(refused(utf8("5"), Nothing.class))
        .hasMessage("the document does not fit (expected: object)");
    assertThatThrownBy(() -> codec.encode(new Object() {})).isInstanceOf(JsonException.class);
  }

  @Test
  void whatAConstructorThrowsIsNotTold() {
    assertThat(refused(utf8("{\"from\":2,\"to\":1}"), Range.class))
        .hasMessage("the document does not fit (expected: object with from, to)");
    assertThat(
            refused(utf8("{\"all\":[{\"from\":1,\"to\":2},{\"from\":2,\"to\":1}]}"), Ranges.class))
        .hasMessage("all[1] does not fit (expected: object with from, to)")
        .hasRootCauseInstanceOf(IllegalArgumentException.class);
  }

  /** Whatever is sent is read or refused with a sentence; nothing else is thrown. */
  @Test
  void brokenDocumentsAreReadOrRefused() {
    byte[] document =
        utf8(
            "{\"id\":\"a\\u20ac€\",\"lines\":[{\"name\":null,\"count\":-15}],"
                + "\"byName\":{\"k\":{\"count\":7}},\"color\":\"RED\",\"x\":[true,{}]}");
    byte[] pieces = utf8("{}[]:,\"\\\u0000 1e-.tnu€");
    Random random = new Random(20260201);
    int read = 0;
    for (int round = 0; round < 50_000; round++) {
      byte[] broken = Arrays.copyOf(document, document.length - random.nextInt(3));
      for (int i = random.nextInt(4); i > 0; i--) {
        broken[random.nextInt(broken.length)] = pieces[random.nextInt(pieces.length)];
      }
      try {
        codec.decode(broken, Order.class);
        read++;
      } catch (JsonException e) {
        assertThat(e.getMessage()).hasSizeLessThan(600).doesNotContain("java", "`", "Jackson");
      }
    }
    assertThat(read).isBetween(10, 40_000);
  }

  @Test
  void aTypeThatCannotBeReadIsNotTheDocumentsFault() {
    assertThatThrownBy(() -> codec.decode(utf8("{}"), Runnable.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Runnable");
    assertThatThrownBy(() -> codec.decode(Map.of(), Runnable.class))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesInAPlaceArePrintable() {
    JsonException e = refused(utf8("{\"byName\":{\"a\\n\\u202e😀\":5}}"), Order.class);
    assertThat(e.path()).isEqualTo("byName.a??😀");
  }
}
