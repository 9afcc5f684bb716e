package dev.millrace.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the server makes of each case, kept in a file under version control: a verdict that changes
 * is a line in a diff. After a run, what was seen is in {@code target/verdicts}; where it is right,
 * it is copied over the file in {@code src/test/resources/verdicts}.
 */
final class Verdicts {
  private final String file;
  private final String comment;
  private final Map<String, String> expected = new LinkedHashMap<>();
  private final Map<String, String> seen = Collections.synchronizedMap(new LinkedHashMap<>());

  private Verdicts(String file, List<String> lines) {
    this.file = file;
    StringBuilder comments = new StringBuilder();
    for (String line : lines) {
      if (line.startsWith("#")) {
        comments.append(line).append('\n');
      } else if (!line.isBlank()) {
        int arrow = line.indexOf(" => ");
        assertThat(arrow).as("an arrow in \"%s\" of %s", line, file).isPositive();
        String name = line.substring(0, arrow).strip();
        String before = expected.put(name, line.substring(arrow + 4).strip());
        assertThat(before).as("%s stands twice in %s", name, file).isNull();
      }
    }
    this.comment = comments.toString();
  }

  /** Reads a file of lines of the form {@code case => verdict}. */
  static Verdicts read(String file) throws IOException {
    try (var in = Verdicts.class.getResourceAsStream("/verdicts/" + file)) {
      String text = new String(Objects.requireNonNull(in, file).readAllBytes(), UTF_8);
      return new Verdicts(file, text.lines().toList());
    }
  }

  /** Compares a verdict with the one in the file. */
  void check(String name, String verdict) {
    seen.put(name, verdict);
    assertThat(verdict)
        .as("%s (expected is the line of src/test/resources/verdicts/%s)", name, file)
        .isEqualTo(expected.getOrDefault(name, "no line in the file"));
  }

  /**
   * Writes what was seen, and makes sure that the file holds nothing else.
   *
   * @param order the names of all cases
   */
  void finish(List<String> order) throws IOException {
    assertThat(order).as("names of cases").doesNotHaveDuplicates();
    StringBuilder text = new StringBuilder(comment);
    for (String name : order) {
      text.append("%-56s => %s%n".formatted(name, seen.getOrDefault(name, "not run")));
    }
    Path folder = Path.of(System.getProperty("basedir", "."), "target", "verdicts");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(file), text);
    assertThat(expected.keySet()).as("cases in %s that no longer exist", file).isSubsetOf(order);
  }
}
