package dev.millrace.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Header fields in order (RFC 9110, section 5). Names are compared without regard to case.
 * Immutable.
 *
 * <p>They are kept as one array of names and values, because a server with a hundred thousand open
 * streams keeps as many of these.
 */
public final class Headers {
  /** No headers. */
  public static final Headers EMPTY = new Headers(new String[0]);

  private final String[] fields;

  private Headers(String[] fields) {
    this.fields = fields;
  }

  /**
   * Headers from names and values in turn.
   *
   * @param fields name, value, name, value …
   * @throws IllegalArgumentException when a name is not a token, or a value holds CR, LF or NUL
   */
  public static Headers of(String... fields) {
    if (fields.length % 2 != 0) {
      throw new IllegalArgumentException(
          "headers: " + fields.length + " strings (expected: names and values in pairs)");
    }
    for (int i = 0; i < fields.length; i += 2) {
      checkName(fields[i]);
      checkValue(fields[i], fields[i + 1]);
    }
    return new Headers(fields.clone());
  }

  /**
   * Headers that a parser has already checked. For transports.
   *
   * @param fields name, value, name, value …; owned by the result from now on
   */
  public static Headers parsed(String[] fields) {
    return new Headers(fields);
  }

  /** The first value of a name, if there is one. */
  public Optional<String> first(String name) {
    int at = indexOf(name, 0);
    return at < 0 ? Optional.empty() : Optional.of(fields[at + 1]);
  }

  /** All values of a name in order; empty when there is none. */
  public List<String> all(String name) {
    int at = indexOf(name, 0);
    if (at < 0) {
      // As a rule: engines ask every request for some fields that few have.
      return List.of();
    }
    List<String> values = new ArrayList<>(2);
    for (; at >= 0; at = indexOf(name, at + 2)) {
      values.add(fields[at + 1]);
    }
    return values;
  }

  /** Whether there is a header of that name. */
  public boolean contains(String name) {
    return indexOf(name, 0) >= 0;
  }

  /**
   * These and one more.
   *
   * @throws IllegalArgumentException when the name is not a token, or the value holds CR, LF or NUL
   */
  public Headers with(String name, String value) {
    checkName(name);
    checkValue(name, value);
    String[] more = Arrays.copyOf(fields, fields.length + 2);
    more[fields.length] = name;
    more[fields.length + 1] = value;
    return new Headers(more);
  }

  /** These with one value for a name, in place of what it had. */
  public Headers set(String name, String value) {
    return without(name).with(name, value);
  }

  /** These without a name. */
  public Headers without(String name) {
    if (!contains(name)) {
      return this;
    }
    List<String> rest = new ArrayList<>(fields.length);
    forEach((field, value) -> {
      if (!field.equalsIgnoreCase(name)) {
        rest.add(field);
        rest.add(value);
      }
    });
    return new Headers(rest.toArray(String[]::new));
  }

  /** Calls the consumer with each name and value in order. */
  public void forEach(BiConsumer<String, String> consumer) {
    for (int i = 0; i < fields.length; i += 2) {
      consumer.accept(fields[i], fields[i + 1]);
    }
  }

  /** How many fields there are, each repeated one counted. */
  public int size() {
    return fields.length / 2;
  }

  private int indexOf(String name, int from) {
    for (int i = from; i < fields.length; i += 2) {
      if (fields[i].equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }

  private static void checkName(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("header name is empty (expected: a token)");
    }
    for (int i = 0; i < name.length(); i++) {
      if (!Syntax.isTokenChar(name.charAt(i))) {
        throw new IllegalArgumentException(
            "header name \"%s\": %s at index %d (expected: letters, digits or !#$%%&'*+-.^_`|~)"
                .formatted(Syntax.printable(name), Syntax.name(name.charAt(i)), i));
      }
    }
  }

  private static void checkValue(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
        throw new IllegalArgumentException(
            "header %s: \"%s\" has %s at index %d (expected: visible ISO 8859-1 characters)"
                .formatted(name, Syntax.printable(value), Syntax.name(c), i));
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Headers headers && Arrays.equals(fields, headers.fields);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(fields);
  }

  /** For a log: names and values, one after the other. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
    return text.toString();
  }
}
