package dev.millrace.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

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

  /** Calls the consumer with each name and value, decoded, in order. */
  static void forEach(String query, BiConsumer<String, String> consumer) {
    pairs(
        query,
        (name, value) -> {
          consumer.accept(Syntax.percentDecode(name, true), Syntax.percentDecode(value, true));
          return true;
        });
  }

  /** All names with their values, decoded, in order. */
  static Map<String, List<String>> values(String query) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    forEach(
        query, (name, value) -> values.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value));
    return values;
  }

  private static List<String> read(String query, String name, int most) {
    List<String> values = new ArrayList<>();
    pairs(
        query,
        (key, value) -> {
          if (Syntax.percentDecode(key, true).equals(name)) {
            values.add(Syntax.percentDecode(value, true));
          }
          return values.size() < most;
        });
    return values;
  }

  /** Goes through the pairs as they stand, until the visitor has seen enough. */
  private static void pairs(String query, BiPredicate<String, String> visitor) {
    int from = 0;
    boolean more = true;
    while (more && from < query.length()) {
      int ampersand = query.indexOf('&', from);
      int end = ampersand < 0 ? query.length() : ampersand;
      if (end > from) {
        int equals = query.indexOf('=', from);
        boolean hasValue = equals >= 0 && equals < end;
        String name = query.substring(from, hasValue ? equals : end);
        String value = hasValue ? query.substring(equals + 1, end) : "";
        more = visitor.test(name, value);
      }
      from = end + 1;
    }
  }
}
