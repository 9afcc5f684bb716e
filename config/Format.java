import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/**
 * Gives every Java file of the modules to google-java-format, which is on the class path: {@code
 * check} names the files that are not formatted and fails, {@code write} rewrites them. Run by
 * Maven from the root of the project, see the root pom.xml; {@code ./format} is {@code write}.
 */
final class Format {
  private Format() {}

  static void main(String[] args) throws IOException {
    var files = sources();
    if (files.isEmpty()) {
      return;
    }
    var arguments = new ArrayList<String>();
    switch (args.length == 1 ? args[0] : "") {
      case "check" -> arguments.addAll(List.of("--dry-run", "--set-exit-if-changed"));
      case "write" -> arguments.add("--replace");
      default -> throw new IllegalArgumentException("arguments: one of check, write");
    }
    arguments.addAll(files);
    var formatter =
        ToolProvider.findFirst("google-java-format")
            .orElseThrow(() -> new IllegalStateException("google-java-format: not found"));
    var result =
        formatter.run(
            new PrintWriter(System.out, true),
            new PrintWriter(System.err, true),
            arguments.toArray(String[]::new));
    if (result != 0) {
      System.err.println("Not formatted: the files above. Run ./format");
      System.exit(1);
    }
  }

  /** The Java files of every module, and this one. */
  private static List<String> sources() throws IOException {
    var files = new ArrayList<String>();
    files.add("config/Format.java");
    try (var modules = Files.list(Path.of(""))) {
      for (var module : modules.filter(path -> Files.exists(path.resolve("pom.xml"))).toList()) {
        var root = module.resolve("src");
        if (Files.isDirectory(root)) {
          try (var paths = Files.walk(root)) {
            paths.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(files::add);
          }
        }
      }
    }
    return files.stream().sorted().toList();
  }
}
