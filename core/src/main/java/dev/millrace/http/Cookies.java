package dev.millrace.http;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the Cookie header (RFC 6265, section 4.2), leniently: what is not {@code name=value} is
 * passed over.
 */
final class Cookies {
  /** What browsers keep for one site is less. */
  private static final int MOST = 256;

  private Cookies() {}

  static Map<String, String> all(Headers headers) {
    Map<String, String> cookies = new LinkedHashMap<>();
    for (String header : headers.all("Cookie")) {
      int from = 0;
      while (from < header.length() && cookies.size() < MOST) {
        int semicolon = header.indexOf(';', from);
        int end = semicolon < 0 ? header.length() : semicolon;
        int equals = header.indexOf('=', from);
        if (equals >= 0 && equals < end) {
          String name = header.substring(from, equals).strip();
          if (!name.isEmpty()) {
            // Browsers send those of longer paths first, which are meant more.
            cookies.putIfAbsent(name, header.substring(equals + 1, end).strip());
          }
        }
        from = end + 1;
      }
    }
    return Collections.unmodifiableMap(cookies);
  }

  static Optional<String> first(Headers headers, String name) {
    return Optional.ofNullable(all(headers).get(name));
  }
}
