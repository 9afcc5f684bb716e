package dev.millrace.http;

import static dev.millrace.http.Requests.request;
import static dev.millrace.http.Site.content;
import static dev.millrace.http.Site.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files and directories as responses: rows 45 and 51. As values; needs no port. What is not served
 * is in {@link FilesNotThereTest}.
 */
class FilesTest {
  @TempDir Path temp;
  private Site site;

  @BeforeEach
  void fill() throws IOException {
    site = Site.in(temp);
  }

  // --- one file ---

  @Test
  void aFileIsAResponse() throws IOException {
    Path file = site.write("report.pdf", "%PDF");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2024-05-06T07:08:09.123Z")));
    Response response = Response.file(file);
    Content content = content(response);
    assertThat(text(response)).isEqualTo("%PDF");
    assertThat(content.type()).isEqualTo("application/pdf");
    assertThat(content.lastModified()).isEqualTo(Instant.parse("2024-05-06T07:08:09Z"));
    assertThat(content.file()).isEqualTo(file);
    assertThat(content.etag()).isEqualTo(content(Response.file(file)).etag()).matches("\"\\S+\"");
    assertThat(response.attachment("r.pdf").type("x/y").headers())
        .isEqualTo(
            Headers.of(
                "Content-Disposition", "attachment; filename=\"r.pdf\"", "Content-Type", "x/y"));
  }

  @Test
  void aFileIsReadFromAnyPlace() throws IOException {
    Content content = content(Response.file(site.write("x.txt", "0123456789")));
    for (int from = 0; from <= 10; from++) {
      try (InputStream in = content.open(from)) {
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
            .isEqualTo("0123456789".substring(from));
      }
    }
  }

  @Test
  void aChangeChangesTheTag() throws IOException {
    Path file = site.write("x.txt", "one");
    Instant time = Instant.parse("2024-05-06T07:08:09Z");
    Files.setLastModifiedTime(file, FileTime.from(time));
    String first = content(Response.file(file)).etag();
    site.write("x.txt", "three");
    Files.setLastModifiedTime(file, FileTime.from(time));
    assertThat(content(Response.file(file)).etag()).isNotEqualTo(first);
    site.write("x.txt", "two");
    Files.setLastModifiedTime(file, FileTime.from(time.plusMillis(5)));
    assertThat(content(Response.file(file)).etag()).isNotEqualTo(first);
    Files.setLastModifiedTime(file, FileTime.from(time));
    assertThat(content(Response.file(file)).etag()).isEqualTo(first);
  }

