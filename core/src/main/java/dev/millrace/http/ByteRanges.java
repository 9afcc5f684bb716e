package dev.millrace.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ranges of a Range header (RFC 9110, section 14.2), as far as they are served. A server may
 * ignore the header, and here it does where it is not valid, or where it costs more than it is
 * worth: more than 16 ranges, more than two that overlap, or more than 4 that do not ascend. Two
 * that overlap or touch become one.
 */
final class ByteRanges {
  static final int MAX_RANGES = 16;
  private static final int MAX_UNORDERED = 4;
  private static final String UNIT = "bytes=";

  /**
   * Bytes of the content.
   *
   * @param first the first one's place
   * @param last the last one's place, included
   */
  record Range(long first, long last) {

    long length() {
      return last - first + 1;
    }

    /** Whether there is no byte between the two. */
    boolean touches(Range other) {
      return first <= other.last + 1 && other.first <= last + 1;
    }
  }

  private ByteRanges() {}

  /**
   * Reads a Range header.
   *
   * @param length of the content
   * @return {@code null} when the header is to be ignored; none when no range can be served: 416
   */
  static @Nullable List<Range> of(String header, long length) {
    if (length == 0 || !header.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
      return null;
    }
    List<Range> ranges = new ArrayList<>(4);
    int specs = 0;
    int at = UNIT.length();
    while (at <= header.length()) {
      int comma = header.indexOf(',', at);
      int end = comma < 0 ? header.length() : comma;
      String spec = header.substring(at, end).trim();
      at = end + 1;
      if (spec.isEmpty()) {
        continue; // an empty element of a list is passed over (section 5.6.1)
      }
      specs++;
      if (specs > MAX_RANGES || !add(ranges, spec, length)) {
        return null;
      }
    }
    return specs == 0 ? null : merged(ranges);
  }

  /** Adds a range if it can be served; false when it is not valid. */
  private static boolean add(List<Range> ranges, String spec, long length) {
    int dash = spec.indexOf('-');
    if (dash < 0
        || spec.length() == 1
        || !isNumber(spec, 0, dash)
        || !isNumber(spec, dash + 1, spec.length())) {
      return false;
    }
    if (dash == 0) {
      long suffix = number(spec, 1, spec.length());
      if (suffix > 0) {
        ranges.add(new Range(Math.max(0, length - suffix), length - 1));
      }
      return true;
    }
    long first = number(spec, 0, dash);
    boolean open = dash == spec.length() - 1;
    long last = open ? Long.MAX_VALUE : number(spec, dash + 1, spec.length());
    if (last < first || (!open && first == Long.MAX_VALUE && descends(spec, dash))) {
      return false;
    }
    if (first < length) {
      ranges.add(new Range(first, Math.min(last, length - 1)));
    }
    return true;
  }

  private static boolean isNumber(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** A number of any length; {@link Long#MAX_VALUE} stands for all from there on. */
  private static long number(String text, int from, int to) {
    long number = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (number > (Long.MAX_VALUE - digit) / 10) {
        return Long.MAX_VALUE;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  /** For numbers that are too large for a long: whether the second is smaller than the first. */
  private static boolean descends(String spec, int dash) {
    String first = withoutZeros(spec.substring(0, dash));
    String last = withoutZeros(spec.substring(dash + 1));
    return last.length() != first.length()
        ? last.length() < first.length()
        : last.compareTo(first) < 0;
  }

  private static String withoutZeros(String number) {
    int at = 0;
    while (at < number.length() - 1 && number.charAt(at) == '0') {
      at++;
    }
    return number.substring(at);
  }

  /** The ranges with those that touch made one; {@code null} when they are not worth serving. */
  private static @Nullable List<Range> merged(List<Range> ranges) {
    List<Range> merged = new ArrayList<>(ranges.size());
    int meetings = 0;
    boolean ascending = true;
    long last = -1;
    for (Range range : ranges) {
      ascending &= range.first > last;
      last = range.last;
      Range union = range;
      for (int i = merged.size() - 1; i >= 0; i--) {
        Range other = merged.get(i);
        if (union.touches(other)) {
          meetings += union.first <= other.last && other.first <= union.last ? 1 : 0;
          merged.remove(i);
          union = new Range(Math.min(union.first, other.first), Math.max(union.last, other.last));
        }
      }
      merged.add(union);
    }
    boolean abusive = meetings > 1 || (!ascending && ranges.size() > MAX_UNORDERED);
    return abusive ? null : merged;
  }
}
