package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which codings a client takes: RFC 9110, section 12.5.3. Needs no port. */
class AcceptEncodingTest {

  @ParameterizedTest(name = "{0}: {1} is {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip, deflate, br, zstd      | br       | 1",
        "gzip                         | br       | 0",
        "GZIP                         | gzip     | 1",
        "x-gzip                       | gzip     | 1",
        "gzip;q=0.5                   | gzip     | 0.5",
        "gzip ; q=0.5                 | gzip     | 0.5",
        "gzip;Q=0.123                 | gzip     | 0.123",
        "gzip;q=1.000                 | gzip     | 1",
        "gzip;q=0                     | gzip     | 0",
        "gzip;q=0.000                 | gzip     | 0",
        "gzip;q=1.001                 | gzip     | 0",
        "gzip;q=2                     | gzip     | 0",
        "gzip;q=-1                    | gzip     | 0",
        "gzip;q=1e0                   | gzip     | 0",
        "gzip;q=NaN                   | gzip     | 0",
        "gzip;q=                      | gzip     | 0",
        "gzip;x=1                     | gzip     | 0",
        "*                            | br       | 1",
        "*;q=0                        | br       | 0",
        "*;q=0, br                    | br       | 1",
        "br;q=0, *                    | br       | 0",
        "identity                     | identity | 1",
        "identity;q=0                 | identity | 0",
        "*;q=0                        | identity | 0",
        "gzip                         | identity | 0.001",
        "*                            | identity | 0.001",
        "identity;q=0.3, *;q=0        | identity | 0.3",
        "g zip                        | gzip     | 0",
        ",,;q=1,                      | gzip     | 0",
        "''                           | gzip     | 0",
      })
  void cases(String header, String coding, double quality) {
    assertThat(AcceptEncoding.of(Requests.get("Accept-Encoding", header)).quality(coding))
        .isEqualTo(quality);
  }

  @Test
  void whoSendsNoneWantsTheBytesAsTheyAre() {
    AcceptEncoding none = AcceptEncoding.of(Requests.get());
    assertThat(none.quality("gzip")).isZero();
    assertThat(none.quality("identity")).isPositive();
  }

  @Test
  void severalHeadersAreOne() {
    AcceptEncoding two =
        AcceptEncoding.of(Requests.get("Accept-Encoding", "gzip", "Accept-Encoding", "br;q=0.5"));
    assertThat(two.quality("gzip")).isEqualTo(1);
    assertThat(two.quality("br")).isEqualTo(0.5);
  }

  @Test
  void noMoreThan32AreRead() {
    String many = "a,".repeat(40) + "gzip";
    assertThat(AcceptEncoding.of(Requests.get("Accept-Encoding", many)).quality("gzip")).isZero();
  }
}
