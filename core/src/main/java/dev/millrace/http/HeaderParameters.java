package dev.millrace.http;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The parameters behind a header's value, as in {@code form-data; name="a"} (RFC 9110, section
 * 5.6.6). In a quoted value a backslash escapes only a quote and another backslash: browsers send
 * all others, of file names, as they are.
 */
final class HeaderParameters {
  private final String what;
  private final String text;
  private final Map<String, String> values = new LinkedHashMap<>();
  private int at;

  private HeaderParameters(String what, String text, int from) {
    this.what = what;
    this.text = text;
    this.at = from;
  }

  /** What stands before the first semicolon, in lower case. */
  static String main(String text) {
    int end = text.indexOf(';');
    return (end < 0 ? text : text.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads all parameters.
   *
   * @param what the header's name, for the message
   * @return by name in lower case
   * @throws HttpException 400 when one is not well formed or comes twice
   */
  static Map<String, String> of(String what, String text) {
    int from = text.indexOf(';');
    if (from < 0) {
      return Map.of();
    }
    HeaderParameters parameters = new HeaderParameters(what, text, from);
    parameters.read();
    return parameters.values;
  }

  private void read() {
    while (at < text.length()) {
      if (text.charAt(at) != ';') {
        throw bad(Syntax.name(text.charAt(at)) + " at index " + at + " (expected: a semicolon)");
      }
      at++;
      skipSpace();
      if (at < text.length() && text.charAt(at) != ';') {
        readOne();
        skipSpace();
      }
    }
  }

  private void readOne() {
    int start = at;
    while (at < text.length() && Syntax.isTokenChar(text.charAt(at))) {
      at++;
    }
    String name = text.substring(start, at).toLowerCase(Locale.ROOT);
    if (name.isEmpty() || at == text.length() || text.charAt(at) != '=') {
      throw bad("a parameter at index " + start + " is not of the form name=value");
    }
    at++;
    String value = at < text.length() && text.charAt(at) == '"' ? quoted() : plain();
    if (values.putIfAbsent(name, value) != null) {
      throw bad("two parameters named " + Syntax.printable(name));
    }
  }

  /** More than a token may be: boundaries are often not quoted though they should be. */
  private String plain() {
    int start = at;
    while (at < text.length() && text.charAt(at) > ' ' && ";\"".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(start, at);
  }

  private String quoted() {
    StringBuilder value = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return value.toString();
      }
      if (c == '\\' && at + 1 < text.length() && "\"\\".indexOf(text.charAt(at + 1)) >= 0) {
        at++;
        c = text.charAt(at);
      }
      value.append(c);
    }
    throw bad("a quote is not closed");
  }

  private void skipSpace() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  private HttpException bad(String why) {
    return new HttpException(400, what + ": " + why);
  }
}
