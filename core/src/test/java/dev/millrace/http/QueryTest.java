package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Queries and url-encoded forms (WHATWG URL, section 5.1). Needs no port. */
class QueryTest {
  private static final String NASTY = "ab &=+%?#/;\"ä€😀\0\r\n";

  private static List<String> pairs(String query) {
    List<String> pairs = new ArrayList<>();
    Query.forEach(query, (name, value) -> pairs.add(name + "→" + value));
    return pairs;
  }

  @Test
  void emptyPairsArePassedOverAndEmptyNamesAreNot() {
    assertThat(pairs("")).isEmpty();
    assertThat(pairs("&&")).isEmpty();
    assertThat(pairs("=")).containsExactly("→");
    assertThat(pairs("a")).containsExactly("a→");
    assertThat(pairs("&a=1&&b==&")).containsExactly("a→1", "b→=");
  }

  @Test
  void theFirstIsFoundWithoutLookingAtTheRest() {
    assertThat(Query.first("a=1&b=%zz", "a")).contains("1");
  }

  @Test
  void whatWasEncodedComesOutAgain() {
    Random random = new Random(5);
    for (int round = 0; round < 5000; round++) {
      List<String> truth = new ArrayList<>();
      StringBuilder query = new StringBuilder();
      for (int i = random.nextInt(5); i > 0; i--) {
        String name = nasty(random);
        String value = nasty(random);
        truth.add(name + "→" + value);
        query.append(query.isEmpty() ? "" : "&").append("&".repeat(random.nextInt(2)));
        query.append(encoded(name)).append('=').append(encoded(value));
      }
      assertThat(pairs(query.toString())).isEqualTo(truth);
      for (String pair : truth) {
        String name = pair.substring(0, pair.indexOf('→'));
        List<String> values =
            truth.stream()
                .filter(other -> other.startsWith(name + "→"))
                .map(other -> other.substring(name.length() + 1))
                .toList();
        assertThat(Query.all(query.toString(), name)).isEqualTo(values);
        assertThat(Query.first(query.toString(), name)).contains(values.getFirst());
      }
    }
  }

  private static String nasty(Random random) {
    StringBuilder text = new StringBuilder();
    int[] points = NASTY.codePoints().toArray();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
