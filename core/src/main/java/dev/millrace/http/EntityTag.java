package dev.millrace.http;

import org.jspecify.annotations.Nullable;

/** Entity tags (RFC 9110, section 8.8.3). */
final class EntityTag {
  private static final String WEAK = "W/";

  private EntityTag() {}

  /**
   * Makes a tag of what somebody has written: a tag stays as it is, a text without quotes becomes a
   * strong one.
   *
   * @throws IllegalArgumentException when it can be no tag
   */
  static String of(String text) {
    boolean weak = text.startsWith("W/\"");
    boolean quoted = isTag(text);
    String opaque = quoted ? text.substring(weak ? 3 : 1, text.length() - 1) : text;
    for (int i = 0; i < opaque.length(); i++) {
      if (!isTagChar(opaque.charAt(i))) {
        throw new IllegalArgumentException(
            "etag \"%s\": %s at index %d (expected: visible ISO 8859-1 characters but quotes)"
                .formatted(Syntax.printable(opaque), Syntax.name(opaque.charAt(i)), i));
      }
    }
    return quoted ? text : '"' + opaque + '"';
  }

  private static boolean isTag(String text) {
    int open = text.startsWith(WEAK) ? 2 : 0;
    return text.length() >= open + 2 && text.charAt(open) == '"' && text.endsWith("\"");
  }

  private static boolean isTagChar(char c) {
    return (c > ' ' && c != '"' && c < 0x7f) || (c >= 0x80 && c <= 0xff);
  }

  /** Strong comparison: the same characters, and neither is weak. */
  static boolean strong(String one, String other) {
    return one.equals(other) && isTag(one) && !one.startsWith(WEAK);
  }

  /** Weak comparison: the same but for the mark of a weak one. */
  static boolean weak(String one, String other) {
    int from = one.startsWith(WEAK) ? 2 : 0;
    int otherFrom = other.startsWith(WEAK) ? 2 : 0;
    int length = one.length() - from;
    return length == other.length() - otherFrom
        && one.regionMatches(from, other, otherFrom, length);
  }

  /**
   * Finds a tag in a list of a client's, as such or as that of an encoded variant. A list that is
   * not well-formed names none from there on.
   *
   * @param list the value of If-Match or If-None-Match, but not the asterisk
   * @return the first that fits, as the client wrote it; {@code null} when there is none
   */
  static @Nullable String find(String list, String tag, boolean strong) {
    int at = 0;
    while (true) {
      at = skipSeparators(list, at);
      int open = list.startsWith(WEAK, at) ? at + 2 : at;
      if (open >= list.length() || list.charAt(open) != '"') {
        return null;
      }
      int close = open + 1;
      while (close < list.length() && isTagChar(list.charAt(close))) {
        close++;
      }
      if (close >= list.length() || list.charAt(close) != '"') {
        return null;
      }
      String candidate = list.substring(at, close + 1);
      if (same(candidate, tag, strong)) {
        return candidate;
      }
      at = close + 1;
    }
  }

  private static boolean same(String candidate, String tag, boolean strong) {
    String plain = Coding.untagged(candidate);
    return strong
        ? strong(candidate, tag) || strong(plain, tag)
        : weak(candidate, tag) || weak(plain, tag);
  }

  private static int skipSeparators(String list, int from) {
    int at = from;
    while (at < list.length() && ", \t".indexOf(list.charAt(at)) >= 0) {
      at++;
    }
    return at;
  }
}
