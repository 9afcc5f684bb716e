package dev.millrace.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code application/x-www-form-urlencoded} text (WHATWG URL, section 5.1). */
final class Query {
  private Query() {}

  static Optional<String> first(String query, String name) {
    List<String> values = read(query, name, 1);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
  }

  static List<String> all(String query, String name) {
    return read(query, name, Integer.MAX_VALUE);
  }

  private static List<String> read(String query, String name, int most) {
    List<String> values = new ArrayList<>();
    int from = 0;
    while (from <= query.length() && values.size() < most) {
      int end = query.indexOf('&', from);
      String pair = query.substring(from, end < 0 ? query.length() : end);
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      if (!pair.isEmpty() && Syntax.percentDecode(key, true).equals(name)) {
        values.add(equals < 0 ? "" : Syntax.percentDecode(pair.substring(equals + 1), true));
      }
      if (end < 0) {
        break;
      }
      from = end + 1;
    }
    return values;
  }
}
