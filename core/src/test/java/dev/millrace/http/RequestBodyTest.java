package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the body of a request is read: rows 92, 108 and 112 of the acceptance list. No port. */
class RequestBodyTest {
  private static final String JSON = "application/json";
  private static final String URL_ENCODED = "application/x-www-form-urlencoded";

  // --- whole, and as it comes ---

  @Test
  void aBodyThatWasReadWholeCanBeReadAgain() throws IOException {
    Request request = BodyRequests.of("{\"a\":1}", "Content-Type", JSON);
    assertThat(request.text()).isEqualTo("{\"a\":1}");
    assertThat(request.bytes()).hasSize(7);
    assertThat(request.body(Map.class).get("a")).isEqualTo(1);
    assertThat(request.input().readAllBytes()).hasSize(7);
    assertThat(request.input().readAllBytes()).hasSize(7);
    assertThat(request.chunks()).hasSize(1);
    assertThat(request.param("a")).contains("1");
  }

  @Test
  void aBodyThatIsReadAsItComesIsNotKept() {
    Request request = BodyRequests.of("abc");
    var _ = request.input();
    assertThat(request.chunks()).hasSize(1);
    assertThatThrownBy(request::bytes)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "the whole body after input() or chunks(): it is not kept then"
                + " (expected: bytes(), text(), body(…) or form() first)");
  }

  @Test
  void aFormIsKeptAndItsBytesAreNot() {
    Request request = form("x");
    assertThat(request.form()).isSameAs(request.form());
    assertThat(request.param("a")).contains("x");
    assertThatThrownBy(request::bytes).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(request::input)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("input() or chunks() after form(): ");
    assertThatThrownBy(request::parts).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aFormCanBeMadeOfABodyThatWasReadBefore() {
    Request request = form("x");
    assertThat(request.text()).contains("form-data");
    assertThat(request.form().text("a")).contains("x");
    assertThat(request.text()).contains("form-data");
    assertThat(request.parts()).extracting(Part::name).containsExactly("a");
  }

  @Test
  void partsAreGoneThroughOnce() {
    Request request = form("x");
    assertThat(request.parts()).hasSize(1);
    assertThatThrownBy(request::parts)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("parts() twice: the parts are read once, as they come");
  }

  private static Request form(String content) {
    return BodyRequests.of(
        "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n" + content + "\r\n--b--",
        "Content-Type",
        "multipart/form-data; boundary=b");
  }

  @Test
  void aRequestWithoutABodyHasAnEmptyOne() throws IOException {
    Request request = BodyRequests.of("/", null, 0);
    assertThat(request.bytes()).isEmpty();
    assertThat(request.input().read()).isEqualTo(-1);
    assertThat(BodyRequests.of("/", null, 0).input().read()).isEqualTo(-1);
    assertThat(BodyRequests.of("/", null, 0).chunks()).isEmpty();
    assertThat(BodyRequests.of("/", null, 0, "Content-Type", JSON).param("a")).isEmpty();
  }

  @Test
  void chunksAreOf16KiBAtMost() {
    byte[] body = new byte[100_000];
    List<Integer> sizes = new ArrayList<>();
    BodyRequests.of("/", new ByteArrayInputStream(body), 100_000)
        .chunks()
        .forEach(chunk -> sizes.add(chunk.length));
    assertThat(sizes).containsExactly(16384, 16384, 16384, 16384, 16384, 16384, 1696);
  }

  @Test
  void aBodyThatBrokeOffIsNeverTakenForAWholeOne() {
    InputStream breaking =
        new InputStream() {
          private int reads;

          @Override
          public int read() {
            throw new AssertionError("read in pieces");
          }

          @Override
          public int read(byte[] target, int from, int length) throws IOException {
            reads++;
            if (reads == 2) {
              throw new IOException("the client went away");
            }
            return reads > 2 ? -1 : 3;
          }
        };
    Request request = BodyRequests.of("/", breaking, 100);
    assertThatThrownBy(request::bytes).isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(request::bytes).isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(request::text).isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void aFormThatWasRefusedIsRefusedAgainForTheSameReason() {
    Request request =
        BodyRequests.of("--b\r\nno header", "Content-Type", "multipart/form-data; boundary=b");
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> request.param("a"))
          .isInstanceOf(HttpException.class)
          .hasMessage("form: the body ends before the last boundary");
    }
  }

  @Test
  void aFormThatWasReadWholeBeforeMayBeTriedWithOtherLimits() {
    Request request = form("abc");
    assertThat(request.bytes()).isNotEmpty();
    assertStatus(413, () -> request.form(FormLimits.DEFAULT.textBytes(2)));
    assertThat(request.form().text("a")).contains("abc");
  }

  // --- the limit ---

  @ParameterizedTest
  @CsvSource({"9, true", "10, true", "11, false", "100000, false"})
  void theLimitIsExact(int length, boolean fits) throws IOException {
    Trickle undeclared = new Trickle(new byte[length], () -> 7);
    Request request = BodyRequests.of("/", undeclared, 10);
    if (fits) {
      assertThat(request.bytes()).hasSize(length);
    } else {
      assertStatus(413, request::bytes);
      assertStatus(413, request::bytes);
      assertThat(undeclared.taken()).as("read no further").isEqualTo(11);
    }
  }

  @Test
  void aLengthOverTheLimitIsRefusedBeforeAnythingIsRead() {
    Trickle body = new Trickle(new byte[11], () -> 7);
    Request request = BodyRequests.of("/", body, 10, "Content-Length", "11");
    assertStatus(413, request::bytes);
    assertThat(body.taken()).isZero();
  }

  @Test
  void aLimitHoldsForWhateverReads() {
    assertStatus(413, () -> over().input().readAllBytes());
    assertStatus(413, () -> over().chunks().forEach(chunk -> {}));
    assertStatus(413, () -> over().text());
    assertStatus(413, () -> over(URL_ENCODED).form());
    assertStatus(413, () -> over("multipart/form-data; boundary=b").form());
    assertStatus(413, () -> over("multipart/form-data; boundary=b").parts().iterator().hasNext());
    assertStatus(413, () -> over(JSON).param("a"));
  }

  private static Request over(String... type) {
    Request request =
        type.length == 0
            ? BodyRequests.of("x".repeat(100))
            : BodyRequests.of("x".repeat(100), "Content-Type", type[0]);
    request.bodyLimit(99);
    return request;
  }

  @Test
  void aLimitCanBeRaisedAndLoweredUntilReadingBegins() throws IOException {
    Request request = BodyRequests.of("/", new Trickle(new byte[20], () -> 7), 10);
    request.bodyLimit(5);
    request.bodyLimit(20);
    assertThat(request.bytes()).hasSize(20);
    assertThatThrownBy(() -> request.bodyLimit(30))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("the body's limit cannot become 30: reading has begun");
    assertThatThrownBy(() -> BodyRequests.of("").bodyLimit(-1))
        .hasMessage("body limit: -1 (expected: at least 0)");
  }

  @Test
  void theLargestLimitIsNoSpecialCase() {
    assertThat(BodyRequests.of("/", new Trickle(new byte[20], () -> 7), Long.MAX_VALUE).bytes())
        .hasSize(20);
  }

  // --- content codings ---

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br", "gzip, identity", "GZIP"})
  void aCompressedBodyIsReadByWhoDecompressesIt(String coding) throws IOException {
    String[] fields = {"Content-Type", URL_ENCODED, "Content-Encoding", coding};
    assertThat(BodyRequests.of("a=1", fields).input().readAllBytes()).hasSize(3);
    assertThat(BodyRequests.of("a=1", fields).chunks()).hasSize(1);
    assertStatus(415, () -> BodyRequests.of("a=1", fields).bytes());
    assertStatus(415, () -> BodyRequests.of("a=1", fields).text());
    assertStatus(415, () -> BodyRequests.of("a=1", fields).form());
    assertStatus(415, () -> BodyRequests.of("a=1", fields).param("a"));
    String[] multipart = {"Content-Type", "multipart/form-data; boundary=b", fields[2], coding};
    assertStatus(415, () -> BodyRequests.of("--b--", multipart).form());
    assertStatus(415, () -> BodyRequests.of("--b--", multipart).parts());
    assertThatThrownBy(() -> BodyRequests.of("a=1", fields).bytes())
        .isInstanceOfSatisfying(
            HttpException.class,
            e -> assertThat(e.headers().first("Accept-Encoding")).contains("identity"));
  }

  @Test
  void identityIsNoCoding() {
    assertThat(BodyRequests.of("x", "Content-Encoding", "Identity").text()).isEqualTo("x");
  }

  // --- charsets ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text/plain",
        "text/plain;charset=utf-8",
        "text/plain; Charset=\"UTF-8\"",
        "text/plain;; charset=utf-8 ;",
        "text/plain; x=\"; charset=utf-16\"",
      })
  void textIsUtf8UnlessItSaysOtherwise(String type) {
    assertThat(BodyRequests.of("ä", "Content-Type", type).text()).isEqualTo("ä");
  }

  @Test
  void textIsOfTheCharsetThatItNames() {
    byte[] latin = "ä".getBytes(StandardCharsets.ISO_8859_1);
    Request request =
        BodyRequests.of(new ByteArrayInputStream(latin), "text/plain; charset=iso-8859-1");
    assertThat(request.text()).isEqualTo("ä");
    assertStatus(415, () -> BodyRequests.of("x", "Content-Type", "text/plain; charset=no").text());
    assertStatus(415, () -> BodyRequests.of("x", "Content-Type", "text/plain; charset=%").text());
  }

  // --- forms ---

  @Test
  void aFormHasItsFieldsInOrder() {
    Form form =
        BodyRequests.of(
                "b=1&a=%C3%A4+%26&b=&empty&&=x", "Content-Type", URL_ENCODED + ";charset=utf-8")
            .form();
    assertThat(form.names()).containsExactly("b", "a", "empty", "");
    assertThat(form.text("b")).contains("1");
    assertThat(form.all("b")).containsExactly("1", "");
    assertThat(form.text("a")).contains("ä &");
    assertThat(form.text("empty")).contains("");
    assertThat(form.text("")).contains("x");
    assertThat(form.text("c")).isEmpty();
    assertThat(form.file("b")).isEmpty();
    assertThat(form).hasToString("Form[b, a, empty, ]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=%", "a=%zz", "%C3=1", "a=%C3%28"})
  void aFormThatIsBrokenIs400(String body) {
    assertStatus(400, () -> BodyRequests.of(body, "Content-Type", URL_ENCODED).form());
  }

  @Test
  void aFormHasLimits() {
    String many = "a=1&".repeat(1001);
    assertStatus(413, () -> BodyRequests.of(many, "Content-Type", URL_ENCODED).form());
    assertThat(
            BodyRequests.of(many, "Content-Type", URL_ENCODED)
                .form(FormLimits.DEFAULT.parts(1001))
                .all("a"))
        .hasSize(1001);
    assertStatus(
        413,
        () ->
            BodyRequests.of("abcd", "Content-Type", URL_ENCODED)
                .form(FormLimits.DEFAULT.textBytes(3)));
  }

  @Test
  void whatIsNoFormIs415AndSaysWhatWouldDo() {
    assertThatThrownBy(() -> BodyRequests.of("{}", "Content-Type", JSON).form())
        .isInstanceOfSatisfying(
            HttpException.class,
            e ->
                assertThat(e.headers().first("Accept"))
                    .contains("application/x-www-form-urlencoded, multipart/form-data"))
        .hasMessage(
            "content type application/json"
                + " (expected: application/x-www-form-urlencoded, multipart/form-data)");
    assertStatus(415, () -> BodyRequests.of("a=1").form());
  }

  // --- 92: merged parameters ---

  @Test
  void aParameterIsOfThePathThenOfTheQueryThenOfTheBody() {
    Request request =
        BodyRequests.of(
            "/x?id=query&q=query",
            new ByteArrayInputStream("id=form&q=form&f=form".getBytes(StandardCharsets.UTF_8)),
            100,
            "Content-Type",
            URL_ENCODED);
    request.route("/{id}", "id", "path");
    assertThat(request.param("id")).contains("path");
    assertThat(request.param("q")).contains("query");
    assertThat(request.param("f")).contains("form");
    assertThat(request.param("none")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "text   | a\"b",
        "empty  | ``",
        "number | 12",
        "wide   | 12345678901234567890",
        "part   | 0.5",
        "yes    | true",
        "list   | [1,\"x\"]",
        "object | {\"b\":{}}",
        "null   | -",
        "none   | -"
      },
      quoteCharacter = '`')
  void aParameterOfJsonIsItsText(String name, String text) {
    String json =
        """
        {"text":"a\\"b","empty":"","number":12,"wide":12345678901234567890,"part":0.5,"yes":true,
         "list":[1,"x"],"object":{"b":{}},"null":null}\
        """;
    Request request = BodyRequests.of(json, "Content-Type", "application/merge-patch+json");
    assertThat(request.param(name).orElse(null)).isEqualTo(text);
  }

  @Test
  void onlyFormsAndObjectsHaveParameters() {
    assertThat(BodyRequests.of("[1]", "Content-Type", JSON).param("a")).isEmpty();
    assertThat(BodyRequests.of("a=1", "Content-Type", "text/plain").param("a")).isEmpty();
    assertThat(BodyRequests.of("a=1").param("a")).isEmpty();
    assertStatus(400, () -> BodyRequests.of("{", "Content-Type", JSON).param("a"));
  }

  // --- files ---

  private static Request upload(int size) {
    return BodyRequests.of(
        "--b\r\nContent-Disposition: form-data; name=f; filename=\"a.txt\"\r\n\r\n"
            + "x".repeat(size)
            + "\r\n--b--",
        "Content-Type",
        "multipart/form-data; boundary=b");
  }

  private static Upload of(Request request) {
    return request.form().file("f").orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"0", "65535", "65536", "65537", "200000"})
  void aFileHasItsContentWhereverItIs(int size) throws IOException {
    Request request = upload(size);
    Upload upload = of(request);
    assertThat(upload.size()).isEqualTo(size);
    assertThat(upload.text()).isEqualTo("x".repeat(size));
    try (InputStream in = upload.input()) {
      assertThat(in.readAllBytes()).isEqualTo(upload.bytes());
    }
    BodyRequests.end(request);
  }

  @Test
  void aLargeFileIsGoneWhenTheResponseHasEnded(@TempDir Path folder) throws IOException {
    for (int size : new int[] {65_536, 65_537}) {
      Request request = upload(size);
      Upload upload = of(request);
      Upload moved = of(upload(size));
      Path target = folder.resolve("kept-" + size);
      moved.moveTo(target);
      assertThat(moved.bytes()).hasSize(size);
      assertThatThrownBy(() -> upload.moveTo(target))
          .isInstanceOf(FileAlreadyExistsException.class);
      BodyRequests.end(request);
      if (size == 65_536) {
        assertThat(upload.bytes()).as("in memory").hasSize(size);
      } else {
        assertThatThrownBy(upload::bytes)
            .isInstanceOf(UncheckedIOException.class)
            .hasMessage(
                "the upload \"f\" cannot be read (expected: before the response has ended)");
      }
      assertThat(Files.size(target)).isEqualTo(size);
    }
  }

  @Test
  void aFileThatWasMovedMayBeReadByWhomAnyNewFileMay(@TempDir Path folder) throws IOException {
    Path other = Files.createFile(folder.resolve("other"));
    for (int size : new int[] {10, 100_000}) {
      Path target = folder.resolve("kept-" + size);
      of(upload(size)).moveTo(target);
      assertThat(Files.getPosixFilePermissions(target))
          .isEqualTo(Files.getPosixFilePermissions(other));
    }
  }

  @Test
  void aFileThatWasMovedStays(@TempDir Path folder) throws IOException {
    Request request = upload(100_000);
    of(request).moveTo(folder.resolve("kept"));
    BodyRequests.end(request);
    assertThat(of(request).bytes()).hasSize(100_000);
    assertThat(folder.resolve("kept")).hasSize(100_000);
  }

  /** Breaks off in the middle of a file, and looks for it before and after. */
  @Test
  void aFileThatDidNotArriveWholeIsGoneAtOnce() throws IOException {
    String marker = "marker " + UUID.randomUUID();
    String head = "--b\r\nContent-Disposition: form-data; name=f; filename=\"a.txt\"\r\n\r\n";
    byte[] start = (head + marker + "x".repeat(200_000)).getBytes(StandardCharsets.UTF_8);
    AtomicBoolean wasThere = new AtomicBoolean();
    InputStream breaking =
        new SequenceInputStream(
            new ByteArrayInputStream(start),
            new InputStream() {
              @Override
              public int read() throws IOException {
                return read(new byte[1], 0, 1);
              }

              @Override
              public int read(byte[] target, int from, int length) throws IOException {
                wasThere.set(isInTemporaryFile(marker));
                throw new IOException("the client went away");
              }
            });
    Request request = BodyRequests.of(breaking, "multipart/form-data; boundary=b");
    assertThatThrownBy(request::form).isInstanceOf(UncheckedIOException.class);
    assertThat(wasThere).isTrue();
    assertThat(isInTemporaryFile(marker)).isFalse();
  }

  private static boolean isInTemporaryFile(String marker) throws IOException {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    try (var files = Files.newDirectoryStream(folder, "millrace-*.upload")) {
      for (Path file : files) {
        try (InputStream in = Files.newInputStream(file)) {
          if (new String(in.readNBytes(marker.length()), StandardCharsets.UTF_8).equals(marker)) {
            return true;
          }
        } catch (NoSuchFileException e) {
          // Another test's, and just removed.
        }
      }
    }
    return false;
  }

  @Test
  void noFileIsMadeAfterTheEnd() {
    TempFiles files = new TempFiles();
    files.remove();
    assertThatThrownBy(files::create)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("a temporary file after the response has ended");
  }

  // --- 108: 411 ---

  @Test
  void aLengthCanBeAskedFor() throws Exception {
    Filter filter = BodyLimit.of(10).requireLength();
    Next next = request -> Response.text(request.text());
    assertStatus(
        411, () -> filter.filter(BodyRequests.of("x", "Transfer-Encoding", "chunked"), next));
    assertThat(filter.filter(BodyRequests.of("x", "Content-Length", "1"), next).status())
        .isEqualTo(200);
    assertThat(filter.filter(BodyRequests.of("/", null, 10), next).status()).isEqualTo(200);
    assertThat(BodyLimit.of(10).filter(BodyRequests.of("x"), next).status()).isEqualTo(200);
  }

  private static void assertStatus(int status, ThrowingCallable what) {
    assertThatThrownBy(what)
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(status));
  }
}
