package dev.millrace.http;

import static dev.millrace.http.Response.file;
import static dev.millrace.http.Response.json;
import static dev.millrace.http.Response.resource;
import static dev.millrace.http.Response.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.test.Eventually;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestResponse;
import dev.millrace.test.Wiring;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Files and directories as responses: rows 45, 51 and 104 of the acceptance list. */
class FileResponsesTest {
  private static final String SECRET = "a secret";

  @TempDir Path temp;
  private final Millrace app = Millrace.create();
  private Path root;
  private Path digits;

  @BeforeEach
  void fill() throws IOException {
    root = Files.createDirectory(temp.resolve("public"));
    digits = Files.writeString(root.resolve("digits.txt"), "0123456789");
    Files.setLastModifiedTime(digits, FileTime.from(Instant.parse("2024-05-06T07:08:09Z")));
    Files.writeString(root.resolve("app.js"), "script");
    Files.writeString(root.resolve("app.js.gz"), "in gzip");
    Files.writeString(root.resolve("empty.txt"), "");
    Files.writeString(root.resolve(".env"), SECRET);
    Files.createDirectory(root.resolve("docs"));
    Files.writeString(root.resolve("docs/index.html"), "docs");
    Files.writeString(temp.resolve("secret.txt"), SECRET);
  }

  // --- one file ---

  @OverEachWiring
  void aFileIsSentWithAllThatIsKnownOfIt(Wiring wiring) {
    app.get("/file", request -> file(digits).attachment("ten.txt"));
    try (var test = wiring.start(app)) {
      TestResponse response = test.get("/file");
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.text()).isEqualTo("0123456789");
      assertThat(response.header("Content-Type")).contains("text/plain;charset=utf-8");
      assertThat(response.headers().all("Content-Length")).containsExactly("10");
      assertThat(response.header("Last-Modified")).contains("Mon, 06 May 2024 07:08:09 GMT");
      assertThat(response.header("Accept-Ranges")).contains("bytes");
      assertThat(response.header("ETag").orElseThrow()).matches("\"[!-~]+\"");
      assertThat(response.header("Content-Disposition"))
          .contains("attachment; filename=\"ten.txt\"");
      Eventually.nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void headSaysTheSameWithoutABody(Wiring wiring) {
    app.get("/file", request -> file(digits));
    try (var test = wiring.start(app)) {
      TestResponse head = test.request("HEAD", "/file").header("Range", "bytes=0-1").send();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.bytes()).isEmpty();
      for (String name : List.of("Content-Length", "ETag", "Last-Modified", "Content-Type")) {
        assertThat(head.header(name))
            .as(name)
            .isPresent()
            .isEqualTo(test.get("/file").header(name));
      }
    }
  }

