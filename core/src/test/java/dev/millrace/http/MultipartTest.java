package dev.millrace.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Forms with files (RFC 7578; RFC 2046, section 5.1). What becomes of each body in {@code
 * src/test/resources/multipart} is in its {@code verdicts.txt}. Needs no port.
 */
class MultipartTest {
  private static final Path CORPUS = Path.of("src/test/resources/multipart");
  private static final String TYPE = "multipart/form-data; boundary=b";
  private static final String FIELD = "Content-Disposition: form-data; name=\"a\"\r\n\r\n";

  // --- the corpus ---

  static Stream<String> corpus() throws IOException {
    try (var files = Files.list(CORPUS)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".body"))
          .map(name -> name.substring(0, name.length() - ".body".length()))
          .sorted()
          .toList()
          .stream();
    }
  }

  private static Map<String, String> verdicts() throws IOException {
    Map<String, String> verdicts = new TreeMap<>();
    for (String line : Files.readAllLines(CORPUS.resolve("verdicts.txt"))) {
      int bar = line.indexOf(" | ");
      verdicts.put(line.substring(0, bar), line.substring(bar + 3));
    }
    return verdicts;
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void everyBodyHasItsVerdictHoweverItComes(String name) throws IOException {
    byte[] body = Files.readAllBytes(CORPUS.resolve(name + ".body"));
    String expected = verdicts().getOrDefault(name, "no line in verdicts.txt");
    Random random = new Random(name.hashCode());
    assertThat(verdict(body, () -> Integer.MAX_VALUE)).as(name).isEqualTo(expected);
    assertThat(verdict(body, () -> 1)).as(name + ", byte by byte").isEqualTo(expected);
    for (int i = 0; i < 20; i++) {
      assertThat(verdict(body, () -> random.nextInt(1, 9))).as(name).isEqualTo(expected);
    }
  }

  @Test
  void theVerdictsAreOfTheCorpusOnly() throws IOException {
    assertThat(verdicts().keySet()).containsExactlyElementsOf(corpus().toList());
  }

  /** What a form, and its parts as they come, are told to be; both must say the same. */
  private static String verdict(byte[] body, IntSupplier sizes) throws IOException {
    Trickle trickle = new Trickle(body, sizes);
    List<String> parts = new ArrayList<>();
    try {
      for (Part part : BodyRequests.of(trickle, TYPE).parts()) {
        String content =
            part.fileName().isPresent()
                ? new String(part.input().readAllBytes(), ISO_8859_1)
                : part.text();
        parts.add(shown(part, content));
      }
      assertThat(trickle.taken()).as("read to its end").isEqualTo(body.length);
      Request request = BodyRequests.of(new ByteArrayInputStream(body), TYPE);
      Form form = request.form();
      assertThat(form.names())
          .allSatisfy(
              field -> assertThat(parts).anyMatch(part -> part.startsWith(printable(field) + "=")));
      return parts.isEmpty() ? "nothing" : String.join(", ", parts);
    } catch (HttpException refusal) {
      assertThatThrownBy(() -> BodyRequests.of(new ByteArrayInputStream(body), TYPE).form())
          .hasMessage(refusal.getMessage());
      return refusal.status() + " " + refusal.getMessage();
    }
  }

  private static String shown(Part part, String content) {
    String file = part.fileName().map(name -> " file \"" + printable(name) + "\"").orElse("");
    return "%s=\"%s\"%s %s"
        .formatted(printable(part.name()), printable(content), file, part.type());
  }

  private static String printable(String text) {
    StringBuilder shown = new StringBuilder();
    text.chars()
        .forEach(c -> shown.append(c >= ' ' && c < 0x7f ? (char) c + "" : "{%x}".formatted(c)));
    return shown.toString();
  }

  // --- the boundary ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          multipart/form-data                                | Content-Type: multipart/form-data has no boundary
          multipart/form-data; boundary=                     | Content-Type: a boundary of 0 characters (expected: 1 to 70)
          multipart/form-data; boundary="a "                 | Content-Type: the boundary ends with a space
          multipart/form-data; boundary=a*b                  | Content-Type: the boundary has '*' at index 1
          multipart/form-data; boundary=ä                    | Content-Type: the boundary has U+00E4 at index 0
          multipart/form-data; boundary=a; boundary=b        | Content-Type: two parameters named boundary
          multipart/form-data; boundary="a                   | Content-Type: a quote is not closed
          multipart/form-data; boundary                      | Content-Type: a parameter at index 21 is not of the form name=value
          multipart/form-data boundary=b                     | content type multipart/form-data boundary=b (expected: application/x-www-form-urlencoded, multipart/form-data)
          multipart/mixed; boundary=b                        | content type multipart/mixed (expected: application/x-www-form-urlencoded, multipart/form-data)
          """)
  void aTypeWithoutItsBoundaryIsRefused(String type, String message) {
    assertThatThrownBy(() -> BodyRequests.of("--b--", "Content-Type", type).form())
        .isInstanceOf(HttpException.class)
        .hasMessage(message);
  }

  @Test
  void aBoundaryHas70CharactersAtMost() {
    String longest = "-".repeat(69) + "b";
    assertThat(form(longest, "x").text("a")).contains("x");
    assertThatThrownBy(() -> form(longest + "b", "x"))
        .hasMessage("Content-Type: a boundary of 71 characters (expected: 1 to 70)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"\"b\" | b", "\"a b\" | a b", "'()+_,-./:=? | '()+_,-./:=?", "a=b | a=b"})
  void aBoundaryMayBeQuotedOrNot(String written, String boundary) {
    String body = "--" + boundary + "\r\n" + FIELD + "x\r\n--" + boundary + "--";
    String type = "Multipart/Form-Data ; charset=utf-8; Boundary=" + written + ";";
    assertThat(BodyRequests.of(body, "Content-Type", type).form().text("a")).contains("x");
  }

  private static Form form(String boundary, String content) {
    String body = "--" + boundary + "\r\n" + FIELD + content + "\r\n--" + boundary + "--\r\n";
    return BodyRequests.of(body, "Content-Type", "multipart/form-data; boundary=" + boundary)
        .form();
  }

  // --- limits ---

  private static Request many(int parts, String disposition) {
    String part = "--b\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\nx\r\n";
    return BodyRequests.of(part.repeat(parts) + "--b--", "Content-Type", TYPE);
  }

  @Test
  void aThousandPartsAreTakenAndTenThousandAreNot() {
    assertThat(many(1000, "name=\"a\"").form().all("a")).hasSize(1000);
    assertRefused(() -> many(10_000, "name=\"a\"").form(), 413, "the form has over 1000 parts");
    assertRefused(
        () -> many(10_000, "name=\"a\"").parts().forEach(Part::text),
        413,
        "the form has over 1000 parts");
  }

  @Test
  void aHundredFilesAreTakenAndOneMoreIsNot() {
    String file = "name=\"a\"; filename=\"a.txt\"";
    assertThat(many(100, file).form().files("a")).hasSize(100);
    assertRefused(() -> many(101, file).form(), 413, "the form has over 100 files");
  }

  @Test
  void allTextTogetherHasALimit() {
    FormLimits limits = FormLimits.DEFAULT.textBytes(3);
    assertThat(many(3, "name=\"a\"").form(limits).all("a")).hasSize(3);
    assertRefused(
        () -> many(4, "name=\"a\"").form(limits),
        413,
        "the form's text is over the limit of 3 bytes");
  }

  @Test
  void aPartOnItsOwnIsHeldToTheLimitOfText() {
    FormLimits limits = FormLimits.DEFAULT.textBytes(0);
    assertRefused(
        () -> many(1, "name=\"a\"").parts(limits).forEach(Part::text),
        413,
        "the form's text is over the limit of 0 bytes");
  }

  @Test
  void theHeadersOfAPartHaveALimit() {
    FormLimits limits = FormLimits.DEFAULT.headerBytes(256);
    assertRefused(
        () -> many(1, "name=\"" + "a".repeat(256) + "\"").form(limits),
        400,
        "form: part 1: its headers are over 256 bytes");
  }

  @Test
  void limitsAreChecked() {
    assertThatThrownBy(() -> FormLimits.DEFAULT.parts(0))
        .hasMessage("parts: 0 (expected: at least 1)");
  }

  private static void assertRefused(Runnable reading, int status, String message) {
    assertThatThrownBy(reading::run)
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(status))
        .hasMessage(message);
  }

  // --- parts as they come ---

  @Test
  void aPartThatNobodyReadsIsPassedOver() {
    List<String> names = new ArrayList<>();
    for (Part part : many(5, "name=\"a\"").parts()) {
      names.add(part.name());
    }
    assertThat(names).hasSize(5);
  }

  @Test
  void aPartIsReadBeforeTheNextIsAskedFor() throws IOException {
    var parts = many(2, "name=\"a\"").parts().iterator();
    Part first = parts.next();
    assertThat(parts.hasNext()).isTrue();
    assertThatThrownBy(() -> first.input().read())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("part \"a\" is over (expected: to be read before the next is asked for)");
    assertThat(parts.next().text()).isEqualTo("x");
    assertThat(parts.hasNext()).isFalse();
  }

  @Test
  void aPartComesBeforeTheRestOfTheBody() throws IOException {
    byte[] start = ("--b\r\n" + FIELD + "x".repeat(40_000)).getBytes(UTF_8);
    Trickle trickle = new Trickle(Arrays.copyOf(start, 1 << 20), () -> 1000);
    Part part = BodyRequests.of(trickle, TYPE).parts().iterator().next();
    assertThat(part.input().readNBytes(100)).hasSize(100);
    assertThat(trickle.taken()).isLessThan(10_000);
  }

  // --- at random ---

  /** What a form is made of, and what must come out again. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Field(String name, byte[] content, boolean file) {}

  @Test
  void whatWasPutInComesOutHoweverItIsCut() throws IOException {
    Random random = new Random(20_260_101);
    for (int round = 0; round < 3000; round++) {
      String boundary = "-".repeat(random.nextInt(4)) + "b" + "b-".repeat(random.nextInt(4)) + "b";
      List<Field> fields = new ArrayList<>();
      int count = random.nextInt(4);
      for (int i = 0; i < count; i++) {
        fields.add(new Field("f" + i, nasty(random, boundary), random.nextBoolean()));
      }
      int largest = random.nextInt(1, 200);
      Trickle body = new Trickle(written(fields, boundary), () -> random.nextInt(1, largest + 1));
      String type = "multipart/form-data; boundary=" + boundary;
      FormLimits limits = FormLimits.DEFAULT.memoryBytes(random.nextInt(200));
      Request request = BodyRequests.of(body, type);
      Form form = request.form(limits);
      assertThat(form.names()).as("round " + round).hasSize(count);
      for (Field field : fields) {
        byte[] content =
            field.file
                ? form.file(field.name).orElseThrow().bytes()
                : form.text(field.name).orElseThrow().getBytes(ISO_8859_1);
        assertThat(content).as("round " + round).isEqualTo(field.content);
      }
      BodyRequests.end(request);
    }
  }

  /** Content that is full of what looks like a delimiter and is none. */
  private static byte[] nasty(Random random, String boundary) {
    String delimiter = "\r\n--" + boundary;
    while (true) {
      StringBuilder content = new StringBuilder();
      int pieces = random.nextInt(30);
      for (int i = 0; i < pieces; i++) {
        switch (random.nextInt(4)) {
          case 0 -> content.append(delimiter, 0, random.nextInt(delimiter.length()));
          case 1 -> content.append("\r".repeat(random.nextInt(3)));
          case 2 -> content.append((char) random.nextInt(256));
          default -> content.append("x".repeat(random.nextInt(100)));
        }
      }
      // What follows on the line of the content's end must not complete one either.
      if (!("\r\n" + content + delimiter.substring(0, delimiter.length() - 1))
          .contains(delimiter)) {
        return content.toString().getBytes(ISO_8859_1);
      }
    }
  }

  private static byte[] written(List<Field> fields, String boundary) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (Field field : fields) {
      String file = field.file ? "; filename=\"x\"" : "";
      String head =
          "--%s\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n%s\r\n"
              .formatted(
                  boundary, field.name, file, "Content-Type: text/plain; charset=iso-8859-1\r\n");
      body.writeBytes(head.getBytes(UTF_8));
      body.writeBytes(field.content);
      body.writeBytes("\r\n".getBytes(UTF_8));
    }
    body.writeBytes(("--" + boundary + "--\r\n").getBytes(UTF_8));
    return body.toByteArray();
  }

  /** No input makes it fail otherwise than by a refusal. */
  @Test
  void noiseIsRefusedAndNothingElse() throws IOException {
    Random random = new Random(7578);
    List<byte[]> seeds = new ArrayList<>();
    for (String name : corpus().toList()) {
      seeds.add(Files.readAllBytes(CORPUS.resolve(name + ".body")));
    }
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] body = seeds.get(random.nextInt(seeds.size())).clone();
      for (int i = random.nextInt(4); i >= 0 && body.length > 0; i--) {
        body[random.nextInt(body.length)] = (byte) "\r\n-b:;=\" ax\0".charAt(random.nextInt(12));
      }
      Request request = BodyRequests.of(new Trickle(body, () -> random.nextInt(1, 50)), TYPE);
      try {
        request.form();
      } catch (HttpException refusal) {
        assertThat(refusal.status()).isIn(400, 415);
        refused++;
      }
    }
    assertThat(refused).isBetween(1000, 19_999);
  }
}
