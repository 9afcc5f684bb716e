package dev.millrace.http;

import org.jspecify.annotations.Nullable;

/** What a route has read from a path: names and values in turn, in one array to save memory. */
final class PathParameters {
  private PathParameters() {}

  static @Nullable String find(String[] namesAndValues, String name) {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (namesAndValues[i].equals(name)) {
        return namesAndValues[i + 1];
      }
    }
    return null;
  }

  /** The names, for a message. */
  static String names(String[] namesAndValues) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      names.append(names.isEmpty() ? "" : ", ").append(namesAndValues[i]);
    }
    return names.isEmpty() ? "none" : names.toString();
  }
}