  @OverEachWiring
  void anEmptyFileIsAnEmptyBody(Wiring wiring) {
    app.get("/file", request -> file(root.resolve("empty.txt")));
    try (var test = wiring.start(app)) {
      TestResponse response = test.request("GET", "/file").header("Range", "bytes=0-").send();
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.bytes()).isEmpty();
      assertThat(response.header("Content-Length")).contains("0");
    }
  }

  @OverEachWiring
  void aLargeFileArrivesWholeAndInParts(Wiring wiring) throws IOException {
    byte[] bytes = new byte[3_000_001];
    new Random(45).nextBytes(bytes);
    Path large = Files.write(root.resolve("large.bin"), bytes);
    app.get("/file", request -> file(large));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/file").bytes()).isEqualTo(bytes);
      TestResponse part =
          test.request("GET", "/file").header("Range", "bytes=1000000-2999999").send();
      assertThat(part.status()).isEqualTo(206);
      assertThat(part.bytes()).isEqualTo(Arrays.copyOfRange(bytes, 1_000_000, 3_000_000));
      Eventually.nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aFileThatIsNotThereIsA404AndSaysNotWhere(Wiring wiring) {
    app.get("/file", request -> file(temp.resolve("nothing.txt")));
    app.get("/directory", request -> file(root));
    app.get("/resource", request -> resource("nothing.txt"));
    try (var test = wiring.start(app)) {
      for (String path : List.of("/file", "/directory", "/resource")) {
        TestResponse response = test.get(path);
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.header("Content-Type")).contains("application/problem+json");
        assertThat(response.toString()).doesNotContain(temp.toString(), "nothing.txt");
      }
    }
  }

  @OverEachWiring
  void aResourceIsSentFromAJarAndFromADirectory(Wiring wiring) {
    String ofJar = "/org/junit/jupiter/api/Test.class";
    app.get("/jar", request -> resource(org.junit.jupiter.api.Test.class, ofJar));
    app.get("/directory", request -> resource(FileResponsesTest.class, "FileResponsesTest.class"));
    try (var test = wiring.start(app)) {
      for (String path : List.of("/jar", "/directory")) {
        TestResponse whole = test.get(path);
        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.bytes()).startsWith(0xCA, 0xFE, 0xBA, 0xBE);
        assertThat(whole.header("Content-Length")).contains("" + whole.bytes().length);
        TestResponse part = test.request("GET", path).header("Range", "bytes=2-3").send();
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.bytes()).containsExactly(0xBA, 0xBE);
        String tag = whole.header("ETag").orElseThrow();
        assertThat(test.request("GET", path).header("If-None-Match", tag).send().status())
            .isEqualTo(304);
      }
    }
  }

  @OverEachWiring
  void aFileMayBeAnErrorPage(Wiring wiring) {
    app.onStatus(404, (request, problem) -> file(digits).status(404));
    try (var test = wiring.start(app)) {
      TestResponse response = test.request("GET", "/nothing").header("Range", "bytes=0-1").send();
      assertThat(response.status()).isEqualTo(404);
      assertThat(response.text()).isEqualTo("0123456789");
    }
  }

  // --- conditions ---

  @OverEachWiring
  void whatTheClientHasIsNotSentAgain(Wiring wiring) {
    app.get("/file", request -> file(digits).header("Cache-Control", "max-age=60"));
    try (var test = wiring.start(app)) {
      String tag = test.get("/file").header("ETag").orElseThrow();
      TestResponse same = test.request("GET", "/file").header("If-None-Match", tag).send();
      assertThat(same.status()).isEqualTo(304);
      assertThat(same.bytes()).isEmpty();
      assertThat(same.header("ETag")).contains(tag);
      assertThat(same.header("Cache-Control")).contains("max-age=60");
      assertThat(same.headers().contains("Content-Type")).isFalse();
      assertThat(same.headers().contains("Content-Length")).isFalse();
      assertThat(test.request("HEAD", "/file").header("If-None-Match", tag).send().status())
          .isEqualTo(304);
      String then = "Mon, 06 May 2024 07:08:09 GMT";
      assertThat(test.request("GET", "/file").header("If-Modified-Since", then).send().status())
          .isEqualTo(304);
      assertThat(test.request("GET", "/file").header("If-Match", "\"x\"").send().status())
          .isEqualTo(412);
      assertThat(test.get("/file").text()).isEqualTo("0123456789");
    }
  }

  @OverEachWiring
  void aTagOfTheHandlersWorksForAnyBody(Wiring wiring) {
    app.get("/json", request -> json(Map.of("a", 1)).etag("7"));
    app.get("/text", request -> text("x").lastModified(Instant.parse("2024-05-06T07:08:09.5Z")));
    app.post("/json", request -> json(Map.of("a", 1)).etag("7"));
    try (var test = wiring.start(app)) {
      TestResponse same = test.request("GET", "/json").header("If-None-Match", "W/\"7\"").send();
      assertThat(same.status()).isEqualTo(304);
      assertThat(same.bytes()).isEmpty();
      assertThat(same.headers().contains("Content-Type")).isFalse();
      assertThat(test.request("GET", "/json").header("If-None-Match", "\"8\"").send().text())
          .isEqualTo("{\"a\":1}");
      assertThat(test.request("GET", "/json").header("If-Match", "\"8\"").send().status())
          .isEqualTo(412);
      assertThat(test.request("POST", "/json").header("If-None-Match", "\"7\"").send().status())
          .isEqualTo(200);
      String then = test.get("/text").header("Last-Modified").orElseThrow();
      assertThat(test.request("GET", "/text").header("If-Modified-Since", then).send().status())
          .isEqualTo(304);
    }
  }

  // --- ranges ---

  @OverEachWiring
  void aPartIsSentToWhoAsksForIt(Wiring wiring) {
    app.files("/", root);
    try (var test = wiring.start(app)) {
      TestResponse part = ranges(test, "bytes=2-4");
      assertThat(part.status()).isEqualTo(206);
      assertThat(part.text()).isEqualTo("234");
      assertThat(part.header("Content-Range")).contains("bytes 2-4/10");
      assertThat(part.headers().all("Content-Length")).containsExactly("3");
      assertThat(ranges(test, "bytes=-2").text()).isEqualTo("89");
      TestResponse none = ranges(test, "bytes=10-");
      assertThat(none.status()).isEqualTo(416);
      assertThat(none.header("Content-Range")).contains("bytes */10");
      assertThat(none.json(Map.class).get("status")).isEqualTo(416);
      assertThat(ranges(test, "bytes=4-2").text()).isEqualTo("0123456789");
      assertThat(ranges(test, "bytes=" + "0-0,".repeat(2000)).text()).isEqualTo("0123456789");
    }
  }

  @OverEachWiring
  void severalPartsAreSentAtOnce(Wiring wiring) {
    app.files("/", root);
    try (var test = wiring.start(app)) {
      TestResponse parts = ranges(test, "bytes=0-1,5-5,-2");
      assertThat(parts.status()).isEqualTo(206);
      String type = parts.header("Content-Type").orElseThrow();
      String boundary = type.substring("multipart/byteranges; boundary=".length());
      assertThat(parts.header("Content-Length")).contains("" + parts.bytes().length);
      String[] each = parts.text().split("(\r\n)?--" + boundary, -1);
      assertThat(each).hasSize(5);
      assertThat(each[1]).endsWith("Content-Range: bytes 0-1/10\r\n\r\n01");
      assertThat(each[2]).endsWith("Content-Range: bytes 5-5/10\r\n\r\n5");
      assertThat(each[3]).endsWith("Content-Range: bytes 8-9/10\r\n\r\n89");
      assertThat(each[4]).isEqualTo("--\r\n");
    }
  }

  @OverEachWiring
  void aDownloadIsTakenUpAgainOnlyWhereNothingHasChanged(Wiring wiring) throws IOException {
    app.files("/", root);
    try (var test = wiring.start(app)) {
      String tag = test.get("/digits.txt").header("ETag").orElseThrow();
      var rest = test.request("GET", "/digits.txt").header("Range", "bytes=5-");
      assertThat(rest.header("If-Range", tag).send().text()).isEqualTo("56789");
      Files.writeString(digits, "9876543210 and more");
      TestResponse changed = rest.send();
      assertThat(changed.status()).isEqualTo(200);
      assertThat(changed.text()).isEqualTo("9876543210 and more");
    }
  }

  private static TestResponse ranges(TestApp test, String range) {
    return test.request("GET", "/digits.txt").header("Range", range).send();
  }

  // --- mounts ---

  @OverEachWiring
  void aDirectoryIsMounted(Wiring wiring) {
    app.files("/assets", root, FileOptions.DEFAULT.maxAge(Duration.ofHours(1)));
    app.resources("/classes", "org/junit/jupiter");
    try (var test = wiring.start(app)) {
      TestResponse script = test.get("/assets/app.js");
      assertThat(script.text()).isEqualTo("script");
      assertThat(script.header("Cache-Control")).contains("max-age=3600");
      assertThat(script.header("Vary")).contains("Accept-Encoding");
      assertThat(test.get("/assets/docs/").text()).isEqualTo("docs");
      TestResponse moved = test.get("/assets/docs?a=b");
      assertThat(moved.status()).isEqualTo(301);
      assertThat(moved.header("Location")).contains("./docs/?a=b");
      assertThat(test.get("/classes/api/Test.class").status()).isEqualTo(404);
      assertThat(test.post("/assets/app.js", "x").status()).isEqualTo(405);
      assertThat(test.request("OPTIONS", "/assets/app.js").send().header("Allow"))
          .contains("GET, HEAD, OPTIONS");
      Eventually.nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aVariantIsSentToWhoTakesIt(Wiring wiring) {
    app.files("/assets", root);
    try (var test = wiring.start(app)) {
      TestResponse gzip =
          test.request("GET", "/assets/app.js").header("Accept-Encoding", "br, gzip").send();
      assertThat(gzip.bytes()).isEqualTo("in gzip".getBytes(StandardCharsets.UTF_8));
      assertThat(gzip.header("Content-Encoding")).contains("gzip");
      assertThat(gzip.header("Content-Length")).contains("7");
      assertThat(gzip.header("Content-Type")).contains("text/javascript;charset=utf-8");
      String tag = gzip.header("ETag").orElseThrow();
      var again = test.request("GET", "/assets/app.js").header("If-None-Match", tag);
      assertThat(again.send().status()).isEqualTo(200);
      assertThat(again.header("Accept-Encoding", "gzip").send().status()).isEqualTo(304);
    }
  }

  @OverEachWiring
  void nothingOutsideIsReached(Wiring wiring) {
    app.files("/assets", root);
    try (var test = wiring.start(app)) {
      for (String path :
          List.of(
              "../secret.txt",
              "%2e%2e/secret.txt",
              "..%2fsecret.txt",
              "..%2Fsecret.txt",
              "..%5csecret.txt",
              "%2e%2e%5csecret.txt",
              "%252e%252e/secret.txt",
              "docs/../../secret.txt",
              "%c0%ae%c0%ae/secret.txt",
              "....//secret.txt",
              "..;/secret.txt",
              "docs%2findex.html",
              "/app.js",
              "%2fetc/passwd",
              "//etc/passwd",
              ".env",
              "%2eenv",
              "app.js%00",
              "app.js%00.txt",
              "app.js.",
              "app.js%20",
              "app.js::$DATA",
              "app.js/",
              "C:%5cWindows%5cwin.ini",
              "NUL",
              "aux.txt",
              "docs/com1",
              "a".repeat(300),
              "nothing")) {
        TestResponse response = test.get("/assets/" + path);
        assertThat(response.status()).as(path).isIn(400, 404);
        assertThat(response.toString())
            .as(path)
            .doesNotContain(SECRET, "script", "root:", temp.toString(), "Exception");
      }
      Eventually.nothingIsLeftOf(test);
    }
  }
}
