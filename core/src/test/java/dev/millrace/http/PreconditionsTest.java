package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditional requests: RFC 9110, section 13. Needs no port. */
class PreconditionsTest {
  private static final String BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT";
  private static final String THEN = "Sun, 06 Nov 1994 08:49:37 GMT";
  private static final String AFTER = "Sun, 06 Nov 1994 08:49:38 GMT";

  /** A table writes a header as {@code Name: value}, several with a semicolon between. */
  private static String[] headers(String text) {
    List<String> fields = new ArrayList<>();
    for (String field : text.split(" ; ", -1)) {
      int colon = field.indexOf(':');
      fields.add(field.substring(0, colon).trim());
      fields.add(
          field
              .substring(colon + 1)
              .trim()
              .replace("BEFORE", BEFORE)
              .replace("THEN", THEN)
              .replace("AFTER", AFTER));
    }
    return fields.toArray(String[]::new);
  }

  private static Preconditions of(String method, String asked, String current) {
    return Preconditions.of(
        Requests.request(method, "/", headers(asked)), Headers.of(headers(current)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // section | what is asked | what GET comes to, where the tag is "7" of THEN
        "13.1.1 the same           | If-Match: \"7\"                    | PROCEED",
        "13.1.1 one of a list      | If-Match: \"6\", \"7\"             | PROCEED",
        "13.1.1 another            | If-Match: \"6\"                    | FAILED",
        "13.1.1 any                | If-Match: *                        | PROCEED",
        "13.1.1 weak never matches | If-Match: W/\"7\"                  | FAILED",
        "13.1.1 malformed          | If-Match: 7                        | FAILED",
        "13.1.1 two fields         | If-Match: \"6\" ; If-Match: \"7\"  | PROCEED",
        "13.1.1 of an encoded one  | If-Match: \"7-gzip\"               | PROCEED",
        "13.1.2 the same           | If-None-Match: \"7\"               | NOT_MODIFIED",
        "13.1.2 weakly the same    | If-None-Match: W/\"7\"             | NOT_MODIFIED",
        "13.1.2 one of a list      | If-None-Match: \"5\", W/\"7\" ,\"9\" | NOT_MODIFIED",
        "13.1.2 one of a tight list| If-None-Match: \"5\",\"7\"         | NOT_MODIFIED",
        "13.1.2 empty elements     | If-None-Match: ,, \"7\"            | NOT_MODIFIED",
        "13.1.2 another            | If-None-Match: \"6\"               | PROCEED",
        "13.1.2 any                | If-None-Match: *                   | NOT_MODIFIED",
        "13.1.2 an asterisk quoted | If-None-Match: \"*\"               | PROCEED",
        "13.1.2 an asterisk listed | If-None-Match: *, \"6\"            | PROCEED",
        "13.1.2 without quotes     | If-None-Match: 7                   | PROCEED",
        "13.1.2 one quote          | If-None-Match: \"7                 | PROCEED",
        "13.1.2 a comma within     | If-None-Match: \"6,\"7\"           | PROCEED",
        "13.1.2 garbage in front   | If-None-Match: x \"7\"             | PROCEED",
        "13.1.2 w is not W         | If-None-Match: w/\"7\"             | PROCEED",
        "13.1.2 nothing            | If-None-Match:                     | PROCEED",
        "13.1.2 gzip of it         | If-None-Match: \"7-gzip\"          | NOT_MODIFIED",
        "13.1.2 br of it, weak     | If-None-Match: W/\"7-br\"          | NOT_MODIFIED",
        "13.1.2 zstd of it         | If-None-Match: \"7-zstd\"          | NOT_MODIFIED",
        "13.1.2 another suffix     | If-None-Match: \"7-x\"             | PROCEED",
        "13.1.2 gzip of another    | If-None-Match: \"6-gzip\"          | PROCEED",
        "13.1.2 only a suffix      | If-None-Match: \"-gzip\"           | PROCEED",
        "13.1.3 the same time      | If-Modified-Since: THEN            | NOT_MODIFIED",
        "13.1.3 later              | If-Modified-Since: AFTER           | NOT_MODIFIED",
        "13.1.3 earlier            | If-Modified-Since: BEFORE          | PROCEED",
        "13.1.3 malformed          | If-Modified-Since: yesterday       | PROCEED",
        "13.1.3 twice              | If-Modified-Since: THEN ; If-Modified-Since: THEN | PROCEED",
        "13.1.3 RFC 850            | If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT |"
            + " NOT_MODIFIED",
        "13.1.3 asctime            | If-Modified-Since: Sun Nov  6 08:49:37 1994 | NOT_MODIFIED",
        "13.1.4 the same time      | If-Unmodified-Since: THEN          | PROCEED",
        "13.1.4 earlier            | If-Unmodified-Since: BEFORE        | FAILED",
        "13.1.4 later              | If-Unmodified-Since: AFTER         | PROCEED",
        "13.1.4 malformed          | If-Unmodified-Since: never         | PROCEED",
        "13.2.2 1 before 2: holds  | If-Match: \"7\" ; If-Unmodified-Since: BEFORE | PROCEED",
        "13.2.2 1 before 2: fails  | If-Match: \"6\" ; If-Unmodified-Since: AFTER | FAILED",
        "13.2.2 1 then 3           | If-Match: \"7\" ; If-None-Match: \"7\" | NOT_MODIFIED",
        "13.2.2 1 fails first      | If-Match: \"6\" ; If-None-Match: \"7\" | FAILED",
        "13.2.2 2 fails first      | If-Unmodified-Since: BEFORE ; If-None-Match: \"7\" | FAILED",
        "13.2.2 3 before 4: other  | If-None-Match: \"6\" ; If-Modified-Since: THEN | PROCEED",
        "13.2.2 3 before 4: same   | If-None-Match: \"7\" ; If-Modified-Since: BEFORE |"
            + " NOT_MODIFIED",
        "13.2.2 2 then 4           | If-Unmodified-Since: AFTER ; If-Modified-Since: AFTER |"
            + " NOT_MODIFIED",
      })
  void casesOfGet(String name, String asked, Preconditions outcome) {
    String current = "ETag: \"7\" ; Last-Modified: THEN";
    assertThat(of("GET", asked, current)).isEqualTo(outcome);
    assertThat(of("HEAD", asked, current)).isEqualTo(outcome);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "13.1.2 the same is there already | If-None-Match: \"7\"        | FAILED",
        "13.1.2 anything is there         | If-None-Match: *            | FAILED",
        "13.1.2 another is there          | If-None-Match: \"6\"        | PROCEED",
        "13.1.3 only for GET and HEAD     | If-Modified-Since: THEN     | PROCEED",
        "13.1.1 no lost update            | If-Match: \"6\"             | FAILED",
        "13.1.1 the one that was read     | If-Match: \"7\"             | PROCEED",
        "13.1.4 no lost update            | If-Unmodified-Since: BEFORE | FAILED",
      })
  void casesOfPut(String name, String asked, Preconditions outcome) {
    assertThat(of("PUT", asked, "ETag: \"7\" ; Last-Modified: THEN")).isEqualTo(outcome);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "If-None-Match: \"7\"       | ETag: W/\"7\"        | NOT_MODIFIED",
        "If-None-Match: W/\"7\"     | ETag: W/\"7\"        | NOT_MODIFIED",
        "If-Match: W/\"7\"          | ETag: W/\"7\"        | FAILED",
        "If-Match: \"7\"            | ETag: W/\"7\"        | FAILED",
        "If-None-Match: \"7-gzip\"  | ETag: \"7-gzip\"     | NOT_MODIFIED",
        "If-None-Match: \"7\"       | ETag: \"7-gzip\"     | PROCEED",
        "If-None-Match: \"a,b\"     | ETag: \"a,b\"        | NOT_MODIFIED",
        "If-None-Match: \"\"        | ETag: \"\"           | NOT_MODIFIED",
        "If-None-Match: \"7\"       | Last-Modified: THEN  | PROCEED",
        "If-Match: \"7\"            | Last-Modified: THEN  | FAILED",
        "If-Modified-Since: THEN    | ETag: \"7\"          | PROCEED",
        "If-Unmodified-Since: BEFORE| ETag: \"7\"          | PROCEED",
        "If-None-Match: \"7\"       | ETag: 7              | PROCEED",
        "If-None-Match: 7           | ETag: 7              | PROCEED",
      })
  void otherValidators(String asked, String current, Preconditions outcome) {
    assertThat(of("GET", asked, current)).isEqualTo(outcome);
  }

  @Test
  void aListOfThousandsIsReadInOneGo() {
    String many = "\"6\",".repeat(3000);
    assertThat(of("GET", "If-None-Match: " + many + "\"7\"", "ETag: \"7\""))
        .isEqualTo(Preconditions.NOT_MODIFIED);
  }

  @Test
  void noTextMakesItFail() {
    Random random = new Random(13);
    String letters = "\"W/*,7 -gzip";
    for (int round = 0; round < 50_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(16); i > 0; i--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      Request asked = Requests.get("If-None-Match", text.toString());
      Preconditions outcome = Preconditions.of(asked, Headers.of("ETag", "\"7\""));
      if (outcome == Preconditions.NOT_MODIFIED) {
        assertThat(text.toString()).matches(".*\"7(-gzip)?\".*|[ ]*\\*[ ]*");
      } else {
        assertThat(text.toString()).doesNotMatch("(\"[7gzip*-]*\",)*\"7(-gzip)?\".*");
      }
    }
  }

  // --- what becomes of a response ---

  private static final Response ORDER =
      Response.json(1)
          .etag("7")
          .header("Cache-Control", "no-cache")
          .header("Content-Language", "en")
          .header("Content-Security-Policy", "default-src 'self'")
          .header("Vary", "Accept");

  @Test
  void aResponseThatTheClientHasBecomesA304WithoutABody() {
    Response response = Preconditions.apply(Requests.get("If-None-Match", "\"7\""), ORDER);
    assertThat(response.status()).isEqualTo(304);
    assertThat(response.body()).isEqualTo(Body.Bytes.NONE);
    assertThat(response.headers())
        .isEqualTo(
            Headers.of(
                "ETag",
                "\"7\"",
                "Cache-Control",
                "no-cache",
                "Content-Security-Policy",
                "default-src 'self'",
                "Vary",
                "Accept"));
  }

  @Test
  void a304NeedsNoTimeBesideATag() {
    Response dated = ORDER.lastModified(Instant.EPOCH);
    Request asked = Requests.get("If-None-Match", "\"7\"");
    assertThat(Preconditions.apply(asked, dated).header("Last-Modified")).isEmpty();
    Response onlyDated = Response.text("x").lastModified(Instant.EPOCH);
    Request since = Requests.get("If-Modified-Since", THEN);
    assertThat(Preconditions.apply(since, onlyDated).status()).isEqualTo(304);
    assertThat(Preconditions.apply(since, onlyDated).header("Last-Modified"))
        .contains("Thu, 01 Jan 1970 00:00:00 GMT");
  }

  /** RFC 9111, section 4.3.4: a cache finds by it what it has. */
  @Test
  void a304NamesTheVariantThatTheClientHas() {
    for (String tag : List.of("\"7-gzip\"", "W/\"7-br\"")) {
      Request asked = Requests.get("If-None-Match", "\"6\", " + tag);
      assertThat(Preconditions.apply(asked, ORDER).headers().all("ETag")).containsExactly(tag);
    }
    Request weak = Requests.get("If-None-Match", "W/\"7\"");
    assertThat(Preconditions.apply(weak, ORDER).header("ETag")).contains("\"7\"");
    Request any = Requests.get("If-None-Match", "*");
    assertThat(Preconditions.apply(any, ORDER).header("ETag")).contains("\"7\"");
  }

  @Test
  void aConditionThatFailsBecomesAProblem() {
    Response response =
        Preconditions.apply(
            Requests.get("If-Match", "\"6\""), ORDER.header("Access-Control-Allow-Origin", "*"));
    assertThat(response.status()).isEqualTo(412);
    assertThat(response.header("Content-Type")).contains("application/problem+json");
    assertThat(response.header("Cache-Control")).contains("no-store");
    assertThat(response.header("Access-Control-Allow-Origin")).contains("*");
    assertThat(response.header("ETag")).isEmpty();
    assertThat(response.body())
        .isInstanceOfSatisfying(
            Body.Bytes.class,
            body ->
                assertThat(new String(body.content(), StandardCharsets.UTF_8))
                    .contains("\"status\":412"));
  }

  @Test
  void otherResponsesAreLeftAlone() {
    Request asked = Requests.get("If-None-Match", "*");
    Request posted = Requests.request("POST", "/", "If-None-Match", "*");
    Response untagged = Response.text("x");
    Response stream = Response.stream("x").etag("7");
    assertThat(Preconditions.apply(posted, ORDER)).isSameAs(ORDER);
    assertThat(Preconditions.apply(asked, untagged)).isSameAs(untagged);
    assertThat(Preconditions.apply(asked, stream)).isSameAs(stream);
    Response created = ORDER.status(201);
    assertThat(Preconditions.apply(asked, created)).isSameAs(created);
  }

  // --- tags that handlers write ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"7|\"7\"", "\"7\"|\"7\"", "W/\"7\"|W/\"7\"", "W/7|\"W/7\"", "``|\"\"", "ä|\"ä\""})
  void aTextBecomesAStrongTag(String text, String tag) {
    assertThat(Response.text("").etag(text).header("ETag")).contains(tag);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a\"b", "\"", "a\n", "\"a b\"", "W/\"", "\u20ac"})
  void whatCanBeNoTagIsRefused(String text) {
    assertThatThrownBy(() -> Response.text("").etag(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("etag \"");
  }
}
