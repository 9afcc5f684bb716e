package dev.millrace.http;

import static dev.millrace.http.Requests.get;
import static dev.millrace.http.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.http.Selection.Piece;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a content is sent: RFC 9110, sections 13 and 14. Needs no port. */
class SelectionTest {
  private static final String THEN = "Sun, 06 Nov 1994 08:49:37 GMT";

  /** Text as content, with the tag "7", of 1994. */
  private record Text(String text) implements Content {

    @Override
    public long length() {
      return text.length();
    }

    @Override
    public String type() {
      return "text/plain";
    }

    @Override
    public String etag() {
      return "\"7\"";
    }

    @Override
    public Instant lastModified() {
      return Instant.parse("1994-11-06T08:49:37Z");
    }

    @Override
    public InputStream open(long from) {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      return new ByteArrayInputStream(bytes, (int) from, bytes.length);
    }

    @Override
    public @Nullable Path file() {
      return null;
    }
  }

  private static final Text TEN = new Text("0123456789");

  private static Selection of(Request request) {
    return Selection.of(request, 200, Headers.EMPTY, TEN);
  }

  /** What a transport would send. */
  private static String body(Selection selection, Content content) {
    StringBuilder body = new StringBuilder();
    for (Piece piece : selection.pieces()) {
      switch (piece) {
        case Piece.Bytes(byte[] bytes) ->
            body.append(new String(bytes, StandardCharsets.ISO_8859_1));
        case Piece.Range(long from, long length) -> {
          try (InputStream in = content.open(from)) {
            body.append(new String(in.readNBytes((int) length), StandardCharsets.ISO_8859_1));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      }
    }
    return body.toString();
  }

  private static String body(Selection selection) {
    return body(selection, TEN);
  }

  // --- whole ---

  @Test
  void withoutConditionsAllIsSent() {
    Selection all = of(get());
    assertThat(all.status()).isEqualTo(200);
    assertThat(body(all)).isEqualTo("0123456789");
    assertThat(all.headers())
        .isEqualTo(
            Headers.of(
                "Content-Type",
                "text/plain",
                "ETag",
                "\"7\"",
                "Last-Modified",
                THEN,
                "Accept-Ranges",
                "bytes",
                "Content-Length",
                "10"));
  }

  @Test
  void whatTheHandlerSetsWins() {
    Headers own =
        Headers.of(
            "content-type",
            "text/csv",
            "etag",
            "\"own\"",
            "last-modified",
            "x",
            "content-length",
            "99");
    Selection all = Selection.of(get("If-None-Match", "\"7\""), 200, own, TEN);
    assertThat(all.headers())
        .isEqualTo(
            Headers.of(
                "content-type",
                "text/csv",
                "etag",
                "\"own\"",
                "last-modified",
                "x",
                "Accept-Ranges",
                "bytes",
                "Content-Length",
                "10"));
    assertThat(Selection.of(get("If-None-Match", "\"own\""), 200, own, TEN).status())
        .isEqualTo(304);
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 203, 404, 500})
  void anotherStatusIsSentWholeAndUnconditionally(int status) {
    Request asked = get("Range", "bytes=0-1", "If-None-Match", "*");
    Selection all = Selection.of(asked, status, Headers.EMPTY, TEN);
    assertThat(all.status()).isEqualTo(status);
    assertThat(body(all)).isEqualTo("0123456789");
    assertThat(all.headers())
        .isEqualTo(Headers.of("Content-Type", "text/plain", "Content-Length", "10"));
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 205, 304})
  void aStatusWithoutABodyHasNone(int status) {
    Selection none = Selection.of(get(), status, Headers.of("Content-Type", "x/y"), TEN);
    assertThat(none.status()).isEqualTo(status);
    assertThat(none.pieces()).isEmpty();
    // 205 is the one of them whose end a client does not know by the status.
    assertThat(none.headers())
        .isEqualTo(status == 205 ? Headers.of("Content-Length", "0") : Headers.EMPTY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "get"})
  void anotherMethodIsAnsweredWhole(String method) {
    Request asked = request(method, "/", "Range", "bytes=0-1", "If-None-Match", "*");
    Selection all = of(asked);
    assertThat(all.status()).isEqualTo(200);
    assertThat(body(all)).isEqualTo("0123456789");
    assertThat(all.headers().contains("ETag")).isFalse();
  }

