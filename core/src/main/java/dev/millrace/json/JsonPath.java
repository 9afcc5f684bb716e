package dev.millrace.json;

import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamContext;

/**
 * A place in a document for a reader, as in {@code lines[2].quantity}. The names in it were chosen
 * by the one who sent the document: each is cut at 80 characters, the whole at 200, and what cannot
 * be printed is replaced.
 */
final class JsonPath {
  private static final int NAME = 80;
  private static final int WHOLE = 200;

  private final StringBuilder text = new StringBuilder();

  /** Where a value did not fit its type. */
  static String of(JacksonException e) {
    JsonPath path = new JsonPath();
    for (var reference : e.getPath()) {
      String property = reference.getPropertyName();
      if (property == null) {
        path.index(reference.getIndex());
      } else {
        path.name(property);
      }
    }
    return path.toString();
  }

  /** Where a parser is. */
  static String of(TokenStreamContext context) {
    JsonPath path = new JsonPath();
    path.addAll(context);
    return path.toString();
  }

  /** Recursion is as deep as the document, which is bounded. */
  private void addAll(TokenStreamContext context) {
    TokenStreamContext parent = context.getParent();
    if (parent != null) {
      addAll(parent);
    }
    if (context.inObject() && context.hasCurrentName()) {
      name(context.currentName());
    } else if (context.inArray() && context.hasCurrentIndex()) {
      index(context.getCurrentIndex());
    }
  }

  private void name(String name) {
    if (text.length() >= WHOLE) {
      return;
    }
    if (!text.isEmpty()) {
      text.append('.');
    }
    text.append(printable(name));
  }

  /** A text that is safe to show: cut at 80 characters, and what cannot be printed replaced. */
  static String printable(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().limit(NAME).forEach(c -> shown.appendCodePoint(isPrintable(c) ? c : '?'));
    return text.length() > NAME ? shown.append('…').toString() : shown.toString();
  }

  private void index(int index) {
    if (text.length() < WHOLE) {
      text.append('[').append(index).append(']');
    }
  }

  /** Also not: what turns the direction of text, which would forge what stands around it. */
  private static boolean isPrintable(int c) {
    return switch ((byte) Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  @Override
  public String toString() {
    return text.length() > WHOLE ? text.substring(0, WHOLE) + "…" : text.toString();
  }
}
