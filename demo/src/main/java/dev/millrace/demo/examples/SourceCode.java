package dev.millrace.demo.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The code of a class, as its author wrote it: the build puts the sources on the class path. */
final class SourceCode {

  private SourceCode() {}

  /**
   * What stands between {@code // <name>} and {@code // </name>}; several such pieces are put
   * together, a blank line between them.
   *
   * @throws IllegalStateException when there is no such piece, or one has no end
   */
  static String cut(Class<?> type, String name) {
    List<String> pieces = new ArrayList<>();
    List<String> piece = null;
    for (String line : read(type).lines().toList()) {
      String mark = line.strip();
      if (mark.equals("// <" + name + ">")) {
        piece = new ArrayList<>();
      } else if (mark.equals("// </" + name + ">") && piece != null) {
        pieces.add(String.join("\n", piece).stripTrailing().stripIndent().strip());
        piece = null;
      } else if (piece != null) {
        piece.add(line);
      }
    }
    if (pieces.isEmpty() || piece != null) {
      throw new IllegalStateException(
          "%s: no code between \"// <%s>\" and \"// </%s>\"".formatted(type, name, name));
    }
    return String.join("\n\n", pieces);
  }

  private static String read(Class<?> type) {
    String file = "/source/" + type.getName().replace('.', '/') + ".java";
    try (InputStream in = SourceCode.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
