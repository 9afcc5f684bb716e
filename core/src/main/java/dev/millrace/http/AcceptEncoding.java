package dev.millrace.http;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Which content codings a client takes: its Accept-Encoding (RFC 9110, section 12.5.3). */
final class AcceptEncoding {
  private static final int MAX_CODINGS = 32;

  /** Unencoded is always welcome, but it is the last choice of who names others only. */
  private static final double UNNAMED_IDENTITY = 0.001;

  private static final AcceptEncoding NONE = new AcceptEncoding(Map.of());

  private final Map<String, Double> qualities;

  private AcceptEncoding(Map<String, Double> qualities) {
    this.qualities = qualities;
  }

  /** The preferences of a request. Who sends none wants the bytes as they are. */
  static AcceptEncoding of(Request request) {
    if (!request.headers().contains("Accept-Encoding")) {
      return NONE;
    }
    Map<String, Double> qualities = new HashMap<>(8);
    for (String value : request.headers().all("Accept-Encoding")) {
      for (String coding : value.split(",", MAX_CODINGS)) {
        if (qualities.size() < MAX_CODINGS) {
          add(qualities, coding.toLowerCase(Locale.ROOT));
        }
      }
    }
    return new AcceptEncoding(qualities);
  }

  private static void add(Map<String, Double> qualities, String coding) {
    int semicolon = coding.indexOf(';');
    String name = (semicolon < 0 ? coding : coding.substring(0, semicolon)).trim();
    if (!Syntax.isToken(name)) {
      return;
    }
    double quality = semicolon < 0 ? 1 : quality(coding, semicolon);
    qualities.put(name.equals("x-gzip") ? "gzip" : name, quality);
  }

  /** What follows a semicolon: {@code q=} and 0 to 1 with three digits; anything else refuses. */
  private static double quality(String coding, int semicolon) {
    String weight = coding.substring(semicolon + 1).trim();
    if (!weight.startsWith("q=") || weight.length() < 3 || weight.length() > 7) {
      return 0;
    }
    for (int i = 2; i < weight.length(); i++) {
      char c = weight.charAt(i);
      if (i == 3 ? c != '.' : c < '0' || c > '9') {
        return 0;
      }
    }
    double quality = Double.parseDouble(weight.substring(2));
    return quality <= 1 ? quality : 0;
  }

  /**
   * How welcome a coding is.
   *
   * @param coding in lower case; {@code identity} for none
   * @return 0 (refused) to 1
   */
  double quality(String coding) {
    Double named = qualities.get(coding);
    if (named != null) {
      return named;
    }
    Double others = qualities.get("*");
    if (coding.equals("identity")) {
      return others != null && others == 0 ? 0 : UNNAMED_IDENTITY;
    }
    return others == null ? 0 : others;
  }
}
