package dev.millrace.docs;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Compiles snippets. A whole file is taken as it is; a fragment becomes the body of a method of a
 * class that extends {@link Shop}, below the imports that the guide names and those of tests.
 */
final class SnippetCompiler {
  private static final List<String> TEST_IMPORTS =
      List.of(
          "import static org.assertj.core.api.Assertions.assertThat;",
          "import static org.awaitility.Awaitility.await;",
          "import dev.millrace.test.*;");

  private final List<String> imports;
  private final Path output;

  SnippetCompiler(List<String> imports, Path output) {
    this.imports = imports;
    this.output = output;
  }

  /** What is wrong, as {@code page:line: message}; empty when nothing is. */
  List<String> compile(List<Snippet> snippets) {
    List<Source> sources = new ArrayList<>();
    for (Snippet snippet : snippets) {
      sources.add(source(snippet, "Snippet" + sources.size()));
    }
    var compiler = ToolProvider.getSystemJavaCompiler();
    var found = new DiagnosticCollector<JavaFileObject>();
    var options =
        List.of(
            "-proc:none",
            "-classpath",
            System.getProperty("java.class.path"),
            "-d",
            output.toString());
    compiler.getTask(null, null, found, options, null, sources).call();
    return found.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .map(SnippetCompiler::describe)
        .toList();
  }

  private Source source(Snippet snippet, String name) {
    List<String> before = new ArrayList<>();
    List<String> after = List.of();
    if (!snippet.isFile()) {
      before.addAll(imports);
      before.addAll(TEST_IMPORTS);
      before.add("class " + name + " extends dev.millrace.docs.Shop {");
      before.add("void snippet() throws Exception {");
      after = List.of("}", "}");
    }
    List<String> all = new ArrayList<>(before);
    all.addAll(snippet.lines());
    all.addAll(after);
    return new Source(name, snippet, before.size(), String.join("\n", all));
  }

  private static String describe(Diagnostic<? extends JavaFileObject> diagnostic) {
    String message = diagnostic.getMessage(null);
    if (!(diagnostic.getSource() instanceof Source source)) {
      return message;
    }
    long line = source.snippet.line() + diagnostic.getLineNumber() - source.linesBefore - 1;
    String where = source.snippet.page() + ":" + line + ": ";
    return where + message.lines().map(String::strip).collect(Collectors.joining(" | "));
  }

  private static final class Source extends SimpleJavaFileObject {
    private final Snippet snippet;
    private final int linesBefore;
    private final String code;

    Source(String name, Snippet snippet, int linesBefore, String code) {
      super(URI.create("string:///" + name + Kind.SOURCE.extension), Kind.SOURCE);
      this.snippet = snippet;
      this.linesBefore = linesBefore;
      this.code = code;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return code;
    }

    /** A snippet is not told what its file is called. */
    @Override
    public boolean isNameCompatible(String simpleName, Kind kind) {
      return kind == Kind.SOURCE;
    }
  }
}
