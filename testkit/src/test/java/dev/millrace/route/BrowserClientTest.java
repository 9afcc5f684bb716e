package dev.millrace.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.Wiring;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The browser client, as the server serves it. What it does, tests in a browser show. */
class BrowserClientTest {
  private static final Pattern BESIDE =
      Pattern.compile("[\"'](?:\\./)(millrace(?:-[a-z]+)?\\.js)[\"']");

  private final Millrace app = Millrace.create();

  @OverEachWiring
  void isAModuleUnderAnyNameWithAllThatItAsksForBesideIt(Wiring wiring) {
    app.client("/assets/live.js");
    try (TestApp test = wiring.start(app)) {
      var module = test.get("/assets/live.js");
      assertThat(module.status()).isEqualTo(200);
      assertThat(module.header("Content-Type").orElse("")).startsWith("text/javascript");
      assertThat(module.text()).contains("export");
      assertThat(test.get("/assets/millrace.js.map").status()).isEqualTo(200);
      Set<String> found = new TreeSet<>();
      Deque<String> unread = new ArrayDeque<>(List.of("live.js"));
      while (!unread.isEmpty()) {
        Matcher beside = BESIDE.matcher(test.get("/assets/" + unread.remove()).text());
        while (beside.find()) {
          String file = beside.group(1);
          assertThat(test.get("/assets/" + file).status()).as(file).isEqualTo(200);
          assertThat(test.get("/assets/" + file + ".map").status()).as(file).isEqualTo(200);
          if (found.add(file)) {
            unread.add(file);
          }
        }
      }
      assertThat(found)
          .as("files that it asks for")
          .containsExactly("millrace-shared.js", "millrace-worker.js", "millrace.js");
    }
  }

  @OverEachWiring
  void isAnsweredWith304ToWhoHasIt(Wiring wiring) {
    app.client("/millrace.js");
    try (TestApp test = wiring.start(app)) {
      String etag = test.get("/millrace.js").header("ETag").orElseThrow();
      var again = test.request("GET", "/millrace.js").header("If-None-Match", etag).send();
      assertThat(again.status()).isEqualTo(304);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "millrace.js", "/millrace", "/a/millrace-worker.js"})
  void anotherPathIsRefused(String path) {
    assertThatThrownBy(() -> app.client(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("client: \"%s\" (expected: the path of a script, such as /millrace.js)", path);
  }
}
