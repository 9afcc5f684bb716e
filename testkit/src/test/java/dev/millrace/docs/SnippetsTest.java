package dev.millrace.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java in README and guide compiles. Needs no port. */
class SnippetsTest {
  @TempDir Path output;

  @Test
  void everySnippetOfReadmeAndGuideCompiles() throws IOException {
    Path root = root();
    List<Snippet> snippets = new ArrayList<>();
    for (Path page : pages(root)) {
      snippets.addAll(Snippet.read(root.relativize(page).toString(), Files.readAllLines(page)));
    }
    assertThat(snippets).hasSizeGreaterThan(20);

    assertThat(compiler(root).compile(snippets)).isEmpty();
  }

  @Test
  void aSnippetThatDoesNotCompileIsNamedByFileAndLine() throws IOException {
    var page = List.of("# Page", "", "```java", "int one = 1;", "int two = \"two\";", "```");

    assertThat(compiler(root()).compile(Snippet.read("page.md", page)))
        .singleElement()
        .asString()
        .startsWith("page.md:5: ")
        .contains("incompatible types");
  }

  @Test
  void aSnippetWithAMarkerIsLeftOut() {
    var page = List.of("<!-- not compiled: half a line -->", "```java", "int one =", "```");

    assertThat(Snippet.read("page.md", page)).isEmpty();
  }

  private SnippetCompiler compiler(Path root) throws IOException {
    // What fragments may assume is what the guide says that they assume.
    var page = Files.readAllLines(root.resolve("docs/README.md"));
    return new SnippetCompiler(Snippet.read("docs/README.md", page).getFirst().lines(), output);
  }

  private static List<Path> pages(Path root) throws IOException {
    try (Stream<Path> guide = Files.list(root.resolve("docs/guide"))) {
      return Stream.concat(
              Stream.of(root.resolve("README.md"), root.resolve("docs/README.md")),
              guide.filter(page -> page.toString().endsWith(".md")).sorted())
          .toList();
    }
  }

  private static Path root() {
    Path folder = Path.of(System.getProperty("user.dir")).toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("ARCHITECTURE.md"))) {
      folder = folder.getParent();
    }
    assertThat(folder).as("a folder with ARCHITECTURE.md above user.dir").isNotNull();
    return folder;
  }
}