  /** Archives that are made twice the same set all times to one: RFC 9110, section 8.8.2.1. */
  @Test
  void aTimeThatSaysNothingIsNotSent() throws IOException {
    Path file = site.write("x.txt", "one");
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1)));
    assertThat(content(Response.file(file)).lastModified()).isNull();
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plus(Duration.ofDays(1))));
    assertThat(content(Response.file(file)).lastModified()).isNull();
    assertThat(content(Response.file(file)).etag()).isNotEmpty();
  }

  @Test
  void whatIsNoFileIs404AndSaysNothingOfWhere() {
    for (Path path :
        List.of(site.root(), site.root().resolve("nothing"), site.root().resolve("app.js/x"))) {
      assertThatThrownBy(() -> Response.file(path))
          .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(404))
          .hasMessageNotContaining("public");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a.html, text/html;charset=utf-8",
    "a.HTM, text/html;charset=utf-8",
    "a.js, text/javascript;charset=utf-8",
    "a.min.mjs, text/javascript;charset=utf-8",
    "a.css, text/css;charset=utf-8",
    "a.json, application/json",
    "a.js.map, application/json",
    "a.svg, image/svg+xml",
    "a.wasm, application/wasm",
    "a.woff2, font/woff2",
    "a.csv, text/csv;charset=utf-8",
    "a.mp4, video/mp4",
    "a.tar.gz, application/gzip",
    "a.unknown, application/octet-stream",
    "html, application/octet-stream",
    "a., application/octet-stream",
    "'', application/octet-stream"
  })
  void theTypeFollowsFromTheName(String name, String type) {
    assertThat(MediaTypes.of(name)).isEqualTo(type);
  }

  // --- a directory ---

  @Test
  void theFilesOfADirectoryAreServed() throws IOException {
    site.write("ä ö%+.txt", "special");
    site.mount();
    assertThat(text(site.answer("/assets/app.js"))).isEqualTo("script");
    assertThat(text(site.answer("/assets/app.js?v=1"))).isEqualTo("script");
    assertThat(text(site.answer("/assets/docs/a%20b.txt"))).isEqualTo("ab");
    assertThat(text(site.answer("/assets/%61pp.js"))).isEqualTo("script");
    assertThat(text(site.answer("/assets/%C3%A4%20%C3%B6%25+.txt"))).isEqualTo("special");
    assertThat(text(site.answer("/assets/empty/x/deep.css"))).isEqualTo("deep");
    assertThat(text(site.answer("/assets/no-ending"))).isEqualTo("?");
    assertThat(text(site.answer(request("HEAD", "/assets/app.js")))).isEqualTo("script");
    assertThat(site.answer("/assets/app.js").header("Cache-Control")).contains("no-cache");
    assertThat(content(site.answer("/assets/app.js")).type())
        .isEqualTo("text/javascript;charset=utf-8");
    assertThat(site.answer(request("POST", "/assets/app.js")).status()).isEqualTo(405);
    site.isNotThere("/assets/nothing.js");
    site.isNotThere("/assets/app.js/");
    site.isNotThere("/assets/app.js/x");
    site.isNotThere("/app.js");
  }

  @Test
  void aMountMayBeTheRootOrUnderAPrefixOrBehindAFilter() {
    site.routes().files("/", site.root());
    site.routes().under("/a/{tenant}").files("/b/", site.root());
    site.routes()
        .with((request, next) -> next.handle(request).header("X-Seen", "yes"))
        .files("/filtered", site.root());
    assertThat(text(site.answer("/"))).isEqualTo("home");
    assertThat(text(site.answer("/app.js"))).isEqualTo("script");
    assertThat(text(site.answer("/a/x%2Fy/b/app.js"))).isEqualTo("script");
    assertThat(text(site.answer("/a/x%2Fy/b/docs/a%20b.txt"))).isEqualTo("ab");
    assertThat(text(site.answer("/a/x%2Fy/b/"))).isEqualTo("home");
    assertThat(site.answer("/filtered/app.js").header("X-Seen")).contains("yes");
    site.isNotThere("/a/x/b/docs%2Fa%20b.txt");
  }

  @Test
  void aDirectoryIsItsIndexFile() {
    site.mount();
    assertThat(text(site.answer("/assets/"))).isEqualTo("home");
    assertThat(text(site.answer("/assets/docs/"))).isEqualTo("docs");
    assertThat(text(site.answer("/assets/docs/index.html"))).isEqualTo("docs");
    assertThat(content(site.answer("/assets/docs/")).type()).isEqualTo("text/html;charset=utf-8");
    site.isNotThere("/assets/empty");
    site.isNotThere("/assets/empty/");
    site.isNotThere("/assets/empty/x/");
    site.isNotThere("/assets//");
    site.isNotThere("/assets/docs//");
  }

  @Test
  void aDirectoryWithoutASlashIsRedirected() {
    site.mount();
    site.routes().files("/", site.root());
    assertThat(site.answer("/assets").status()).isEqualTo(301);
    assertThat(site.answer("/assets").header("Location")).contains("./assets/");
    assertThat(site.answer("/assets?a=b&c=/%0d").header("Location"))
        .contains("./assets/?a=b&c=/%0d");
    assertThat(site.answer("/assets/docs").header("Location")).contains("./docs/");
    assertThat(site.answer("/assets/d%6Fcs?x").header("Location")).contains("./d%6Fcs/?x");
    site.isNotThere("/assets/empty");
    site.isNotThere("//assets/docs");
    site.isNotThere("//evil.example/docs");
    assertThat(site.answer("/assets/docs?\u00e4").status()).isEqualTo(404);
  }

  @Test
  void withoutAnIndexADirectoryIsNotThere() {
    site.routes().files("/assets", site.root(), FileOptions.DEFAULT.index(""));
    site.isNotThere("/assets");
    site.isNotThere("/assets/");
    site.isNotThere("/assets/docs");
    site.isNotThere("/assets/docs/");
    assertThat(text(site.answer("/assets/docs/index.html"))).isEqualTo("docs");
  }

  // --- options ---

  @Test
  void cachesAreToldHowLong() {
    FileOptions week = FileOptions.DEFAULT.maxAge(Duration.ofDays(7));
    site.routes().files("/week", site.root(), week);
    site.routes()
        .files("/hashed", site.root(), FileOptions.DEFAULT.immutable(Duration.ofDays(365)));
    assertThat(site.answer("/week/app.js").header("Cache-Control")).contains("max-age=604800");
    assertThat(site.answer("/hashed/app.js").header("Cache-Control"))
        .contains("max-age=31536000, immutable");
    assertThat(site.answer("/week/docs").header("Cache-Control")).contains("no-cache");
  }

  @Test
  void anUnknownPathMayBeAPageOfAnApplication() {
    FileOptions options = FileOptions.DEFAULT.maxAge(Duration.ofDays(1)).fallback("index.html");
    site.routes().files("/", site.root(), options);
    assertThat(text(site.answer("/orders/7"))).isEqualTo("home");
    assertThat(text(site.answer("/orders/"))).isEqualTo("home");
    assertThat(text(site.answer("/empty"))).isEqualTo("home");
    assertThat(text(site.answer("/v1.2/orders"))).isEqualTo("home");
    assertThat(site.answer("/orders/7").header("Cache-Control")).contains("no-cache");
    assertThat(text(site.answer("/app.js"))).isEqualTo("script");
    assertThat(site.answer("/docs").status()).isEqualTo(301);
    site.isNotThere("/nothing.js");
    site.isNotThere("/.env");
    site.isNotThere("/.git/config");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "maxAge    | PT-1S   | expected: zero",
        "maxAge    | PT8761H | 365 days",
        "immutable | PT0S    | expected: a maxAge",
        "index     | ../x    | such as index.html",
        "fallback  | /x      | such as index.html"
      })
  void optionsAreChecked(String option, String value, String expected) {
    FileOptions options = FileOptions.DEFAULT;
    assertThatThrownBy(
            () -> {
              switch (option) {
                case "maxAge" -> options.maxAge(Duration.parse(value));
                case "immutable" -> options.immutable(Duration.parse(value));
                case "index" -> options.index(value);
                default -> options.fallback(value);
              }
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(option + ": ")
        .hasMessageContaining(value.startsWith("PT") ? value.substring(0, 3) : value)
        .hasMessageContaining(expected);
  }

  @Test
  void aDirectoryThatIsNotThereIsAnErrorAtTheStart() {
    Path nothing = temp.resolve("nothing");
    assertThatThrownBy(() -> site.routes().files("/a", nothing))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not there (expected: a directory). Looked for at " + nothing);
    assertThatThrownBy(() -> site.routes().files("/a", site.root().resolve("app.js")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no directory");
    FileOptions spa = FileOptions.DEFAULT.fallback("app.html");
    assertThatThrownBy(() -> site.routes().files("/a", site.root(), spa))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fallback: \"app.html\" is not there");
  }

  @Test
  void filesOfAnotherFileSystemAreServedToo() throws IOException {
    Path zip = temp.resolve("files.zip");
    try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      Files.writeString(files.getPath("/a.txt"), "0123456789");
      site.routes().files("/zip", files.getPath("/"));
      Content content = content(site.answer("/zip/a.txt"));
      assertThat(content.file()).isNull();
      try (InputStream in = content.open(8)) {
        assertThat(in.readAllBytes()).asString().isEqualTo("89");
      }
      site.isNotThere("/zip/b.txt");
    }
  }

  @Test
  void aFileThatComesLaterIsServed() throws IOException {
    site.mount();
    site.isNotThere("/assets/later.txt");
    site.write("later.txt", "later");
    assertThat(text(site.answer("/assets/later.txt"))).isEqualTo("later");
  }
}
