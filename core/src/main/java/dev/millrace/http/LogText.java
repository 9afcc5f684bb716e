package dev.millrace.http;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What came from a client, made fit for a log. */
final class LogText {
  private static final int LONGEST = 1024;
  private static final String HIDDEN = "***";

  private LogText() {}

  /**
   * A text in which nothing can begin a line, steer a terminal or turn the order of what is read:
   * control and format characters, separators of lines and lone surrogates are escaped. At most
   * 1,024 characters of it, and an ellipsis.
   */
  static String safe(String text) {
    String part = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    StringBuilder safe = new StringBuilder(part.length());
    part.codePoints()
        .forEach(c -> {
          if (isHarmless(c)) {
            safe.appendCodePoint(c);
          } else {
            safe.append("\\u%04x".formatted(c));
          }
        });
    return text.length() > LONGEST ? safe.append('…').toString() : safe.toString();
  }

  /**
   * A query without the values of some of its parameters.
   *
   * @param query as sent, still encoded
   * @param names in lower case
   */
  static String redacted(String query, Set<String> names) {
    return query.isEmpty()
        ? query
        : Arrays.stream(query.split("&", -1))
            .map(pair -> redactedPair(pair, names))
            .collect(Collectors.joining("&"));
  }

  private static String redactedPair(String pair, Set<String> names) {
    int equals = pair.indexOf('=');
    if (equals < 0) {
      return pair;
    }
    String name = pair.substring(0, equals);
    boolean hidden;
    try {
      hidden = names.contains(Syntax.percentDecode(name, true).toLowerCase(Locale.ROOT));
    } catch (HttpException e) {
      // Nobody can tell what it is.
      hidden = true;
    }
    return hidden ? name + "=" + HIDDEN : pair;
  }

  private static boolean isHarmless(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }
}
