package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.json.JsonCodec;
import java.io.ByteArrayInputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies and queries as records. Needs no port. */
class DecodingTest {
  record Line(String item, int quantity) {
    Line {
      Check.that("item", item, it -> !it.isBlank(), "not blank")
          .and("quantity", quantity, quantity >= 1, "1 or more")
          .done();
    }
  }

  record Order(Line first, List<Line> lines, Map<String, Line> byName, Order inner) {}

  record Plain(String text) {
    Plain {
      if (text.isEmpty()) {
        throw new IllegalArgumentException("a secret");
      }
    }
  }

  record Search(String text, Optional<Integer> page, List<String> tags) {
    Search {
      Check.that("text", text, it -> it.length() > 1, "2 characters or more").done();
    }
  }

  private Validator validator = Validator.NONE;

  private Request request(String target, String body) {
    RequestHead head =
        new RequestHead(
            "POST",
            target,
            "HTTP/1.1",
            "http",
            "localhost",
            Headers.EMPTY,
            InetSocketAddress.createUnresolved("localhost", 1));
    return new Request(
        head,
        new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)),
        new Decoding(JsonCodec.standard(), validator, Limits.DEFAULT.bodyBytes()));
  }

  private List<FieldError> errors(String body, Class<?> type) {
    InvalidException e =
        catchThrowableOfType(InvalidException.class, () -> request("/", body).body(type));
    assertThat(e).as("refused").isNotNull();
    return e.errors();
  }

  @Test
  void aConstructorsChecksAreToldWithTheirPlace() {
    FieldError quantity = new FieldError("quantity", "0", "1 or more");
    assertThat(errors("{\"item\":\"\",\"quantity\":0}", Line.class))
        .containsExactly(new FieldError("item", "", "not blank"), quantity);
    String bad = "{\"item\":\"a\",\"quantity\":0}";
    String good = "{\"item\":\"a\",\"quantity\":1}";
    assertThat(errors("{\"first\":" + bad + "}", Order.class))
        .containsExactly(quantity.in("first"));
    assertThat(errors("{\"lines\":[" + good + "," + good + "," + bad + "]}", Order.class))
        .containsExactly(quantity.in("lines[2]"));
    assertThat(errors("{\"byName\":{\"a b\":" + bad + "}}", Order.class))
        .containsExactly(quantity.in("byName.a b"));
    assertThat(errors("{\"inner\":{\"inner\":{\"lines\":[" + bad + "]}}}", Order.class))
        .containsExactly(quantity.in("inner.inner.lines[0]"));
    assertThat(errors("{\"lines\":[{\"quantity\":1}]}", Order.class))
        .containsExactly(new FieldError("lines[0].item", null, "not blank"));
  }

  @Test
  void whatDoesNotFitATypeIsAFieldToo() {
    assertThat(errors("{\"lines\":[{\"item\":\"a\",\"quantity\":\"many\"}]}", Order.class))
        .containsExactly(
            FieldError.of("lines[0].quantity", "integer from -2147483648 to 2147483647"));
  }

  @Test
  void whatIsNoFieldIsASentence() {
    assertThatThrownBy(() -> request("/", "").body(Line.class))
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(400))
        .hasMessage("body: the document is empty (expected: object with item, quantity)");
    assertThatThrownBy(() -> request("/", "{\"item\":\"a\",\"item\":\"b\"}").body(Line.class))
        .hasMessage("body: a name stands twice in one object at line 1, column 19, in item");
  }

  @Test
  void anotherExceptionOfAConstructorIsNotTold() {
    for (String body : new String[] {"{\"text\":\"\"}", "{}"}) {
      assertThatThrownBy(() -> request("/", body).body(Plain.class))
          .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(400))
          .hasMessage("body: the document does not fit (expected: object with text)")
          .hasNoCause();
    }
  }

  @Test
  void aQueryBecomesARecord() {
    assertThat(request("/s?text=a+b%26&page=2&tags=x&tags=y&other", "").query(Search.class))
        .isEqualTo(new Search("a b&", Optional.of(2), List.of("x", "y")));
    assertThat(request("/s?text=ab", "").query(Search.class))
        .isEqualTo(new Search("ab", Optional.empty(), null));
  }

  @Test
  void aQueryThatDoesNotFitNamesItsParameters() {
    assertThatThrownBy(() -> request("/s?text=a", "").query(Search.class))
        .hasMessage("text: a (expected: 2 characters or more)");
    assertThatThrownBy(() -> request("/s", "").query(Search.class))
        .hasMessage("text (expected: 2 characters or more)");
    assertThatThrownBy(() -> request("/s?text=ab&page=two", "").query(Search.class))
        .hasMessage("page (expected: integer from -2147483648 to 2147483647)");
    assertThatThrownBy(() -> request("/s?text=ab&text=cd", "").query(Search.class))
        .hasMessage("text (expected: string)");
    assertThatThrownBy(() -> request("/s?text=%ff", "").query(Search.class))
        .isInstanceOf(HttpException.class)
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void theValidatorSeesWhatHasBeenRead() {
    validator =
        value ->
            Objects.equals(value, new Line("dear", 1))
                ? List.of(FieldError.of("item", "cheaper"))
                : List.of();
    assertThat(request("/", "{\"item\":\"tea\",\"quantity\":1}").body(Line.class).item())
        .isEqualTo("tea");
    assertThat(errors("{\"item\":\"dear\",\"quantity\":1}", Line.class))
        .containsExactly(FieldError.of("item", "cheaper"));
    assertThatThrownBy(() -> request("/?item=dear&quantity=1", "").query(Line.class))
        .isInstanceOf(InvalidException.class);
  }

  @Test
  void genericTypesAreReadToo() {
    Type lines =
        new ParameterizedType() {
          @Override
          public Type[] getActualTypeArguments() {
            return new Type[] {Line.class};
          }

          @Override
          public Type getRawType() {
            return List.class;
          }

          @Override
          public Type getOwnerType() {
            return null;
          }
        };
    assertThat(request("/", "[{\"item\":\"tea\",\"quantity\":1}]").body(lines))
        .isEqualTo(List.of(new Line("tea", 1)));
    assertThatThrownBy(() -> request("/", "[{\"item\":\"tea\",\"quantity\":0}]").body(lines))
        .hasMessage("[0].quantity: 0 (expected: 1 or more)");
  }

  sealed interface Command {
    record Order(Line line, List<Command> more) implements Command {}

    record Stop() implements Command {}
  }

  private static HttpException refusedMessage(byte[] content, boolean text) {
    HttpException e =
        catchThrowableOfType(
            HttpException.class, () -> Decoding.standard().message(content, text, Command.class));
    assertThat(e).as("refused").isNotNull();
    assertThat(e.status()).isEqualTo(400);
    return e;
  }

  private static HttpException refusedMessage(String content) {
    return refusedMessage(content.getBytes(StandardCharsets.UTF_8), true);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                                           | type | | one of order, stop
          {"type":"go"}                                                | type | go | one of order, stop
          {"type":7}                                                   | type | | one of order, stop
          {"type":"order","more":[{"type":"stop"},{"type":"go"}]}      | more[1].type | go | one of order, stop
          {"type":"order","line":{"item":"a","quantity":0}}            | line.quantity | 0 | 1 or more
          {"line":{"item":"a","quantity":0},"type":"order"}            | line.quantity | 0 | 1 or more
          {"more":[{"line":{"item":"a","quantity":0},"type":"order"}],"type":"order"} | more[0].line.quantity | 0 | 1 or more
          {"type":"order","line":{"item":"a"}}                         | line.quantity | | integer from -2147483648 to 2147483647
          {"type":"order","more":7}                                    | more | | array
          """)
  void aMessageThatDoesNotFitNamesItsField(
      String document, String field, String value, String expected) {
    assertThat(refusedMessage(document))
        .isInstanceOfSatisfying(
            InvalidException.class,
            e -> assertThat(e.errors()).containsExactly(new FieldError(field, value, expected)));
  }

  @Test
  void aMessageThatIsNoSuchJsonIsASentence() {
    assertThat(refusedMessage("{}".getBytes(StandardCharsets.UTF_8), false))
        .hasMessage("message: binary (expected: JSON, which is text)");
    assertThat(refusedMessage("")).hasMessageStartingWith("message: the document is empty");
    assertThat(refusedMessage("hi")).hasMessage("message: not JSON at line 1, column 3");
    assertThat(refusedMessage("[1]"))
        .hasMessage(
            "message: the document does not fit"
                + " (expected: object whose type is one of order, stop)");
    assertThat(refusedMessage("null")).hasMessageStartingWith("message: the document is null");
    assertThat(refusedMessage(new byte[] {'"', (byte) 0xff, '"'}, true))
        .hasMessage("message: not UTF-8 at byte 1 (expected: JSON in UTF-8)");
    assertThat(refusedMessage("{\"more\":" + "[".repeat(10_000)))
        .hasMessageContaining("over a limit");
  }

  @Test
  void aMessageBecomesTheRecordThatItNames() {
    byte[] stop = "{\"type\":\"stop\"}".getBytes(StandardCharsets.UTF_8);
    assertThat(Decoding.standard().message(stop, true, Command.class))
        .isEqualTo(new Command.Stop());
    assertThat(Decoding.standard().message(stop, true, (Type) Command.class))
        .isEqualTo(new Command.Stop());
  }
}
