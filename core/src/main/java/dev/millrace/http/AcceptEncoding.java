package dev.millrace.http;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Which content codings a client is ready to take: its {@code Accept-Encoding} (RFC 9110, section
 * 12.5.3). At most 64 are looked at.
 */
final class AcceptEncoding {
  private static final int MAX_CODINGS = 64;

  /** Of {@code identity}, where it is not named: better than nothing, worse than what is named. */
  private static final double LEAST = 0.001;

  private final Map<String, Double> qualities = new HashMap<>(8);

  private AcceptEncoding() {}

  /**
   * The preferences of a request. A client that says nothing could take any coding by the letter of
   * the standard; in practice it takes none.
   */
  static AcceptEncoding of(Request request) {
    AcceptEncoding accept = new AcceptEncoding();
    for (String value : request.headers().all("Accept-Encoding")) {
      for (String element : value.split(",", MAX_CODINGS)) {
        accept.add(element);
      }
    }
    return accept;
  }

  private void add(String element) {
    int semicolon = element.indexOf(';');
    String coding = (semicolon < 0 ? element : element.substring(0, semicolon)).strip();
    if (qualities.size() < MAX_CODINGS && Syntax.isToken(coding)) {
      double quality = semicolon < 0 ? 1 : weight(element.substring(semicolon + 1).strip());
      qualities.putIfAbsent(canonical(coding), quality);
    }
  }

  /** RFC 9110, section 8.4.1.3: a recipient should take x-gzip for gzip. */
  private static String canonical(String coding) {
    String lower = coding.toLowerCase(Locale.ROOT);
    return lower.equals("x-gzip") ? "gzip" : lower;
  }

  /** A weight (RFC 9110, section 12.4.2); what is none counts as a refusal. */
  private static double weight(String parameter) {
    if (!parameter.regionMatches(true, 0, "q=", 0, 2)) {
      return 0;
    }
    String text = parameter.substring(2);
    boolean valid = text.matches("0(\\.\\d{0,3})?|1(\\.0{0,3})?");
    return valid ? Double.parseDouble(text) : 0;
  }

  /**
   * How welcome a coding is.
   *
   * @param coding in lower case; {@code identity} for none
   * @return 0 (refused) to 1
   */
  double quality(String coding) {
    Double named = qualities.get(coding);
    Double other = named == null ? qualities.get("*") : named;
    if (other != null) {
      return other;
    }
    if (coding.equals("identity")) {
      return qualities.isEmpty() ? 1 : LEAST;
    }
    return 0;
  }
}
