package dev.millrace.http;

import static dev.millrace.http.Requests.get;
import static dev.millrace.http.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.route.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files and directories as responses: rows 45 and 51. As values; needs no port. */
class FilesTest {
  @TempDir Path temp;
  private Path root;
  private final Router router = new Router();

  @BeforeEach
  void fill() throws IOException {
    root = Files.createDirectory(temp.resolve("public"));
    write("index.html", "home");
    write("app.js", "script");
    write("docs/index.html", "docs");
    write("docs/a b.txt", "ab");
    write("empty/x/deep.css", "deep");
    write(".env", "secret");
    write(".git/config", "secret");
    write(".well-known/security.txt", "contact");
    write("no-ending", "?");
    Files.writeString(temp.resolve("secret.txt"), "secret");
    Files.writeString(temp.resolve("public-secret.txt"), "secret");
  }

  private Path write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** The response of the router, with what is thrown made one as an application makes it. */
  private Response answer(Request request) {
    try {
      return router.handle(request);
    } catch (Exception e) {
      return new ErrorHandlers().respond(request, e);
    }
  }

  private Response answer(String path, String... headers) {
    return answer(request("GET", path, headers));
  }

  private static Content content(Response response) {
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isInstanceOf(Body.File.class);
    return ((Body.File) response.body()).content();
  }

