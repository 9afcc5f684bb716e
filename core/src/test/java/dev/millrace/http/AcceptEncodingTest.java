package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.json.JsonCodec;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110, section 12.5.3. */
class AcceptEncodingTest {
  private static final List<String> CODINGS = List.of("gzip", "br", "zstd", "identity", "*");

  private static AcceptEncoding parse(String... values) {
    List<String> fields = new ArrayList<>();
    for (String value : values) {
      fields.add("Accept-Encoding");
      fields.add(value);
    }
    var head =
        new RequestHead(
            "GET",
            "/",
            "http",
            "localhost",
            "HTTP/1.1",
            Headers.parsed(fields.toArray(String[]::new)),
            InetSocketAddress.createUnresolved("localhost", 1));
    return AcceptEncoding.of(
        new Request(head, InputStream.nullInputStream(), JsonCodec.standard()));
  }

  @Test
  void withoutTheHeaderNothingIsEncoded() {
    AcceptEncoding accept = parse();
    assertThat(accept.quality("identity")).isEqualTo(1);
    assertThat(accept.quality("gzip")).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                       | identity | 1",
        "''                       | gzip     | 0",
        "gzip                     | gzip     | 1",
        "gzip                     | br       | 0",
        "gzip                     | identity | 0.001",
        "*                        | br       | 1",
        "*                        | identity | 1",
        "*;q=0                    | identity | 0",
        "*;q=0, identity;q=0.2    | identity | 0.2",
        "identity;q=0             | identity | 0",
        "gzip;q=0.5, gzip;q=1     | gzip     | 0.5",
        "x-gzip;q=0.3             | gzip     | 0.3",
        "gzip;q=1.000             | gzip     | 1",
        "gzip;q=1.001             | gzip     | 0",
        "gzip;q=0.                | gzip     | 0",
        "gzip;q=.5                | gzip     | 0",
        "gzip;q=                  | gzip     | 0",
        "gzip;                    | gzip     | 0",
        "gzip;q=0.5;q=1           | gzip     | 0",
        "gzip;q=0x1p0             | gzip     | 0",
        "gzip;q=1e0               | gzip     | 0",
        ";q=1                     | gzip     | 0",
      })
  void theWeightsAreThoseOfTheStandard(String value, String coding, double quality) {
    assertThat(parse(value).quality(coding)).isEqualTo(quality);
  }

  @Test
  void severalFieldsAreOneList() {
    AcceptEncoding accept = parse("gzip;q=0.5", "br");
    assertThat(accept.quality("gzip")).isEqualTo(0.5);
    assertThat(accept.quality("br")).isEqualTo(1);
  }

  @Test
  void onlySoManyAreLookedAt() {
    AcceptEncoding accept = parse("a,b,c,d,e,f,g,h".repeat(2000) + ",gzip");
    assertThat(accept.quality("gzip")).isZero();
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      many.add("c" + i);
    }
    many.add("gzip");
    assertThat(parse(many.toArray(String[]::new)).quality("gzip")).isZero();
  }

  /** What is well formed means what it was made from, whatever white space and case there is. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatIsWellFormedIsUnderstood(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      Map<String, Double> truth = new HashMap<>();
      StringBuilder header = new StringBuilder();
      for (String coding : CODINGS) {
        if (random.nextInt(3) == 0) {
          continue;
        }
        int thousandths = random.nextInt(1001);
        truth.put(coding, thousandths / 1000.0);
        header.append(header.isEmpty() ? "" : ",").append(" ".repeat(random.nextInt(3)));
        header.append(random.nextBoolean() ? coding : coding.toUpperCase(java.util.Locale.ROOT));
        header.append(random.nextBoolean() ? ";q=" : " ;\tq=");
        header.append(thousandths == 1000 ? "1.000" : "0.%03d".formatted(thousandths));
      }
      AcceptEncoding accept = parse(header.toString());
      for (String coding : List.of("gzip", "br", "zstd")) {
        double expected = truth.getOrDefault(coding, truth.getOrDefault("*", 0.0));
        assertThat(accept.quality(coding)).as(header.toString()).isCloseTo(expected, within(1e-9));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void whatIsNotWellFormedHarmsNobody(long seed) {
    Random random = new Random(seed);
    String alphabet = "gzipbr*;,=q01.\t \"-x\u00ff";
    for (int i = 0; i < 5000; i++) {
      StringBuilder header = new StringBuilder();
      for (int length = random.nextInt(40); length > 0; length--) {
        header.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      AcceptEncoding accept = parse(header.toString());
      for (String coding : CODINGS) {
        assertThat(accept.quality(coding)).as(header.toString()).isBetween(0.0, 1.0);
      }
    }
  }
}
