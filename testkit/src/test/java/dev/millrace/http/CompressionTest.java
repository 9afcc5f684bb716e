package dev.millrace.http;

import static dev.millrace.http.Response.bytes;
import static dev.millrace.http.Response.json;
import static dev.millrace.http.Response.text;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.Decoder;
import com.github.luben.zstd.ZstdInputStream;
import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestResponse;
import dev.millrace.test.Wiring;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compression of whole bodies: row 207 of the acceptance list; RFC 9110, sections 8.4 and 12.5.3.
 */
class CompressionTest {
  private static final String LONG = "All work and no play makes Jack a dull boy.\n".repeat(100);

  private final Millrace app = Millrace.create();

  private static TestResponse get(TestApp test, String path, String acceptEncoding) {
    return test.request("GET", path).header("Accept-Encoding", acceptEncoding).send();
  }

  private static String decoded(TestResponse response) throws IOException {
    byte[] body = response.bytes();
    String coding = response.header("Content-Encoding").orElse("identity");
    try (InputStream in =
        switch (coding) {
          case "gzip" -> new GZIPInputStream(new ByteArrayInputStream(body));
          case "zstd" -> new ZstdInputStream(new ByteArrayInputStream(body));
          case "br" -> new ByteArrayInputStream(Decoder.decompress(body).getDecompressedData());
          default -> new ByteArrayInputStream(body);
        }) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @OverEachWiring
  void aLongTextIsCompressedForWhoTakesIt(Wiring wiring) throws IOException {
    app.get("/long", request -> text(LONG));
    try (var test = wiring.start(app)) {
      var response = get(test, "/long", "gzip");
      assertThat(response.header("Content-Encoding")).contains("gzip");
      assertThat(response.header("Content-Type")).contains("text/plain;charset=utf-8");
      assertThat(response.headers().all("Vary")).containsExactly("Accept-Encoding");
      assertThat(response.bytes()).hasSizeLessThan(200);
      assertThat(response.headers().all("Content-Length"))
          .containsExactly(Integer.toString(response.bytes().length));
      assertThat(decoded(response)).isEqualTo(LONG);
      assertThat(test.request("GET", "/long").compressed().send().text()).isEqualTo(LONG);
    }
  }

  @OverEachWiring
  void whoSaysNothingGetsItAsItIsAndCachesAreTold(Wiring wiring) {
    app.get("/long", request -> text(LONG));
    try (var test = wiring.start(app)) {
      var response = test.get("/long");
      assertThat(response.header("Content-Encoding")).isEmpty();
      assertThat(response.headers().all("Vary")).containsExactly("Accept-Encoding");
      assertThat(response.text()).isEqualTo(LONG);
    }
  }

  @OverEachWiring
  void headHasTheHeadersOfGet(Wiring wiring) {
    app.get("/long", request -> text(LONG).header("ETag", "\"1\""));
    try (var test = wiring.start(app)) {
      var get = get(test, "/long", "gzip");
      var head = test.request("HEAD", "/long").header("Accept-Encoding", "gzip").send();
      assertThat(head.bytes()).isEmpty();
      for (String name : List.of("Content-Encoding", "Content-Length", "Vary", "ETag")) {
        assertThat(head.header(name)).isPresent().isEqualTo(get.header(name));
      }
    }
  }

  @OverEachWiring
  void jsonIsCompressedToo(Wiring wiring) throws IOException {
    app.get("/json", request -> json(Collections.nCopies(300, "again")));
    try (var test = wiring.start(app)) {
      var response = get(test, "/json", "gzip");
      assertThat(response.header("Content-Encoding")).contains("gzip");
      assertThat(decoded(response)).startsWith("[\"again\",").endsWith("\"again\"]");
    }
  }

  @OverEachWiring
  void everyCodingComesThrough(Wiring wiring) throws IOException {
    assumeThat(Brotli4jLoader.isAvailable()).isTrue();
    app.get("/long", request -> text(LONG));
    try (var test = wiring.start(app)) {
      for (String coding : List.of("gzip", "zstd", "br")) {
        var response = get(test, "/long", coding);
        assertThat(response.header("Content-Encoding")).contains(coding);
        assertThat(decoded(response)).isEqualTo(LONG);
      }
    }
  }

  /** Section 12.5.3; where the client likes several as much, the server's order decides. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "gzip, deflate, br, zstd          | br",
        "gzip, zstd                       | zstd",
        "gzip;q=1, br;q=0.9               | gzip",
        "gzip;q=0.5, zstd;q=0.501         | zstd",
        "GZip                             | gzip",
        "x-gzip                           | gzip",
        "*                                | br",
        "*;q=0.1, br;q=0, zstd;q=0        | gzip",
        "*, br;q=0                        | zstd",
        "gzip ; q=0.8                     | gzip",
        "gzip;Q=0.8                       | gzip",
        "gzip;q=0                         | -",
        "gzip;q=0.000                     | -",
        "gzip;q=2                         | -",
        "gzip;q=-1                        | -",
        "gzip;q=NaN                       | -",
        "gzip;q=0.1234                    | -",
        "gzip;level=9                     | -",
        "identity                         | -",
        "identity, gzip;q=0.5             | -",
        "identity;q=0.5, gzip;q=0.5       | gzip",
        "identity;q=0                     | -",
        "identity;q=0, gzip;q=0.1         | gzip",
        "deflate                          | -",
        "\"gzip\"                         | -",
        ",,gzip,,                         | gzip",
        "gzip br                          | -",
      })
  void theClientsWishDecides(String acceptEncoding, String coding) throws IOException {
    assumeThat(Brotli4jLoader.isAvailable()).isTrue();
    app.get("/long", request -> text(LONG));
    try (var test = TestApp.inMemory(app)) {
      var response = get(test, "/long", acceptEncoding);
      assertThat(response.header("Content-Encoding").orElse("-")).isEqualTo(coding);
      assertThat(response.headers().all("Vary")).containsExactly("Accept-Encoding");
      assertThat(decoded(response)).isEqualTo(LONG);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "text/html;charset=utf-8, true",
    "TEXT/CSS, true",
    "application/json, true",
    "application/problem+json, true",
    "application/atom+xml, true",
    "image/svg+xml, true",
    "application/javascript, true",
    "application/wasm, true",
    "application/x-ndjson, true",
    "font/ttf, true",
    "font/woff2, false",
    "image/png, false",
    "video/mp4, false",
    "application/zip, false",
    "application/gzip, false",
    "application/octet-stream, false",
    "nonsense, false",
  })
  void onlyWhatIsNotCompressedInItselfIsCompressed(String type, boolean compressed) {
    app.get("/x", request -> text(LONG).type(type));
    try (var test = TestApp.inMemory(app)) {
      var response = get(test, "/x", "gzip");
      assertThat(response.header("Content-Encoding").isPresent()).isEqualTo(compressed);
      assertThat(response.header("Vary").isPresent()).isEqualTo(compressed);
    }
  }

  @ParameterizedTest
  @CsvSource({"1023, false", "1024, true"})
  void aShortBodyIsNotWorthIt(int length, boolean compressed) {
    app.get("/x", request -> text("x".repeat(length)));
    try (var test = TestApp.inMemory(app)) {
      var response = get(test, "/x", "gzip");
      assertThat(response.header("Content-Encoding").isPresent()).isEqualTo(compressed);
      assertThat(response.header("Vary").isPresent()).isEqualTo(compressed);
    }
  }

  @ParameterizedTest
  @CsvSource({"text/plain, hello", "image/png, PNG"})
  void whoRefusesWhatIsNotEncodedGetsEverythingEncoded(String type, String body)
      throws IOException {
    app.get("/x", request -> text(body).type(type));
    try (var test = TestApp.inMemory(app)) {
      for (String accept : List.of("gzip, identity;q=0", "gzip, *;q=0")) {
        var response = get(test, "/x", accept);
        assertThat(response.header("Content-Encoding")).contains("gzip");
        assertThat(decoded(response)).isEqualTo(body);
      }
    }
  }

  @OverEachWiring
  void whatDoesNotGetSmallerStaysAsItIs(Wiring wiring) {
    byte[] noise = new byte[5000];
    new Random(1).nextBytes(noise);
    app.get("/noise", request -> bytes(noise).type("text/plain").header("ETag", "\"1\""));
    try (var test = wiring.start(app)) {
      var response = get(test, "/noise", "gzip");
      assertThat(response.header("Content-Encoding")).isEmpty();
      assertThat(response.header("ETag")).contains("\"1\"");
      assertThat(response.header("Vary")).contains("Accept-Encoding");
      assertThat(response.bytes()).isEqualTo(noise);
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"\"abc\", \"abc-gzip\"", "W/\"abc\", W/\"abc\"", "broken, broken"})
  void otherBytesHaveAnotherStrongTag(String etag, String sent) {
    app.get("/x", request -> text(LONG).header("ETag", etag));
    try (var test = TestApp.inMemory(app)) {
      assertThat(get(test, "/x", "gzip").header("ETag")).contains(sent);
      assertThat(test.get("/x").header("ETag")).contains(etag);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Content-Encoding, br",
    "Content-Range, bytes 0-4399/10000",
    "Content-Digest, sha-256=:x:",
    "Repr-Digest, sha-256=:x:",
  })
  void bytesThatAreNotOursToChangeStay(String name, String value) {
    app.get("/x", request -> text(LONG).header(name, value));
    try (var test = TestApp.inMemory(app)) {
      var response = get(test, "/x", "gzip");
      assertThat(response.headers().all(name)).containsExactly(value);
      assertThat(response.text()).isEqualTo(LONG);
      assertThat(response.header("Vary")).isEmpty();
    }
  }

  /** RFC 9110, section 15.4.5: the tag of the response that the client has. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "\"7-gzip\", \"7-gzip\"",
        "`\"6\", \"7-br\"`, \"7-br\"",
        "\"7\", \"7\"",
        "*, \"7\"",
        "W/\"7\", \"7\"",
      })
  void whatHasNotChangedHasTheTagThatTheClientHas(String asked, String sent) {
    app.get("/x", request -> Response.of(304).header("ETag", "\"7\""));
    try (var test = TestApp.inMemory(app)) {
      var response = test.request("GET", "/x").header("If-None-Match", asked).send();
      assertThat(response.status()).isEqualTo(304);
      assertThat(response.header("ETag")).contains(sent);
      assertThat(response.header("Vary")).contains("Accept-Encoding");
    }
  }

  @ParameterizedTest
  @CsvSource({"204", "206", "304"})
  void someStatusesAreNeverCompressed(int status) {
    app.get("/x", request -> text(LONG).status(status));
    try (var test = TestApp.inMemory(app)) {
      var response = get(test, "/x", "gzip");
      assertThat(response.status()).isEqualTo(status);
      assertThat(response.header("Content-Encoding")).isEmpty();
    }
  }

  @OverEachWiring
  void aLongErrorIsCompressedLikeAnythingElse(Wiring wiring) throws IOException {
    app.get("/x", request -> text(LONG).status(404));
    try (var test = wiring.start(app)) {
      var response = get(test, "/x", "gzip");
      assertThat(response.status()).isEqualTo(404);
      assertThat(decoded(response)).isEqualTo(LONG);
    }
  }

  @OverEachWiring
  void aRouteCanBeTakenOut(Wiring wiring) {
    app.with(Compression.off()).get("/secret", request -> text(LONG)).stream(
        "/events", out -> out.send(LONG));
    app.get("/once", request -> text(LONG).uncompressed());
    app.get("/nothing", request -> Response.noContent().uncompressed());
    app.get(
        "/encoded",
        request -> bytes(new byte[2000]).header("Content-Encoding", "br").uncompressed());
    try (var test = wiring.start(app)) {
      for (String path : List.of("/secret", "/once", "/events")) {
        var response = get(test, path, "gzip");
        assertThat(response.header("Content-Encoding")).isEmpty();
        assertThat(response.header("Vary").orElse("")).doesNotContain("Encoding");
        assertThat(response.text()).contains(LONG.substring(0, 30));
      }
      assertThat(get(test, "/encoded", "gzip").header("Content-Encoding")).contains("br");
      assertThat(get(test, "/nothing", "gzip").header("Content-Encoding")).isEmpty();
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aServerCanLeaveItOutAltogether(Wiring wiring) {
    app.get("/long", request -> text(LONG));
    app.get("/once", request -> text(LONG).uncompressed());
    var options = ServerOptions.DEFAULT.compression(Compression.NONE);
    try (var test = wiring.start(app, options)) {
      for (String path : List.of("/long", "/once")) {
        var response = get(test, path, "gzip, identity;q=0");
        assertThat(response.header("Content-Encoding")).isEmpty();
        assertThat(response.header("Vary")).isEmpty();
        assertThat(response.text()).isEqualTo(LONG);
      }
    }
  }

  @OverEachWiring
  void aServerCanOfferFewerCodings(Wiring wiring) {
    app.get("/long", request -> text(LONG));
    var options = ServerOptions.DEFAULT.compression(Compression.DEFAULT.codings(Coding.GZIP));
    try (var test = wiring.start(app, options)) {
      assertThat(get(test, "/long", "br, gzip;q=0.1").header("Content-Encoding")).contains("gzip");
      assertThat(get(test, "/long", "br").header("Content-Encoding")).isEmpty();
    }
  }

  @OverEachWiring
  void whatTheHandlerVariesByIsKept(Wiring wiring) {
    app.get("/x", request -> text(LONG).header("Vary", "Cookie").header("Vary", "Origin"));
    app.get("/y", request -> text(LONG).header("Vary", "accept-encoding"));
    app.get("/z", request -> text(LONG).header("Vary", "*"));
    try (var test = wiring.start(app)) {
      assertThat(get(test, "/x", "gzip").headers().all("Vary"))
          .containsExactly("Cookie, Origin, Accept-Encoding");
      assertThat(get(test, "/y", "gzip").headers().all("Vary")).containsExactly("accept-encoding");
      assertThat(get(test, "/z", "gzip").headers().all("Vary")).containsExactly("*");
    }
  }
}
