package dev.millrace.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the server makes of each case of a protocol, kept in a file under version control: a verdict
 * that changes is a line in a diff. After a run, what was seen is in {@code target/verdicts}; where
 * it is right, it is copied over the file in {@code src/test/resources/verdicts}.
 */
final class Verdicts {
  private final String file;
  private final Map<String, String> expected = new LinkedHashMap<>();
  private final Map<String, String> seen = Collections.synchronizedMap(new LinkedHashMap<>());
  private final List<String> comments;

  private Verdicts(String file, List<String> lines) {
    this.file = file;
    this.comments = lines.stream().filter(line -> line.startsWith("#")).toList();
    for (String line : lines) {
      if (!line.isBlank() && !line.startsWith("#")) {
        int bar = line.indexOf('|');
        expected.put(line.substring(bar + 1).strip(), line.substring(0, bar).strip());
      }
    }
  }

  /** Reads a file of lines of the form {@code verdict | case}. */
  static Verdicts read(String file) throws IOException {
    try (var in = Verdicts.class.getResourceAsStream("/verdicts/" + file)) {
      String text =
          new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
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
    StringBuilder text = new StringBuilder();
    comments.forEach(line -> text.append(line).append('\n'));
    for (String name : order) {
      text.append("%-32s | %s%n".formatted(seen.getOrDefault(name, "not run"), name));
    }
    Path folder = Path.of(System.getProperty("basedir", "."), "target", "verdicts");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(file), text);
    assertThat(expected.keySet()).as("cases in %s that no longer exist", file).isSubsetOf(order);
  }
}
