package dev.millrace.docs;

import java.util.ArrayList;
import java.util.List;

/**
 * A block of Java on a page.
 *
 * @param page relative to the project's root
 * @param line the number of its first line on the page
 * @param lines the code
 */
record Snippet(String page, int line, List<String> lines) {
  private static final String NOT_COMPILED = "<!-- not compiled: ";

  /** All blocks of a page but those behind a marker. */
  static List<Snippet> read(String page, List<String> text) {
    List<Snippet> snippets = new ArrayList<>();
    for (int i = 0; i < text.size(); i++) {
      if (text.get(i).strip().equals("```java")) {
        int end = i + 1;
        while (end < text.size() && !text.get(end).strip().equals("```")) {
          end++;
        }
        if (i == 0 || !text.get(i - 1).startsWith(NOT_COMPILED)) {
          snippets.add(new Snippet(page, i + 2, List.copyOf(text.subList(i + 1, end))));
        }
        i = end;
      }
    }
    return snippets;
  }

  /** Whether this is a whole file; otherwise it is a piece of a method. */
  boolean isFile() {
    return lines.stream()
        .anyMatch(line -> line.startsWith("import ") || line.startsWith("void main("));
  }
}
