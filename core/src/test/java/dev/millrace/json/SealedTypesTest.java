package dev.millrace.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;

/** The records of a sealed interface, told apart by their type. Needs no port. */
class SealedTypesTest {
  sealed interface Chat {
    record Join(String name) implements Chat {}

    record Say(String text, int volume, BigDecimal price, double weight) implements Chat {}

    record Leave() implements Chat {}

    sealed interface Admin extends Chat {
      record BanUser(String name, Optional<Chat> because) implements Admin {}
    }

    record All(List<Chat> items, Map<String, Chat> byName, Chat one) implements Chat {}
  }

  record Envelope<T>(int id, T body) {}

  record Plain(String type, String name) {}

  record Any(Object value) {}

  private final JsonCodec codec = JsonCodec.standard();

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String text(Object value) {
    return new String(codec.encode(value), StandardCharsets.UTF_8);
  }

  private <T> T read(String document, Class<T> type) {
    return codec.decode(utf8(document), type);
  }

  private JsonException refused(String document, Class<?> type) {
    JsonException e =
        catchThrowableOfType(JsonException.class, () -> codec.decode(utf8(document), type));
    assertThat(e).as("refused").isNotNull();
    assertThat(e.getMessage()).doesNotContain("dev.millrace", "Jackson", "java.");
    return e;
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "{'type':'join','name':'Ann'}",
        "{'type':'join','name':null}",
        "{'type':'say','text':'a','volume':3,'price':0.1234567890123456789012345,'weight':0.5}",
        "{'type':'leave'}",
        "{'type':'banUser','name':'Bob','because':null}",
        "{'type':'banUser','name':'Bob','because':{'type':'leave'}}",
        "{'type':'all','items':[{'type':'leave'},{'type':'join','name':'a'},null],"
            + "'byName':{'type':{'type':'leave'}},'one':{'type':'all','items':[],'byName':{},"
            + "'one':null}}"
      })
  void whatIsReadIsWrittenAsItWas(String document) {
    String json = document.replace('\'', '"');
    assertThat(text(read(json, Chat.class))).isEqualTo(json);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # the type may stand anywhere
          {"name":"Ann","type":"join"}                                 | {"type":"join","name":"Ann"}
          {"x":[{"type":"say"}],"name":"Ann","type":"join","y":1}      | {"type":"join","name":"Ann"}
          {"x":{},"type":"leave"}                                      | {"type":"leave"}
          {"type":"leave","x":{"type":5},"name":1}                     | {"type":"leave"}
          {"one":{"name":"a","type":"join"},"items":[{"x":1,"type":"leave"}],"type":"all","byName":{"k":{"y":[[]],"type":"leave"}}} | {"type":"all","items":[{"type":"leave"}],"byName":{"k":{"type":"leave"}},"one":{"type":"join","name":"a"}}
          {"one":{"one":{"one":{"type":"leave"},"type":"all"},"type":"all"},"type":"all"} | {"type":"all","items":null,"byName":null,"one":{"type":"all","items":null,"byName":null,"one":{"type":"all","items":null,"byName":null,"one":{"type":"leave"}}}}
          # and what stands before it keeps its value
          {"price":0.1234567890123456789012345,"weight":"1.5","volume":"7","type":"say"} | {"type":"say","text":null,"volume":7,"price":0.1234567890123456789012345,"weight":1.5}
          {"price":12345678901234567890123,"weight":1,"volume":7,"text":"\\u20ac","type":"say"} | {"type":"say","text":"€","volume":7,"price":12345678901234567890123,"weight":1.0}
          # escapes are no other name
          {"t\\u0079pe":"jo\\u0069n","name":"Ann"}                     | {"type":"join","name":"Ann"}
          """)
  void readsTheTypeFromAnyPlace(String document, String written) {
    assertThat(text(read(document, Chat.class))).isEqualTo(written);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # no type
          {}                                         | type is missing (expected: one of join, say, leave, banUser, all)
          {"name":"Ann"}                             | type is missing (expected: one of join, say, leave, banUser, all)
          {"Type":"join"}                            | type is missing (expected: one of join, say, leave, banUser, all)
          {"type":"all","items":[{"type":"leave"},{}]} | items[1].type is missing (expected: one of join, say, leave, banUser, all)
          {"items":[{"type":"leave"},{"a":1}],"type":"all"} | items[1].type is missing (expected: one of join, say, leave, banUser, all)
          # not such a type
          {"type":"dance"}                           | type: "dance" (expected: one of join, say, leave, banUser, all)
          {"type":"Join","name":"Ann"}               | type: "Join" (expected: one of join, say, leave, banUser, all)
          {"name":"Ann","type":"join "}              | type: "join " (expected: one of join, say, leave, banUser, all)
          {"type":""}                                | type: "" (expected: one of join, say, leave, banUser, all)
          {"type":"a\\nb\\u202e"}                    | type: "a?b?" (expected: one of join, say, leave, banUser, all)
          {"type":"admin"}                           | type: "admin" (expected: one of join, say, leave, banUser, all)
          {"type":"all","byName":{"k":{"type":"x"}}} | byName.k.type: "x" (expected: one of join, say, leave, banUser, all)
          {"type":"banUser","because":{"type":"x"}}  | because.type: "x" (expected: one of join, say, leave, banUser, all)
          {"type":null}                              | type does not fit (expected: one of join, say, leave, banUser, all)
          {"type":0}                                 | type does not fit (expected: one of join, say, leave, banUser, all)
          {"type":["join"]}                          | type does not fit (expected: one of join, say, leave, banUser, all)
          {"type":{"type":"join"}}                   | type does not fit (expected: one of join, say, leave, banUser, all)
          # not an object
          null                                       | the document is null (expected: object whose type is one of join, say, leave, banUser, all)
          ` `                                        | the document is empty (expected: object whose type is one of join, say, leave, banUser, all)
          []                                         | the document does not fit (expected: object whose type is one of join, say, leave, banUser, all)
          "join"                                     | the document does not fit (expected: object whose type is one of join, say, leave, banUser, all)
          {"type":"all","items":{"type":"join"}}     | items does not fit (expected: array)
          {"type":"all","one":"join"}                | one does not fit (expected: object whose type is one of join, say, leave, banUser, all)
          # what lies in it
          {"type":"join","name":{}}                  | name does not fit (expected: string)
          {"name":{},"type":"join"}                  | name does not fit (expected: string)
          {"type":"say","weight":1}                  | volume is missing (expected: integer from -2147483648 to 2147483647)
          {"weight":1,"type":"say"}                  | volume is missing (expected: integer from -2147483648 to 2147483647)
          {"volume":1.5,"type":"say"}                | volume does not fit (expected: integer from -2147483648 to 2147483647)
          {"volume":3000000000,"type":"say"}         | volume does not fit (expected: integer from -2147483648 to 2147483647)
          {"volume":1e1000000000,"type":"say"}       | volume does not fit (expected: integer from -2147483648 to 2147483647)
          {"weight":1e999,"volume":1,"type":"say"}   | weight does not fit (expected: number)
          {"weight":"NaN","volume":1,"type":"say"}   | weight does not fit (expected: number)
          {"one":{"volume":true,"type":"say"},"type":"all"} | one.volume does not fit (expected: integer from -2147483648 to 2147483647)
          # not JSON
          {"type":"join","type":"join"}              | a name stands twice in one object at line 1, column 22, in type
          {"type":"leave","a":1,"a":1}               | a name stands twice in one object at line 1, column 26, in a
          {"a":1,"a":1,"type":"leave"}               | a name stands twice in one object at line 1, column 11, in a
          {"a":1,"type":"leave","a":1}               | a name stands twice in one object at line 1, column 26, in a
          {"type":"join","name":                     | the document ends too early at line 1, column 23, in name
          {"name":[{                                 | the document ends too early at line 1, column 11, in name[0]
          {"type"                                    | the document ends too early at line 1, column 8, in type
          {"type":"leave"                            | the document ends too early at line 1, column 16, in type
          {"type":"leave"}}                          | there is more after the end of the document at line 1, column 17
          """)
  void saysWhatIsWrongAndWhere(String document, String message) {
    assertThat(refused(document, Chat.class)).hasMessage(message);
  }

  @Test
  void aFaultHasItsPlaceItsValueAndWhatWasExpected() {
    JsonException unknown = refused("{\"type\":\"" + "😀".repeat(90) + "\"}", Chat.class);
    assertThat(unknown.path()).isEqualTo("type");
    assertThat(unknown.value()).isEqualTo("😀".repeat(80) + "…");
    assertThat(unknown.expected()).isEqualTo("one of join, say, leave, banUser, all");
    assertThat(refused("{}", Chat.class).value()).isNull();
  }

  @Test
  void theTypeIsWrittenWhereverSuchARecordIs() {
    String join = "{\"type\":\"join\",\"name\":\"Ann\"}";
    Chat.Join value = new Chat.Join("Ann");
    assertThat(text(value)).isEqualTo(join);
    assertThat(text(List.of(value))).isEqualTo("[" + join + "]");
    assertThat(text(new Object[] {value})).isEqualTo("[" + join + "]");
    assertThat(text(Map.of("k", value))).isEqualTo("{\"k\":" + join + "}");
    assertThat(text(Optional.of(value))).isEqualTo(join);
    assertThat(text(new Any(value))).isEqualTo("{\"value\":" + join + "}");
    assertThat(text(new Envelope<>(1, value))).isEqualTo("{\"id\":1,\"body\":" + join + "}");
    assertThat(text(new Any(List.of(new Chat.Leave()))))
        .isEqualTo("{\"value\":[{\"type\":\"leave\"}]}");
  }

  @Test
  void aSealedInterfaceThatAnotherPermitsIsOneToo() {
    assertThat(read("{\"type\":\"banUser\",\"name\":\"Bob\"}", Chat.Admin.class))
        .isEqualTo(new Chat.Admin.BanUser("Bob", Optional.empty()));
    assertThat(refused("{\"type\":\"join\"}", Chat.Admin.class))
        .hasMessage("type: \"join\" (expected: banUser)");
  }

  @Test
  void genericTypesHoldThem() {
    Type lists = new TypeReference<List<Chat>>() {}.getType();
    assertThat(
            codec.decode(utf8("[{\"type\":\"leave\"},{\"name\":\"a\",\"type\":\"join\"}]"), lists))
        .isEqualTo(List.of(new Chat.Leave(), new Chat.Join("a")));
    Type envelope = new TypeReference<Envelope<Chat>>() {}.getType();
    assertThat(codec.decode(utf8("{\"id\":1,\"body\":{\"type\":\"leave\"}}"), envelope))
        .isEqualTo(new Envelope<>(1, new Chat.Leave()));
  }

  sealed interface Result<T> {
    record Ok<T>(T value) implements Result<T> {}

    record Failed<T>(String message) implements Result<T> {}

    record Counted(int count) implements Result<Integer> {}
  }

  @Test
  void theyMayBeGenericThemselves() {
    Type type = new TypeReference<Result<Chat>>() {}.getType();
    assertThat(codec.decode(utf8("{\"type\":\"ok\",\"value\":{\"type\":\"leave\"}}"), type))
        .isEqualTo(new Result.Ok<>(new Chat.Leave()));
    assertThat(codec.decode(utf8("{\"value\":{\"x\":1,\"type\":\"leave\"},\"type\":\"ok\"}"), type))
        .isEqualTo(new Result.Ok<>(new Chat.Leave()));
    assertThat(codec.decode(utf8("{\"type\":\"failed\",\"message\":\"x\"}"), type))
        .isEqualTo(new Result.Failed<Chat>("x"));
    assertThatThrownBy(() -> codec.decode(utf8("{\"type\":\"ok\",\"value\":{}}"), type))
        .hasMessageStartingWith("value.type is missing");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"name":"Ann"}                             | {"type":"join","name":"Ann"}
          {"type":"join","name":"Ann"}               | {"type":"join","name":"Ann"}
          {"name":"Ann","x":{},"type":"join"}        | {"type":"join","name":"Ann"}
          {"type":"say","name":"Ann"}                | type: "say" (expected: join)
          {"name":"Ann","type":"dance"}              | type: "dance" (expected: join)
          {"type":null}                              | type does not fit (expected: join)
          {"type":{"type":"join"}}                   | type does not fit (expected: join)
          {"name":"Ann","type":["join"]}             | type does not fit (expected: join)
          {"x":{"type":"say"},"name":"Ann"}          | {"type":"join","name":"Ann"}
          """)
  void aRecordReadAsItselfNeedsNoType(String document, String verdict) {
    String message;
    try {
      message = text(read(document, Chat.Join.class));
    } catch (JsonException e) {
      assertThat(e.path()).isEqualTo("type");
      message = e.getMessage();
    }
    assertThat(message).isEqualTo(verdict);
  }

  @Test
  void aRecordWithoutComponentsIsReadAsItselfToo() {
    assertThat(read("{}", Chat.Leave.class)).isEqualTo(new Chat.Leave());
    assertThat(read("{\"type\":\"leave\"}", Chat.Leave.class)).isEqualTo(new Chat.Leave());
    assertThat(refused("{\"type\":\"join\"}", Chat.Leave.class))
        .hasMessage("type: \"join\" (expected: leave)");
  }

  @Test
  void textsByNameHaveATypeToo() {
    Map<String, List<String>> texts = Map.of("name", List.of("Ann"), "type", List.of("join"));
    assertThat(codec.decode(texts, Chat.class)).isEqualTo(new Chat.Join("Ann"));
    assertThat(codec.decode(texts, Chat.Join.class)).isEqualTo(new Chat.Join("Ann"));
    assertThatThrownBy(() -> codec.decode(Map.of("name", List.of("Ann")), Chat.class))
        .hasMessageStartingWith("type is missing");
    assertThatThrownBy(() -> codec.decode(texts, Chat.Leave.class))
        .hasMessage("type: \"join\" (expected: leave)");
  }

  @Test
  void otherRecordsAreNotTouched() {
    assertThat(text(new Plain("x", "y"))).isEqualTo("{\"type\":\"x\",\"name\":\"y\"}");
    assertThat(read("{\"type\":\"x\",\"name\":\"y\"}", Plain.class)).isEqualTo(new Plain("x", "y"));
    assertThat(read("{\"type\":\"x\",\"id\":1}", Envelope.class))
        .isEqualTo(new Envelope<>(1, null));
  }

  record Rest(int id, @JsonAnySetter Map<String, Object> rest) {}

  @Test
  void whatTakesTheRestStillDoes() {
    assertThat(read("{\"id\":1,\"type\":\"x\"}", Rest.class))
        .isEqualTo(new Rest(1, Map.of("type", "x")));
  }

  sealed interface WithEnum {
    record One(int a) implements WithEnum {}

    enum Two implements WithEnum {
      A
    }
  }

  sealed interface WithOpen {
    record One(int a, String type) implements WithOpen {}

    non-sealed interface Two extends WithOpen {}
  }

  sealed interface WithClass {
    record One(int a) implements WithClass, Marker {}

    final class Two implements WithClass {}
  }

  interface Marker {}

  @Test
  void interfacesThatPermitOthersThanRecordsAreLeftAlone() {
    assertThat(text(new WithEnum.One(1))).isEqualTo("{\"a\":1}");
    assertThat(text(new WithOpen.One(1, "x"))).isEqualTo("{\"a\":1,\"type\":\"x\"}");
    assertThat(text(new WithClass.One(1))).isEqualTo("{\"a\":1}");
    assertThat(read("{\"type\":\"x\",\"a\":1}", WithEnum.One.class)).isEqualTo(new WithEnum.One(1));
    for (Class<?> type : List.of(WithEnum.class, WithOpen.class, WithClass.class, Marker.class)) {
      assertThatThrownBy(() -> read("{\"type\":\"one\",\"a\":1}", type))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  sealed interface Twice {
    sealed interface Left extends Twice {
      record Same() implements Left {}
    }

    sealed interface Right extends Twice {
      record Same() implements Right {}

      record Other() implements Right {}
    }
  }

  sealed interface OwnType {
    record Bad(String type) implements OwnType {}

    record Good(String name) implements OwnType {}
  }

  record Holder(Twice value) {}

  @Test
  void twoRecordsOfOneNameAreAnErrorThatNamesBoth() {
    for (Class<?> type :
        List.of(Twice.class, Twice.Right.Other.class, Twice.Left.class, Holder.class)) {
      assertThatThrownBy(() -> read("{\"type\":\"other\"}", type))
          .as(type.getName())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(Twice.Left.Same.class.getName())
          .hasMessageContaining(Twice.Right.Same.class.getName())
          .hasMessageContaining("is \"same\" (expected: a different one each;");
    }
    for (Object value : List.of(new Twice.Right.Other(), List.of(new Twice.Left.Same()))) {
      assertThatThrownBy(() -> codec.encode(value))
          .isInstanceOf(JsonException.class)
          .hasMessageContaining(Twice.Left.Same.class.getName())
          .hasMessageContaining(Twice.Right.Same.class.getName());
    }
  }

  @Test
  void aComponentNamedTypeIsAnErrorThatSaysSo() {
    for (Class<?> type : List.of(OwnType.class, OwnType.Bad.class, OwnType.Good.class)) {
      assertThatThrownBy(() -> read("{\"type\":\"good\"}", type))
          .as(type.getName())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(OwnType.Bad.class.getName() + ": its component \"type\" is in");
    }
    for (Object value : List.of(new OwnType.Bad("x"), new OwnType.Good("x"))) {
      assertThatThrownBy(() -> codec.encode(value))
          .isInstanceOf(JsonException.class)
          .hasMessageContaining(OwnType.Bad.class.getName() + ": its component \"type\" is in");
    }
  }

  @JsonSubTypes(@JsonSubTypes.Type(value = Named.B.class, name = "bee"))
  sealed interface Named {
    @JsonTypeName("a!")
    record A(@JsonProperty("kind") String type) implements Named {}

    record B() implements Named {}

    record URL() implements Named {}
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "kind")
  sealed interface Annotated {
    record A(String type) implements Annotated {}

    sealed interface More extends Annotated {
      record B() implements More {}
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'type':'a!','kind':'x'}", "{'type':'bee'}", "{'type':'uRL'}"})
  void annotationsGiveOtherNames(String document) {
    String json = document.replace('\'', '"');
    assertThat(text(read(json, Named.class))).isEqualTo(json);
  }

  @Test
  void anotherWayByAnnotationIsKept() {
    assertThat(text(new Annotated.A("x"))).isEqualTo("{\"kind\":\"A\",\"type\":\"x\"}");
    assertThat(read("{\"kind\":\"A\",\"type\":\"x\"}", Annotated.class))
        .isEqualTo(new Annotated.A("x"));
    assertThat(text(new Annotated.More.B())).isEqualTo("{\"kind\":\"B\"}");
    assertThat(read("{\"kind\":\"B\",\"type\":\"x\"}", Annotated.More.class))
        .isEqualTo(new Annotated.More.B());
  }

  sealed interface Tree {
    record Node(Tree left, Object right) implements Tree {}

    record Leaf() implements Tree {}
  }

  private static String nested(int levels, String innermost) {
    return "{\"left\":".repeat(levels) + innermost + ",\"type\":\"node\"}".repeat(levels);
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void typesThatComeLateInOneAnotherCostABoundedAmount() throws Exception {
    Tree tree = read(nested(490, "{\"type\":\"leaf\"}"), Tree.class);
    int levels = 0;
    for (; tree instanceof Tree.Node node; tree = node.left()) {
      levels++;
    }
    assertThat(levels).isEqualTo(490);
    // As deep in lists, on the kind of thread that reads what clients send.
    String lists =
        "{\"items\":[".repeat(245) + "{\"type\":\"leave\"}" + "],\"type\":\"all\"}".repeat(245);
    AtomicReference<Object> value = new AtomicReference<>();
    Thread.ofVirtual().start(() -> value.set(read(lists, Chat.class))).join();
    assertThat(value.get()).isInstanceOf(Chat.All.class);
    String many = "[" + "1,".repeat(2_000_000) + "1]";
    String late = "{\"right\":" + many + ",\"type\":\"node\"}";
    // Kept once, which is as much as the document itself.
    assertThat(read(late, Tree.class)).isInstanceOf(Tree.Node.class);
    JsonException e = refused(nested(490, late), Tree.class);
    assertThat(e)
        .hasMessage(
            "left.type comes too late"
                + " (expected: one of node, leaf, before the object's other properties)");
    // A text is kept by reference: otherwise this would be 4 GB.
    String text = "{\"right\":\"" + "x".repeat(8_000_000) + "\",\"type\":\"node\"}";
    assertThat(read(nested(490, text), Tree.class)).isInstanceOf(Tree.Node.class);
    String first = "{\"type\":\"node\",\"left\":".repeat(490);
    assertThat(
            read(
                first + "{\"type\":\"node\",\"right\":" + many + "}" + "}".repeat(490), Tree.class))
        .isInstanceOf(Tree.Node.class);
  }

  /** Each is read or refused with a sentence, as itself in one class and in the sealed one. */
  @Test
  void brokenDocumentsAreReadOrRefused() {
    byte[] document =
        utf8(
            "{\"items\":[{\"text\":\"a\",\"volume\":1,\"type\":\"say\",\"price\":-1.5e3,"
                + "\"weight\":0},{\"type\":\"leave\"},{\"x\":[],\"type\":\"join\"}],"
                + "\"type\":\"all\",\"byName\":{\"type\":{\"type\":\"join\",\"name\":\"€\"}}}");
    byte[] pieces = utf8("{}[]:,\"\\\u0000 1e-.tnutypejoin€");
    Random random = new Random(20260401);
    int read = 0;
    int faults = 0;
    for (int round = 0; round < 50_000; round++) {
      byte[] broken = Arrays.copyOf(document, document.length - random.nextInt(10) / 9);
      for (int i = random.nextInt(4); i > 0; i--) {
        broken[random.nextInt(broken.length)] = pieces[random.nextInt(pieces.length)];
      }
      Class<?> type = round % 2 == 0 ? Chat.class : Chat.All.class;
      try {
        Object value = codec.decode(broken, type);
        assertThat(codec.decode(codec.encode(value), type)).isEqualTo(value);
        read++;
      } catch (JsonException e) {
        faults += e.path().endsWith("type") && !e.expected().isEmpty() ? 1 : 0;
        assertThat(e.getMessage()).hasSizeLessThan(600).doesNotContain("java", "`", "Jackson");
      }
    }
    assertThat(read).isBetween(1_000, 40_000);
    assertThat(faults).isGreaterThan(500);
  }
}