  @Test
  void headHasTheHeadersOfGetAndNoPieces() {
    Selection head = of(request("HEAD", "/"));
    assertThat(head.headers()).isEqualTo(of(get()).headers());
    assertThat(head.pieces()).isEmpty();
  }

  /** Section 14.2: Range is defined for GET only. */
  @Test
  void headKnowsNoRanges() {
    Selection head = of(request("HEAD", "/", "Range", "bytes=0-1"));
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.headers().first("Content-Length")).contains("10");
    Selection beyond = of(request("HEAD", "/", "Range", "bytes=99-"));
    assertThat(beyond.status()).isEqualTo(200);
  }

  @Test
  void anEmptyContentIsSentWholeWhateverIsAsked() {
    for (String range : new String[] {"bytes=0-", "bytes=-1", "bytes=0-0", "bytes=5-"}) {
      Selection empty = Selection.of(get("Range", range), 200, Headers.EMPTY, new Text(""));
      assertThat(empty.status()).isEqualTo(200);
      assertThat(empty.headers().first("Content-Length")).contains("0");
      assertThat(empty.pieces()).isEmpty();
    }
  }

  // --- conditions ---

  @Test
  void a304KeepsWhatCachesNeedAndNothingOfTheBody() {
    Headers own =
        Headers.of(
            "Cache-Control", "max-age=60",
            "Vary", "Accept-Encoding",
            "Expires", THEN,
            "Date", THEN,
            "Content-Location", "/x",
            "Content-Encoding", "br",
            "Content-Language", "en",
            "Content-Disposition", "attachment",
            "Set-Cookie", "a=b");
    Selection none = Selection.of(get("If-None-Match", "\"7\""), 200, own, TEN);
    assertThat(none.status()).isEqualTo(304);
    assertThat(none.pieces()).isEmpty();
    assertThat(none.headers())
        .isEqualTo(
            Headers.of(
                "Cache-Control", "max-age=60",
                "Vary", "Accept-Encoding",
                "Expires", THEN,
                "Date", THEN,
                "Content-Location", "/x",
                "Set-Cookie", "a=b",
                "ETag", "\"7\""));
  }

  @Test
  void aConditionThatFailsIsA412() {
    Selection failed = of(get("If-Match", "\"6\""));
    assertThat(failed.status()).isEqualTo(412);
    assertThat(body(failed)).contains("\"status\":412");
    assertThat(failed.headers().first("Content-Length")).contains("" + body(failed).length());
    assertThat(failed.headers().first("Content-Type")).contains("application/problem+json");
    Selection head = of(request("HEAD", "/", "If-Match", "\"6\""));
    assertThat(head.status()).isEqualTo(412);
    assertThat(head.pieces()).isEmpty();
    assertThat(head.headers()).isEqualTo(failed.headers());
  }

  /** Section 13.2.2: a Range is looked at last. */
  @Test
  void conditionsComeBeforeRanges() {
    assertThat(of(get("Range", "bytes=0-1", "If-None-Match", "\"7\"")).status()).isEqualTo(304);
    assertThat(of(get("Range", "bytes=99-", "If-None-Match", "\"7\"")).status()).isEqualTo(304);
    assertThat(of(get("Range", "bytes=0-1", "If-Match", "\"6\"")).status()).isEqualTo(412);
    assertThat(of(get("Range", "bytes=0-1", "If-Match", "\"7\"")).status()).isEqualTo(206);
  }

  // --- ranges ---

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "bytes=0-3   | 0123 | bytes 0-3/10",
        "bytes=8-    | 89   | bytes 8-9/10",
        "bytes=-3    | 789  | bytes 7-9/10",
        "bytes=5-99  | 56789 | bytes 5-9/10",
        "bytes=0-0,1-1 | 01 | bytes 0-1/10",
        "bytes=99-,4-5 | 45 | bytes 4-5/10",
      })
  void oneRangeIsSentAsItIs(String range, String text, String contentRange) {
    Selection part = of(get("Range", range));
    assertThat(part.status()).isEqualTo(206);
    assertThat(body(part)).isEqualTo(text);
    assertThat(part.headers().first("Content-Range")).contains(contentRange);
    assertThat(part.headers().first("Content-Length")).contains("" + text.length());
    assertThat(part.headers().first("Content-Type")).contains("text/plain");
    assertThat(part.headers().first("ETag")).contains("\"7\"");
    assertThat(part.headers().first("Last-Modified")).contains(THEN);
  }

  /** Section 14.6. */
  @Test
  void severalRangesAreAMultipart() {
    Selection parts = of(get("Range", "bytes=0-1,4-4,-2"));
    assertThat(parts.status()).isEqualTo(206);
    String type = parts.headers().first("Content-Type").orElseThrow();
    assertThat(type).startsWith("multipart/byteranges; boundary=");
    String boundary = type.substring(type.indexOf('=') + 1);
    assertThat(boundary).matches("[0-9a-f-]{36}");
    assertThat(body(parts))
        .isEqualTo(
            """
            --B
            Content-Type: text/plain
            Content-Range: bytes 0-1/10

            01
            --B
            Content-Type: text/plain
            Content-Range: bytes 4-4/10

            4
            --B
            Content-Type: text/plain
            Content-Range: bytes 8-9/10

            89
            --B--
            """
                .replace("\n", "\r\n")
                .replace("--B", "--" + boundary));
    assertThat(parts.headers().all("Content-Length")).containsExactly("" + body(parts).length());
    assertThat(parts.headers().contains("Content-Range")).isFalse();
    assertThat(of(get("Range", "bytes=0-1,4-4")).headers().first("Content-Type"))
        .isNotEqualTo(of(get("Range", "bytes=0-1,4-4")).headers().first("Content-Type"));
  }

  @Test
  void theLengthOfAMultipartIsExactWhateverItsSize() {
    Text large = new Text("x".repeat(123_456));
    for (String range :
        new String[] {
          "bytes=0-0,2-2", "bytes=0-99999,110000-", "bytes=-1,0-9,100-1000,5000-5999"
        }) {
      Selection parts =
          Selection.of(get("Range", range), 200, Headers.of("Content-Type", "a/b;c=ä"), large);
      assertThat(parts.status()).isEqualTo(206);
      assertThat(parts.headers().first("Content-Length"))
          .contains("" + body(parts, large).length());
      assertThat(body(parts, large)).contains("Content-Type: a/b;c=ä\r\n");
    }
  }

  @Test
  void aRangeThatIsNotThereIsA416() {
    Selection none = of(get("Range", "bytes=10-"));
    assertThat(none.status()).isEqualTo(416);
    assertThat(none.headers().first("Content-Range")).contains("bytes */10");
    assertThat(none.headers().first("Content-Type")).contains("application/problem+json");
    assertThat(none.headers().contains("ETag")).isFalse();
    assertThat(body(none)).contains("\"status\":416");
    assertThat(none.headers().first("Content-Length")).contains("" + body(none).length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bytes=5-4", "lines=0-1", "bytes=", "bytes=0-,0-,0-", "bytes=0-1;x", "0-1", ""})
  void aRangeThatIsIgnoredLeavesAll(String range) {
    Selection all = of(get("Range", range));
    assertThat(all.status()).isEqualTo(200);
    assertThat(body(all)).isEqualTo("0123456789");
    assertThat(all.headers()).isEqualTo(of(get()).headers());
  }

  @Test
  void twoRangeHeadersAreIgnored() {
    assertThat(of(get("Range", "bytes=0-1", "Range", "bytes=4-5")).status()).isEqualTo(200);
  }

  @Test
  void aHandlerMayRefuseRanges() {
    Headers own = Headers.of("Accept-Ranges", "none");
    Selection all = Selection.of(get("Range", "bytes=0-1"), 200, own, TEN);
    assertThat(all.status()).isEqualTo(200);
    assertThat(all.headers().all("Accept-Ranges")).containsExactly("none");
  }

  // --- If-Range ---

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "13.1.5 the same tag           | \"7\"      | 206",
        "13.1.5 another tag            | \"6\"      | 200",
        "13.1.5 a weak tag             | W/\"7\"    | 200",
        "13.1.5 of an encoded one      | \"7-gzip\" | 200",
        "13.1.5 a list of tags         | \"6\", \"7\" | 200",
        "13.1.5 any                    | *          | 200",
        "13.1.5 the same time          | Sun, 06 Nov 1994 08:49:37 GMT  | 206",
        "13.1.5 the same in RFC 850    | Sunday, 06-Nov-94 08:49:37 GMT | 206",
        "13.1.5 an earlier time        | Sun, 06 Nov 1994 08:49:36 GMT  | 200",
        "13.1.5 a later time           | Sun, 06 Nov 1994 08:49:38 GMT  | 200",
        "13.1.5 no time                | 7          | 200",
        "13.1.5 nothing                | ``         | 200",
      })
  void aPartIsSentOnlyOfWhatTheClientHas(String name, String ifRange, int status) {
    assertThat(of(get("Range", "bytes=0-1", "If-Range", ifRange)).status()).isEqualTo(status);
  }

  @Test
  void ifRangeWithoutRangeSaysNothing() {
    assertThat(of(get("If-Range", "\"6\"")).status()).isEqualTo(200);
  }

  @Test
  void anUnsatisfiableRangeOfSomethingElseIsNoError() {
    assertThat(of(get("Range", "bytes=99-", "If-Range", "\"6\"")).status()).isEqualTo(200);
    assertThat(of(get("Range", "bytes=99-", "If-Range", "\"7\"")).status()).isEqualTo(416);
  }

  @Test
  void aWeakTagOfTheHandlersIsNoneForRanges() {
    Headers weak = Headers.of("ETag", "W/\"7\"");
    Request asked = get("Range", "bytes=0-1", "If-Range", "W/\"7\"");
    assertThat(Selection.of(asked, 200, weak, TEN).status()).isEqualTo(200);
  }

  // --- no number overflows ---

  @Test
  void theLargestContentCanBeAsked() {
    Content largest =
        new Content() {
          @Override
          public long length() {
            return Long.MAX_VALUE;
          }

          @Override
          public String type() {
            return "text/plain";
          }

          @Override
          public String etag() {
            return "\"7\"";
          }

          @Override
          public @Nullable Instant lastModified() {
            return null;
          }

          @Override
          public InputStream open(long from) {
            throw new AssertionError();
          }

          @Override
          public @Nullable Path file() {
            return null;
          }
        };
    Selection last = Selection.of(get("Range", "bytes=-1"), 200, Headers.EMPTY, largest);
    assertThat(last.pieces()).isEqualTo(List.of(new Piece.Range(Long.MAX_VALUE - 1, 1)));
    Selection all = Selection.of(get("Range", "bytes=0-"), 200, Headers.EMPTY, largest);
    assertThat(all.headers().first("Content-Length")).contains("" + Long.MAX_VALUE);
    Selection parts = Selection.of(get("Range", "bytes=0-0,2-"), 200, Headers.EMPTY, largest);
    assertThat(parts.status()).isEqualTo(200);
    assertThat(parts.headers().first("Content-Length")).contains("" + Long.MAX_VALUE);
  }
}
