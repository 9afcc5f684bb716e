package dev.millrace.http;

import static dev.millrace.http.Requests.request;
import static dev.millrace.http.Site.content;
import static dev.millrace.http.Site.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a served directory does not give away: paths and links that lead out, and what is no file.
 */
class FilesNotThereTest {
  @TempDir Path temp;
  private Site site;

  @BeforeEach
  void fill() throws IOException {
    site = Site.in(temp);
  }

  // --- paths that lead out or pretend ---

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
    site.mount();
    site.routes().files("/", site.root()); // the same below the root
    for (String each : List.of(path, path.substring("/assets".length()))) {
      Response response = site.answer(each.startsWith("/") ? each : "/" + each);
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
    assertThatThrownBy(() -> StaticFiles.of(site.root(), FileOptions.DEFAULT).handle(asked))
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(404));
  }

  @Test
  void aNameThatIsTooLongIsNotThere() {
    site.mount();
    site.isNotThere("/assets/" + "a".repeat(256));
    site.isNotThere("/assets/" + "a/".repeat(3000) + "b");
    site.isNotThere("/assets/" + "ä".repeat(200));
  }

  @Test
  void hiddenFilesAreNotThereUnlessAsked() {
    site.mount();
    site.routes().files("/all", site.root(), FileOptions.DEFAULT.hidden(true));
    assertThat(text(site.answer("/assets/.well-known/security.txt"))).isEqualTo("contact");
    assertThat(text(site.answer("/all/.env"))).isEqualTo("secret");
    assertThat(text(site.answer("/all/.git/config"))).isEqualTo("secret");
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
    link(site.root().resolve("file.txt"), temp.resolve("secret.txt"));
    link(site.root().resolve("relative.txt"), Path.of("../secret.txt"));
    link(site.root().resolve("sibling.txt"), temp.resolve("public-secret.txt"));
    link(site.root().resolve("dir"), outside);
    link(site.root().resolve("loop"), site.root().resolve("loop"));
    link(site.root().resolve("dangling"), site.root().resolve("nothing"));
    link(site.root().resolve("app.js.gz"), temp.resolve("secret.txt"));
    link(site.root().resolve("empty/index.html"), temp.resolve("secret.txt"));
    site.mount();
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
      site.isNotThere("/assets/" + path);
    }
    assertThat(text(site.answer("/assets/app.js", "Accept-Encoding", "gzip"))).isEqualTo("script");
  }

  @Test
  void linksWithinAreFollowed() throws IOException {
    link(site.root().resolve("latest.js"), Path.of("app.js"));
    link(site.root().resolve("manual"), site.root().resolve("docs"));
    link(temp.resolve("linked-root"), site.root());
    site.mount();
    site.routes().files("/linked", temp.resolve("linked-root"));
    assertThat(text(site.answer("/assets/latest.js"))).isEqualTo("script");
    assertThat(text(site.answer("/assets/manual/"))).isEqualTo("docs");
    assertThat(text(site.answer("/linked/app.js"))).isEqualTo("script");
    assertThat(content(site.answer("/assets/latest.js")).file())
        .isEqualTo(site.root().toRealPath().resolve("app.js"));
  }

  /** Opening a pipe that nobody writes would never return. */
  @Test
  void aPipeIsNotThere() throws Exception {
    Path pipe = site.root().resolve("pipe.txt");
    Process mkfifo;
    try {
      mkfifo = new ProcessBuilder("mkfifo", pipe.toString()).start();
    } catch (IOException e) {
      assumeTrue(false, "no mkfifo here");
      return;
    }
    assumeTrue(mkfifo.waitFor(5, TimeUnit.SECONDS) && mkfifo.exitValue() == 0, "no pipes here");
    Files.move(pipe, site.root().resolve("app.js.br"));
    site.mount();
    site.isNotThere("/assets/app.js.br");
    assertThat(text(site.answer("/assets/app.js", "Accept-Encoding", "br"))).isEqualTo("script");
    assertThatThrownBy(() -> Response.file(site.root().resolve("app.js.br")))
        .isInstanceOf(HttpException.class);
  }

  @Test
  void aDeviceIsNotThere() {
    assumeTrue(Files.exists(Path.of("/dev/zero")), "no devices here");
    site.routes().files("/dev", Path.of("/dev"));
    site.isNotThere("/dev/zero");
    site.isNotThere("/dev/null");
    assertThatThrownBy(() -> Response.file(Path.of("/dev/zero"))).isInstanceOf(HttpException.class);
  }

  @Test
  void whatMayNotBeReadIsNotThere() throws IOException {
    assumeTrue(
        Files.getFileStore(site.root()).supportsFileAttributeView("posix"), "no POSIX rights here");
    Path file = site.write("locked.txt", "x");
    Path dir = site.write("locked/x.txt", "x").getParent();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("---------"));
    try {
      assumeTrue(!Files.isReadable(file), "root reads everything");
      site.mount();
      site.isNotThere("/assets/locked.txt");
      site.isNotThere("/assets/locked/x.txt");
      site.isNotThere("/assets/locked/");
    } finally {
      Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));
    }
  }
}
