package dev.millrace.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a client is ready to take: its {@code Accept} header (RFC 9110, section 12.5.1). */
public final class Accept {
  private static final int MAX_RANGES = 64;

  private record Range(String type, String subtype, double quality) {

    /** How well the range fits a media type: 0 not at all, 3 when it names it exactly. */
    int specificity(String candidateType, String candidateSubtype) {
      if (type.equals("*")) {
        return 1;
      }
      if (!type.equals(candidateType)) {
        return 0;
      }
      if (subtype.equals("*")) {
        return 2;
      }
      return subtype.equals(candidateSubtype) ? 3 : 0;
    }
  }

  private final List<Range> ranges = new ArrayList<>();

  private Accept() {}

  /** The preferences of a request. None at all means that everything is welcome. */
  public static Accept of(Request request) {
    Accept accept = new Accept();
    for (String value : request.headers().all("Accept")) {
      for (String range : value.split(",", MAX_RANGES)) {
        accept.add(range.trim().toLowerCase(Locale.ROOT));
      }
    }
    return accept;
  }

  private void add(String range) {
    String[] parts = range.split(";", MAX_RANGES);
    int slash = parts[0].indexOf('/');
    if (slash <= 0 || ranges.size() >= MAX_RANGES) {
      return;
    }
    double quality = 1;
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].trim();
      if (parameter.startsWith("q=")) {
        quality = parseQuality(parameter.substring(2));
      }
    }
    String type = parts[0].substring(0, slash).trim();
    ranges.add(new Range(type, parts[0].substring(slash + 1).trim(), quality));
  }

  private static double parseQuality(String text) {
    try {
      double quality = Double.parseDouble(text);
      return quality >= 0 && quality <= 1 ? quality : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /**
   * How welcome a media type is: the quality of the most specific range that fits.
   *
   * @param mediaType without parameters, in lower case
   * @return 0 (refused) to 1
   */
  public double quality(String mediaType) {
    if (ranges.isEmpty()) {
      return 1;
    }
    int slash = mediaType.indexOf('/');
    String type = mediaType.substring(0, slash);
    String subtype = mediaType.substring(slash + 1);
    int best = 0;
    double quality = 0;
    for (Range range : ranges) {
      int specificity = range.specificity(type, subtype);
      if (specificity > best) {
        best = specificity;
        quality = range.quality;
      }
    }
    return quality;
  }

  /**
   * How a media type compares with others: by its quality, and where that is the same by how
   * exactly it was named. Who asks for JSON and takes everything else wants JSON.
   *
   * @return 0 when it is refused
   */
  public double preference(String mediaType) {
    double quality = quality(mediaType);
    if (quality == 0 || ranges.isEmpty()) {
      return quality;
    }
    int slash = mediaType.indexOf('/');
    String type = mediaType.substring(0, slash);
    String subtype = mediaType.substring(slash + 1);
    int best = 0;
    for (Range range : ranges) {
      best = Math.max(best, range.specificity(type, subtype));
    }
    return quality + best / 10_000.0;
  }

  /** Whether one media type is named more clearly, or is more welcome, than another. */
  public boolean prefers(String mediaType, String other) {
    return !ranges.isEmpty() && quality(mediaType) > quality(other);
  }
}