  private static String text(Response response) {
    Content content = content(response);
    try (InputStream in = content.open(0)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(content.length()).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void mount() {
    router.routes().files("/assets", root);
  }

  private void isNotThere(String path) {
    Response response = answer(path);
    assertThat(response.status()).as(path).isEqualTo(404);
    String body = new String(((Body.Bytes) response.body()).content(), StandardCharsets.UTF_8);
    assertThat(body)
        .contains("\"status\":404")
        .doesNotContain(temp.toString(), "secret\"", "Exception");
  }

  // --- one file ---

  @Test
  void aFileIsAResponse() throws IOException {
    Path file = write("report.pdf", "%PDF");
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
    Content content = content(Response.file(write("x.txt", "0123456789")));
    for (int from = 0; from <= 10; from++) {
      try (InputStream in = content.open(from)) {
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
            .isEqualTo("0123456789".substring(from));
      }
    }
  }

  @Test
  void aChangeChangesTheTag() throws IOException {
    Path file = write("x.txt", "one");
    Instant time = Instant.parse("2024-05-06T07:08:09Z");
    Files.setLastModifiedTime(file, FileTime.from(time));
    String first = content(Response.file(file)).etag();
    write("x.txt", "three");
    Files.setLastModifiedTime(file, FileTime.from(time));
    assertThat(content(Response.file(file)).etag()).isNotEqualTo(first);
    write("x.txt", "two");
    Files.setLastModifiedTime(file, FileTime.from(time.plusMillis(5)));
    assertThat(content(Response.file(file)).etag()).isNotEqualTo(first);
    Files.setLastModifiedTime(file, FileTime.from(time));
    assertThat(content(Response.file(file)).etag()).isEqualTo(first);
  }

  /** Archives that are made twice the same set all times to one: RFC 9110, section 8.8.2.1. */
  @Test
  void aTimeThatSaysNothingIsNotSent() throws IOException {
    Path file = write("x.txt", "one");
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1)));
    assertThat(content(Response.file(file)).lastModified()).isNull();
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plus(Duration.ofDays(1))));
    assertThat(content(Response.file(file)).lastModified()).isNull();
    assertThat(content(Response.file(file)).etag()).isNotEmpty();
  }

  @Test
  void whatIsNoFileIs404AndSaysNothingOfWhere() {
    for (Path path : List.of(root, root.resolve("nothing"), root.resolve("app.js/x"))) {
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
    write("ä ö%+.txt", "special");
    mount();
    assertThat(text(answer("/assets/app.js"))).isEqualTo("script");
    assertThat(text(answer("/assets/app.js?v=1"))).isEqualTo("script");
    assertThat(text(answer("/assets/docs/a%20b.txt"))).isEqualTo("ab");
    assertThat(text(answer("/assets/%61pp.js"))).isEqualTo("script");
    assertThat(text(answer("/assets/%C3%A4%20%C3%B6%25+.txt"))).isEqualTo("special");
    assertThat(text(answer("/assets/empty/x/deep.css"))).isEqualTo("deep");
    assertThat(text(answer("/assets/no-ending"))).isEqualTo("?");
    assertThat(text(answer(request("HEAD", "/assets/app.js")))).isEqualTo("script");
    assertThat(answer("/assets/app.js").header("Cache-Control")).contains("no-cache");
    assertThat(content(answer("/assets/app.js")).type()).isEqualTo("text/javascript;charset=utf-8");
    assertThat(answer(request("POST", "/assets/app.js")).status()).isEqualTo(405);
    isNotThere("/assets/nothing.js");
    isNotThere("/assets/app.js/");
    isNotThere("/assets/app.js/x");
    isNotThere("/app.js");
  }

  @Test
  void aMountMayBeTheRootOrUnderAPrefixOrBehindAFilter() {
    router.routes().files("/", root);
    router.routes().under("/a/{tenant}").files("/b/", root);
    router
        .routes()
        .with((request, next) -> next.handle(request).header("X-Seen", "yes"))
        .files("/filtered", root);
    assertThat(text(answer("/"))).isEqualTo("home");
    assertThat(text(answer("/app.js"))).isEqualTo("script");
    assertThat(text(answer("/a/x%2Fy/b/app.js"))).isEqualTo("script");
    assertThat(text(answer("/a/x%2Fy/b/docs/a%20b.txt"))).isEqualTo("ab");
    assertThat(text(answer("/a/x%2Fy/b/"))).isEqualTo("home");
    assertThat(answer("/filtered/app.js").header("X-Seen")).contains("yes");
    isNotThere("/a/x/b/docs%2Fa%20b.txt");
  }

  @Test
  void aDirectoryIsItsIndexFile() {
    mount();
    assertThat(text(answer("/assets/"))).isEqualTo("home");
    assertThat(text(answer("/assets/docs/"))).isEqualTo("docs");
    assertThat(text(answer("/assets/docs/index.html"))).isEqualTo("docs");
    assertThat(content(answer("/assets/docs/")).type()).isEqualTo("text/html;charset=utf-8");
    isNotThere("/assets/empty");
    isNotThere("/assets/empty/");
    isNotThere("/assets/empty/x/");
    isNotThere("/assets//");
    isNotThere("/assets/docs//");
  }

  @Test
  void aDirectoryWithoutASlashIsRedirected() {
    mount();
    router.routes().files("/", root);
    assertThat(answer("/assets").status()).isEqualTo(301);
    assertThat(answer("/assets").header("Location")).contains("./assets/");
    assertThat(answer("/assets?a=b&c=/%0d").header("Location")).contains("./assets/?a=b&c=/%0d");
    assertThat(answer("/assets/docs").header("Location")).contains("./docs/");
    assertThat(answer("/assets/d%6Fcs?x").header("Location")).contains("./d%6Fcs/?x");
    isNotThere("/assets/empty");
    isNotThere("//assets/docs");
    isNotThere("//evil.example/docs");
    assertThat(answer("/assets/docs?\u00e4").status()).isEqualTo(404);
  }

  @Test
  void withoutAnIndexADirectoryIsNotThere() {
    router.routes().files("/assets", root, FileOptions.DEFAULT.index(""));
    isNotThere("/assets");
    isNotThere("/assets/");
    isNotThere("/assets/docs");
    isNotThere("/assets/docs/");
    assertThat(text(answer("/assets/docs/index.html"))).isEqualTo("docs");
  }

  // --- what is not there ---

  /** Each of them is 400, from the router, or 404; never a file, never a 500. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/assets/../secret.txt",
        "/assets/docs/../../secret.txt",
        "/assets/..%2fsecret.txt",
        "/assets/..%2Fsecret.txt",
        "/assets/%2e%2e/secret.txt",
        "/assets/%2E%2E/secret.txt",
        "/assets/.%2e/secret.txt",
        "/assets/%2e%2e%2fsecret.txt",
        "/assets/%2e%2e%5csecret.txt",
        "/assets/..%5csecret.txt",
        "/assets/..\\secret.txt",
        "/assets/docs\\..\\..\\secret.txt",
        "/assets/%252e%252e/secret.txt",
        "/assets/%252e%252e%252fsecret.txt",
        "/assets/%c0%ae%c0%ae/secret.txt",
        "/assets/%c0%af../secret.txt",
        "/assets/%e0%80%ae./secret.txt",
        "/assets/%uff0e%uff0e/secret.txt",
        "/assets/\uff0e\uff0e/secret.txt",
        "/assets/%ef%bc%8e%ef%bc%8e/secret.txt",
        "/assets/.../secret.txt",
        "/assets/..;/secret.txt",
        "/assets/..%00/secret.txt",
        "/assets/..%20/secret.txt",
        "/assets/.. /secret.txt",
        "/assets/....//secret.txt",
        "/assets/.//app.js",
        "/assets/./app.js",
        "/assets/%2e/app.js",
        "/assets//app.js",
        "/assets///app.js",
        "/assets/docs%2fa%20b.txt",
        "/assets/docs%2Findex.html",
        "/assets/docs%5cindex.html",
        "/assets/docs%2f",
        "/assets/%2fetc/passwd",
        "/assets//etc/passwd",
        "/assets/%2f%2fetc/passwd",
        "/assets/file:///etc/passwd",
        "/assets/C:/Windows/win.ini",
        "/assets/C:%5cWindows%5cwin.ini",
        "/assets/%5c%5chost%5cshare",
        "/assets/app.js%00",
        "/assets/app.js%00.png",
        "/assets/app.js%0a",
        "/assets/app.js.",
        "/assets/app.js%20",
        "/assets/app.js%2e",
        "/assets/app.js::$DATA",
        "/assets/app.js:x",
        "/assets/app.js%3Ax",
        "/assets/docs::$INDEX_ALLOCATION/index.html",
        "/assets/CON",
        "/assets/nul.txt",
        "/assets/AUX.js",
        "/assets/docs/com1",
        "/assets/.env",
        "/assets/%2eenv",
        "/assets/.git/config",
        "/assets/.git",
        "/assets/.git/",
        "/assets/.well-known/../.env",
        "/assets/%",
        "/assets/%2",
        "/assets/%zz",
        "/assets/%ff",
        "/assets/%ed%a0%80",
        "/assets/~root",
        "/assets/secret.txt",
        "/assets-secret.txt",
        "/assets/-secret.txt"
      })
  void whatEscapesOrPretendsIsRefused(String path) {
    mount();
    router.routes().files("/", root); // the same below the root
    for (String each : List.of(path, path.substring("/assets".length()))) {
      Response response = answer(each.startsWith("/") ? each : "/" + each);
      assertThat(response.status()).as(each).isIn(400, 404);
      assertThat(new String(((Body.Bytes) response.body()).content(), StandardCharsets.UTF_8))
          .doesNotContain(temp.toString());
    }
  }

  /** Without a router in front that would refuse some of them first. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret.txt",
        "docs/../../secret.txt",
        "..\\secret.txt",
        "..",
        ".",
        "../public/app.js",
        "../public-secret.txt",
        "/etc/passwd",
        "//etc/passwd",
        "app.js\0.png",
        "\0",
        "docs/./index.html",
        "C:\\x",
        "app.js/../.env"
      })
  void theMountIsSafeOnItsOwn(String path) {
    Request asked = request("GET", "/x/" + path.replace("\0", "%00"));
    asked.route("/{path}", "path", path);
    assertThatThrownBy(() -> StaticFiles.of(root, FileOptions.DEFAULT).handle(asked))
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(404));
  }

  @Test
  void aNameThatIsTooLongIsNotThere() {
    mount();
    isNotThere("/assets/" + "a".repeat(256));
    isNotThere("/assets/" + "a/".repeat(3000) + "b");
    isNotThere("/assets/" + "ä".repeat(200));
  }

  @Test
  void hiddenFilesAreNotThereUnlessAsked() {
    mount();
    router.routes().files("/all", root, FileOptions.DEFAULT.hidden(true));
    assertThat(text(answer("/assets/.well-known/security.txt"))).isEqualTo("contact");
    assertThat(text(answer("/all/.env"))).isEqualTo("secret");
    assertThat(text(answer("/all/.git/config"))).isEqualTo("secret");
  }

  // --- links and what is no file ---

  private static void link(Path from, Path to) throws IOException {
    try {
      Files.createSymbolicLink(from, to);
    } catch (UnsupportedOperationException e) {
      assumeTrue(false, "no symbolic links here");
    }
  }

  @Test
  void linksMayNotLeadOut() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.writeString(outside.resolve("x.txt"), "secret");
    Files.writeString(outside.resolve("index.html"), "secret");
    link(root.resolve("file.txt"), temp.resolve("secret.txt"));
    link(root.resolve("relative.txt"), Path.of("../secret.txt"));
    link(root.resolve("sibling.txt"), temp.resolve("public-secret.txt"));
    link(root.resolve("dir"), outside);
    link(root.resolve("loop"), root.resolve("loop"));
    link(root.resolve("dangling"), root.resolve("nothing"));
    link(root.resolve("app.js.gz"), temp.resolve("secret.txt"));
    link(root.resolve("empty/index.html"), temp.resolve("secret.txt"));
    mount();
    for (String path :
        List.of(
            "file.txt",
            "relative.txt",
            "sibling.txt",
            "dir",
            "dir/",
            "dir/x.txt",
            "loop",
            "dangling",
            "app.js.gz",
            "empty/",
            "empty")) {
      isNotThere("/assets/" + path);
    }
    assertThat(text(answer("/assets/app.js", "Accept-Encoding", "gzip"))).isEqualTo("script");
  }

  @Test
  void linksWithinAreFollowed() throws IOException {
    link(root.resolve("latest.js"), Path.of("app.js"));
    link(root.resolve("manual"), root.resolve("docs"));
    link(temp.resolve("linked-root"), root);
    mount();
    router.routes().files("/linked", temp.resolve("linked-root"));
    assertThat(text(answer("/assets/latest.js"))).isEqualTo("script");
    assertThat(text(answer("/assets/manual/"))).isEqualTo("docs");
    assertThat(text(answer("/linked/app.js"))).isEqualTo("script");
    assertThat(content(answer("/assets/latest.js")).file())
        .isEqualTo(root.toRealPath().resolve("app.js"));
  }

  /** Opening a pipe that nobody writes would never return. */
  @Test
  void aPipeIsNotThere() throws Exception {
    Path pipe = root.resolve("pipe.txt");
    Process mkfifo;
    try {
      mkfifo = new ProcessBuilder("mkfifo", pipe.toString()).start();
    } catch (IOException e) {
      assumeTrue(false, "no mkfifo here");
      return;
    }
    assumeTrue(mkfifo.waitFor(5, TimeUnit.SECONDS) && mkfifo.exitValue() == 0, "no pipes here");
    Files.move(pipe, root.resolve("app.js.br"));
    mount();
    isNotThere("/assets/app.js.br");
    assertThat(text(answer("/assets/app.js", "Accept-Encoding", "br"))).isEqualTo("script");
    assertThatThrownBy(() -> Response.file(root.resolve("app.js.br")))
        .isInstanceOf(HttpException.class);
  }

  @Test
  void aDeviceIsNotThere() {
    assumeTrue(Files.exists(Path.of("/dev/zero")), "no devices here");
    router.routes().files("/dev", Path.of("/dev"));
    isNotThere("/dev/zero");
    isNotThere("/dev/null");
    assertThatThrownBy(() -> Response.file(Path.of("/dev/zero"))).isInstanceOf(HttpException.class);
  }

  @Test
  void whatMayNotBeReadIsNotThere() throws IOException {
    assumeTrue(Files.getFileStore(root).supportsFileAttributeView("posix"), "no POSIX rights here");
    Path file = write("locked.txt", "x");
    Path dir = write("locked/x.txt", "x").getParent();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("---------"));
    try {
      assumeTrue(!Files.isReadable(file), "root reads everything");
      mount();
      isNotThere("/assets/locked.txt");
      isNotThere("/assets/locked/x.txt");
      isNotThere("/assets/locked/");
    } finally {
      Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));
    }
  }

  // --- precompressed variants ---

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip, deflate, br, zstd   | br",
        "gzip, zstd                | zstd",
        "gzip                      | gzip",
        "gzip;q=1.0, br;q=0.5      | gzip",
        "gzip;q=0.5, br;q=0.8      | br",
        "*                         | br",
        "*;q=0.5, br;q=0           | zstd",
        "br;q=0, gzip;q=0          | ",
        "identity                  | ",
        "deflate                   | ",
        "identity;q=1, br;q=0.5    | ",
        "identity;q=0.5, br;q=0.5  | br",
        "identity;q=0              | ",
        "identity;q=0, gzip;q=0.001 | gzip",
        "''                        | "
      })
  void aVariantIsChosenByWhatTheClientTakes(String accepted, String coding) throws IOException {
    write("app.js.br", "in br");
    write("app.js.zst", "in zstd");
    write("app.js.gz", "in gzip");
    mount();
    Response response = answer("/assets/app.js", "Accept-Encoding", accepted);
    assertThat(text(response)).isEqualTo(coding == null ? "script" : "in " + coding);
    assertThat(response.header("Content-Encoding").orElse(null)).isEqualTo(coding);
    assertThat(response.headers().all("Vary")).containsExactly("Accept-Encoding");
    assertThat(content(response).type()).isEqualTo("text/javascript;charset=utf-8");
  }

  @Test
  void onlyVariantsThatAreThereAreChosen() throws IOException {
    write("app.js.gz", "in gzip");
    mount();
    String all = "gzip, deflate, br, zstd";
    assertThat(text(answer("/assets/app.js", "Accept-Encoding", all))).isEqualTo("in gzip");
    assertThat(text(answer("/assets/docs/", "Accept-Encoding", all))).isEqualTo("docs");
    assertThat(answer("/assets/docs/").header("Vary")).contains("Accept-Encoding");
    assertThat(answer("/assets/docs/").header("Content-Encoding")).isEmpty();
  }

  @Test
  void eachVariantHasItsOwnTag() throws IOException {
    FileTime time = FileTime.from(Instant.parse("2024-05-06T07:08:09Z"));
    for (String name : new String[] {"app.js", "app.js.br", "app.js.gz", "app.js.zst"}) {
      Files.setLastModifiedTime(write(name, "same size"), time);
    }
    mount();
    List<String> tags =
        List.of("identity", "br", "gzip", "zstd").stream()
            .map(coding -> answer("/assets/app.js", "Accept-Encoding", coding))
            .map(response -> content(response).etag())
            .toList();
    assertThat(tags).doesNotHaveDuplicates();
    Response again =
        answer("/assets/app.js", "Accept-Encoding", "br", "If-None-Match", tags.get(1));
    Request asked = get("If-None-Match", tags.get(1));
    assertThat(Selection.of(asked, 200, again.headers(), content(again)).status()).isEqualTo(304);
  }

  @Test
  void aVariantOfItsOwnIsAFileLikeAnyOther() throws IOException {
    write("app.js.gz", "in gzip");
    mount();
    Response response = answer("/assets/app.js.gz", "Accept-Encoding", "gzip");
    assertThat(content(response).type()).isEqualTo("application/gzip");
    assertThat(response.header("Content-Encoding")).isEmpty();
    assertThat(response.header("Vary")).isEmpty();
  }

  @Test
  void variantsCanBeSwitchedOffAndAreNotLookedForWhereTheyMakeNoSense() throws IOException {
    write("app.js.gz", "in gzip");
    write("a.png", "image");
    write("a.png.gz", "in gzip");
    router.routes().files("/assets", root, FileOptions.DEFAULT.precompressed(false));
    router.routes().files("/on", root);
    Response off = answer("/assets/app.js", "Accept-Encoding", "gzip");
    assertThat(text(off)).isEqualTo("script");
    assertThat(off.header("Vary")).isEmpty();
    Response image = answer("/on/a.png", "Accept-Encoding", "gzip");
    assertThat(text(image)).isEqualTo("image");
    assertThat(image.header("Vary")).isEmpty();
  }

  // --- options ---

  @Test
  void cachesAreToldHowLong() {
    FileOptions week = FileOptions.DEFAULT.maxAge(Duration.ofDays(7));
    router.routes().files("/week", root, week);
    router.routes().files("/hashed", root, FileOptions.DEFAULT.immutable(Duration.ofDays(365)));
    assertThat(answer("/week/app.js").header("Cache-Control")).contains("max-age=604800");
    assertThat(answer("/hashed/app.js").header("Cache-Control"))
        .contains("max-age=31536000, immutable");
    assertThat(answer("/week/docs").header("Cache-Control")).contains("no-cache");
  }

  @Test
  void anUnknownPathMayBeAPageOfAnApplication() {
    FileOptions options = FileOptions.DEFAULT.maxAge(Duration.ofDays(1)).fallback("index.html");
    router.routes().files("/", root, options);
    assertThat(text(answer("/orders/7"))).isEqualTo("home");
    assertThat(text(answer("/orders/"))).isEqualTo("home");
    assertThat(text(answer("/empty"))).isEqualTo("home");
    assertThat(text(answer("/v1.2/orders"))).isEqualTo("home");
    assertThat(answer("/orders/7").header("Cache-Control")).contains("no-cache");
    assertThat(text(answer("/app.js"))).isEqualTo("script");
    assertThat(answer("/docs").status()).isEqualTo(301);
    isNotThere("/nothing.js");
    isNotThere("/.env");
    isNotThere("/.git/config");
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
    assertThatThrownBy(() -> router.routes().files("/a", nothing))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not there (expected: a directory). Looked for at " + nothing);
    assertThatThrownBy(() -> router.routes().files("/a", root.resolve("app.js")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no directory");
    FileOptions spa = FileOptions.DEFAULT.fallback("app.html");
    assertThatThrownBy(() -> router.routes().files("/a", root, spa))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fallback: \"app.html\" is not there");
  }

  @Test
  void filesOfAnotherFileSystemAreServedToo() throws IOException {
    Path zip = temp.resolve("files.zip");
    try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      Files.writeString(files.getPath("/a.txt"), "0123456789");
      router.routes().files("/zip", files.getPath("/"));
      Content content = content(answer("/zip/a.txt"));
      assertThat(content.file()).isNull();
      try (InputStream in = content.open(8)) {
        assertThat(in.readAllBytes()).asString().isEqualTo("89");
      }
      isNotThere("/zip/b.txt");
    }
  }

  @Test
  void aFileThatComesLaterIsServed() throws IOException {
    mount();
    isNotThere("/assets/later.txt");
    write("later.txt", "later");
    assertThat(text(answer("/assets/later.txt"))).isEqualTo("later");
  }
}
