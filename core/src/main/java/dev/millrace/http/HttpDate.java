package dev.millrace.http;

import dev.millrace.time.TimeSource;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Dates in header fields (RFC 9110, section 5.6.7): one format is written, three are read. */
final class HttpDate {
  private static final DateTimeFormatter IMF_FIXDATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

  /** How many characters the two formats have whose length never differs. */
  private static final int IMF_LENGTH = 29;

  private static final int ASCTIME_LENGTH = 24;

  private HttpDate() {}

  /** As {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
  static String format(Instant instant) {
    return IMF_FIXDATE.format(instant);
  }

  /** Reads a date in any of the three formats; {@code null} when it is none. */
  static @Nullable Instant parse(String text) {
    return parse(text, TimeSource.system());
  }

  /** As {@link #parse(String)}, with a clock for years of two digits. */
  static @Nullable Instant parse(String text, TimeSource time) {
    try {
      int comma = text.indexOf(',');
      if (comma < 0) {
        return text.length() == ASCTIME_LENGTH ? asctime(text) : null;
      }
      return comma == 3 ? fixdate(text) : rfc850(text, comma, time);
    } catch (DateTimeException | NumberFormatException e) {
      return null;
    }
  }

  /** {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
  private static @Nullable Instant fixdate(String text) {
    if (text.length() != IMF_LENGTH || !fits(text, "Aaa, 00 Aaa 0000 00:00:00 GMT")) {
      return null;
    }
    return at(number(text, 12, 16), text.substring(8, 11), number(text, 5, 7), text, 17);
  }

  /** {@code Sunday, 06-Nov-94 08:49:37 GMT}. */
  private static @Nullable Instant rfc850(String text, int comma, TimeSource time) {
    String rest = text.substring(comma);
    if (comma < 6 || comma > 9 || !fits(rest, ", 00-Aaa-00 00:00:00 GMT")) {
      return null;
    }
    // A year that seems to be more than 50 years ahead is of the century before.
    int now = time.instant().atOffset(ZoneOffset.UTC).getYear();
    int year = now - now % 100 + number(rest, 9, 11);
    year = year > now + 50 ? year - 100 : year;
    return at(year, rest.substring(5, 8), number(rest, 2, 4), rest, 12);
  }

  /** {@code Sun Nov 6 08:49:37 1994}. */
  private static @Nullable Instant asctime(String text) {
    if (!fits(text, "Aaa Aaa _0 00:00:00 0000")) {
      return null;
    }
    int day = number(text, text.charAt(8) == ' ' ? 9 : 8, 10);
    return at(number(text, 20, 24), text.substring(4, 7), day, text, 11);
  }

  private static @Nullable Instant at(int year, String month, int day, String text, int clock) {
    int index = MONTHS.indexOf(month);
    if (index < 0) {
      return null;
    }
    int second = number(text, clock + 6, clock + 8);
    return LocalDateTime.of(
            year,
            index + 1,
            day,
            number(text, clock, clock + 2),
            number(text, clock + 3, clock + 5),
            second == 60 ? 59 : second) // a leap second
        .toInstant(ZoneOffset.UTC);
  }

  /** Whether a text has a form: A and a stand for letters, 0 for a digit, _ for one or a space. */
  private static boolean fits(String text, String form) {
    if (text.length() != form.length()) {
      return false;
    }
    for (int i = 0; i < form.length(); i++) {
      char c = text.charAt(i);
      boolean digit = c >= '0' && c <= '9';
      boolean fits =
          switch (form.charAt(i)) {
            case 'A' -> c >= 'A' && c <= 'Z';
            case 'a' -> c >= 'a' && c <= 'z';
            case '0' -> digit;
            case '_' -> digit || c == ' ';
            default -> c == form.charAt(i);
          };
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static int number(String text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }
}
