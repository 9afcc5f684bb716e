package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Range header: RFC 9110, section 14. Needs no port. */
class ByteRangesTest {

  private static String read(String header, long length) {
    return show(ByteRanges.of(header, length));
  }

  private static String show(@Nullable List<ByteRanges.Range> ranges) {
    if (ranges == null) {
      return "ignored";
    }
    return ranges.isEmpty()
        ? "unsatisfiable"
        : ranges.stream()
            .map(range -> range.first() + "-" + range.last())
            .collect(Collectors.joining(" "));
  }

  @ParameterizedTest(name = "{0}: {1} of {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // section | header | length | ranges
        "14.1.2 the first 500 bytes    | bytes=0-499              | 10000 | 0-499",
        "14.1.2 the second 500 bytes   | bytes=500-999            | 10000 | 500-999",
        "14.1.2 the last 500 bytes     | bytes=-500               | 10000 | 9500-9999",
        "14.1.2 the last, open         | bytes=9500-              | 10000 | 9500-9999",
        "14.1.2 first and last byte    | bytes=0-0,-1             | 10000 | 0-0 9999-9999",
        "14.1.2 first, middle, last    | bytes= 0-999, 4500-5499, -1000 | 10000 | 0-999 4500-5499"
            + " 9000-9999",
        "14.1.2 legal but not usual    | bytes=500-600,601-999    | 10000 | 500-999",
        "14.1.2 and overlapping        | bytes=500-700,601-999    | 10000 | 500-999",
        "14.1.2 beyond the end         | bytes=9990-20000         | 10000 | 9990-9999",
        "14.1.2 a suffix over all      | bytes=-20000             | 10000 | 0-9999",
        "14.1.2 all                    | bytes=0-                 | 10000 | 0-9999",
        "14.1.2 last byte              | bytes=9999-              | 10000 | 9999-9999",
        "14.1.2 no such byte           | bytes=10000-             | 10000 | unsatisfiable",
        "14.1.2 no such bytes          | bytes=10000-10001,20000- | 10000 | unsatisfiable",
        "14.1.2 a suffix of nothing    | bytes=-0                 | 10000 | unsatisfiable",
        "14.1.2 one of two is there    | bytes=20000-,5-6         | 10000 | 5-6",
        "14.1.1 last before first      | bytes=5-4                | 10000 | ignored",
        "14.1.1 one that is not valid  | bytes=0-1,5-4            | 10000 | ignored",
        "14.1   units ignore case      | BYTES=0-1                | 10000 | 0-1",
        "14.1   another unit           | lines=0-1                | 10000 | ignored",
        "14.1   no unit                | 0-1                      | 10000 | ignored",
        "14.1   a unit alone           | bytes                    | 10000 | ignored",
        "14.1.1 nothing                | bytes=                   | 10000 | ignored",
        "14.1.1 a dash                 | bytes=-                  | 10000 | ignored",
        "14.1.1 a number               | bytes=5                  | 10000 | ignored",
        "14.1.1 three numbers          | bytes=1-2-3              | 10000 | ignored",
        "14.1.1 a minus                | bytes=--5                | 10000 | ignored",
        "14.1.1 a plus                 | bytes=+0-5               | 10000 | ignored",
        "14.1.1 spaces within          | bytes=0 - 5              | 10000 | ignored",
        "14.1.1 a space before =       | bytes =0-5               | 10000 | ignored",
        "14.1.1 hexadecimal            | bytes=0x0-5              | 10000 | ignored",
        "14.1.1 letters                | bytes=a-b                | 10000 | ignored",
        "14.1.1 other digits           | bytes=٠-٥                | 10000 | ignored",
        "14.1.1 zeros in front         | bytes=0000-0005          | 10000 | 0-5",
        "5.6.1  empty elements         | bytes=,0-1,, ,5-6,       | 10000 | 0-1 5-6",
        "5.6.1  only empty elements    | bytes=,,,                | 10000 | ignored",
        "2^63-1                        | bytes=0-9223372036854775807 | 10000 | 0-9999",
        "2^63                          | bytes=0-9223372036854775808 | 10000 | 0-9999",
        "a hundred digits              | bytes=0-1000000000000000000000000000000000000000 | 10000 |"
            + " 0-9999",
        "first is too large            | bytes=9223372036854775808- | 10000 | unsatisfiable",
        "both too large                | bytes=9223372036854775808-9223372036854775809 | 10000 |"
            + " unsatisfiable",
        "both too large, backwards     | bytes=9223372036854775809-9223372036854775808 | 10000 |"
            + " ignored",
        "both too large, zeros         | bytes=9223372036854775809-09223372036854775809 | 10000 |"
            + " unsatisfiable",
        "a suffix too large            | bytes=-9223372036854775808 | 10000 | 0-9999",
        "the largest content           | bytes=-1                 | 9223372036854775807 |"
            + " 9223372036854775806-9223372036854775806",
        "the largest content, all      | bytes=0-0,1-             | 9223372036854775807 |"
            + " 0-9223372036854775806",
        "an empty content              | bytes=0-                 | 0 | ignored",
        "an empty content, suffix      | bytes=-1                 | 0 | ignored",
        "one byte                      | bytes=0-0                | 1 | 0-0",
        "14.2   backwards, but few     | bytes=90-99,0-9          | 100 | 90-99 0-9",
        "14.2   a later part first     | bytes=50-59,0-9,20-29    | 100 | 50-59 0-9 20-29",
        "14.2   backwards and many     | bytes=90-91,70-71,50-51,30-31,10-11 | 100 | ignored",
        "14.2   the same twice         | bytes=0-9,0-9            | 100 | 0-9",
        "14.2   the same three times   | bytes=0-9,0-9,0-9        | 100 | ignored",
        "14.2   all, again and again   | bytes=0-,0-,0-,0-        | 100 | ignored",
        "14.2   a ladder               | bytes=0-5,5-9,9-20       | 100 | ignored",
        "14.2   touching is not overlapping | bytes=0-1,2-3,4-5,6-7 | 100 | 0-7",
        "14.2   touching backwards     | bytes=2-3,0-1            | 100 | 0-3",
        "14.2   one joins two          | bytes=0-1,4-5,2-3        | 100 | 0-5",
      })
  void cases(String name, String header, long length, String ranges) {
    assertThat(read(header, length)).isEqualTo(ranges);
  }

  @Test
  void sixteenAreServedAndNotOneMore() {
    assertThat(ByteRanges.of(every(16, 10), 1000)).hasSize(16);
    assertThat(ByteRanges.of(every(17, 10), 1000)).isNull();
    assertThat(ByteRanges.of(every(10_000, 10), 1_000_000)).isNull();
    assertThat(ByteRanges.of("bytes=" + "0-0,".repeat(10_000), 1000)).isNull();
    assertThat(ByteRanges.of("bytes=" + "9999-,".repeat(17), 1000)).isNull();
    assertThat(ByteRanges.of("bytes=" + ",".repeat(10_000) + "0-0", 1000)).hasSize(1);
  }

  private static String every(int count, int step) {
    return IntStream.range(0, count)
        .mapToObj(i -> i * step + "-" + i * step)
        .collect(Collectors.joining(",", "bytes=", ""));
  }

  // --- against a simple truth ---

  /** What a list of specs means, said slowly: with a set of places and numbers of any size. */
  private static String truth(List<String> specs, int length) {
    List<boolean[]> sets = new ArrayList<>();
    for (String spec : specs) {
      String[] ends = spec.split("-", -1);
      boolean[] places = new boolean[length];
      if (ends[0].isEmpty()) {
        BigInteger suffix = new BigInteger(ends[1]);
        for (int i = 0; i < length; i++) {
          places[i] = BigInteger.valueOf(length - i).compareTo(suffix) <= 0;
        }
      } else {
        BigInteger first = new BigInteger(ends[0]);
        BigInteger last =
            ends[1].isEmpty() ? first.add(BigInteger.TEN.pow(30)) : new BigInteger(ends[1]);
        if (last.compareTo(first) < 0) {
          return "ignored";
        }
        for (int i = 0; i < length; i++) {
          BigInteger place = BigInteger.valueOf(i);
          places[i] = place.compareTo(first) >= 0 && place.compareTo(last) <= 0;
        }
      }
      boolean any = false;
      for (boolean place : places) {
        any |= place;
      }
      if (any) {
        sets.add(places);
      }
    }
    if (sets.isEmpty()) {
      return "unsatisfiable";
    }
    boolean[] all = new boolean[length];
    sets.forEach(set -> {
      for (int i = 0; i < length; i++) {
        all[i] |= set[i];
      }
    });
    StringBuilder places = new StringBuilder();
    for (boolean place : all) {
      places.append(place ? '#' : '.');
    }
    return places.toString();
  }

  @Test
  void rangesAreThePlacesThatWereAskedFor() {
    Random random = new Random(14);
    int served = 0;
    for (int round = 0; round < 50_000; round++) {
      int length = random.nextInt(1, 40);
      List<String> specs = new ArrayList<>();
      for (int i = random.nextInt(1, 5); i > 0; i--) {
        specs.add(spec(random, length));
      }
      String header = "bytes=" + String.join(random.nextBoolean() ? "," : " , ", specs);
      List<ByteRanges.Range> ranges = ByteRanges.of(header, length);
      String truth = truth(specs, length);
      if (ranges == null) {
        // Not valid, or a judgement about what is worth it; that has its table above.
        assertThat(truth.equals("ignored") || specs.size() > 2).as(header).isTrue();
        continue;
      }
      served++;
      assertThat(ranges.isEmpty() ? "unsatisfiable" : places(ranges, length))
          .as("%s of %d", header, length)
          .isEqualTo(truth);
    }
    assertThat(served).isGreaterThan(10_000);
  }

  private static String spec(Random random, int length) {
    String first = number(random, length);
    String last = number(random, length);
    return switch (random.nextInt(5)) {
      case 0 -> first + "-";
      case 1 -> "-" + last;
      default -> {
        boolean ordered = new BigInteger(first).compareTo(new BigInteger(last)) <= 0;
        yield ordered || random.nextInt(20) == 0 ? first + "-" + last : last + "-" + first;
      }
    };
  }

  private static String number(Random random, int length) {
    return random.nextInt(20) == 0
        ? new BigInteger(random.nextInt(1, 80), random).toString()
        : "0".repeat(random.nextInt(2)) + random.nextInt(length + 5);
  }

  private static String places(List<ByteRanges.Range> ranges, int length) {
    char[] places = ".".repeat(length).toCharArray();
    for (ByteRanges.Range range : ranges) {
      for (long i = range.first(); i <= range.last(); i++) {
        assertThat(places[(int) i]).as("sent twice").isEqualTo('.');
        places[(int) i] = '#';
      }
    }
    return new String(places);
  }

  @Test
  void noTextMakesItFail() {
    Random random = new Random(15);
    String letters = "0123456789-,= \tbytesx";
    for (int round = 0; round < 100_000; round++) {
      StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "" : "bytes=");
      for (int i = random.nextInt(30); i > 0; i--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      long length = random.nextBoolean() ? random.nextLong(Long.MAX_VALUE) : random.nextInt(100);
      List<ByteRanges.Range> ranges = ByteRanges.of(text.toString(), length);
      if (ranges != null) {
        assertThat(ranges)
            .as(text.toString())
            .allMatch(range -> 0 <= range.first() && range.first() <= range.last())
            .allMatch(range -> range.last() < length);
      }
    }
  }
}
