package dev.millrace.http;

import static dev.millrace.http.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.route.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Resources of the class path as responses: row 45. As values; needs no port. */
class ResourcesTest {
  private static final Map<String, String> ENTRIES = new LinkedHashMap<>();

  static {
    ENTRIES.put("public/index.html", "home");
    ENTRIES.put("public/app.js", "script");
    ENTRIES.put("public/app.js.gz", "in gzip");
    ENTRIES.put("public/docs/index.html", "docs");
    ENTRIES.put("public/docs/a b+%ä[1].txt", "special");
    ENTRIES.put("public/Secret.class", "secret");
    ENTRIES.put("public/META-INF/MANIFEST.MF", "secret");
    ENTRIES.put("public/.env", "secret");
    ENTRIES.put("public/empty/x.txt", "x");
    ENTRIES.put("META-INF/resources/webjars/lib.js", "lib");
    ENTRIES.put("META-INF/x/secret.txt", "secret");
    ENTRIES.put("public-secret.txt", "secret");
    ENTRIES.put("secret.txt", "secret");
  }

  /** Where the class path has its resources. */
  enum Kind {
    DIRECTORY,
    JAR,
    JAR_WITHOUT_DIRECTORIES
  }

  @TempDir Path temp;
  private final Router router = new Router();
  private final List<URLClassLoader> loaders = new ArrayList<>();
  private ClassLoader before;

  @BeforeEach
  void remember() {
    before = Thread.currentThread().getContextClassLoader();
  }

  @AfterEach
  void forget() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    for (URLClassLoader loader : loaders) {
      loader.close();
    }
  }

  /** Puts the entries on the class path of this thread. */
  private void provide(Kind kind) throws IOException {
    Path place = kind == Kind.DIRECTORY ? directory() : jar(kind == Kind.JAR);
    URLClassLoader loader = new URLClassLoader(new URL[] {url(place)}, before);
    loaders.add(loader);
    Thread.currentThread().setContextClassLoader(loader);
  }

  private static URL url(Path place) {
    try {
      return place.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path directory() throws IOException {
    Path root = temp.resolve("a class path+%");
    for (var entry : ENTRIES.entrySet()) {
      Path file = root.resolve(entry.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, entry.getValue());
    }
    return root;
  }

  private Path jar(boolean withDirectories) throws IOException {
    Path file = temp.resolve("a jar+%.jar");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream jar = new ZipOutputStream(out)) {
      if (withDirectories) {
        for (String name :
            List.of("public/", "public/docs/", "public/empty/", "META-INF/", "META-INF/x/")) {
          jar.putNextEntry(new ZipEntry(name));
        }
      }
      for (var entry : ENTRIES.entrySet()) {
        jar.putNextEntry(new ZipEntry(entry.getKey()));
        jar.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return file;
  }

  private Response answer(String path, String... headers) {
    Request request = request("GET", path, headers);
    try {
      return router.handle(request);
    } catch (Exception e) {
      return new ErrorHandlers().respond(request, e);
    }
  }

  private static Content content(Response response) {
    assertThat(response.body()).isInstanceOf(Body.File.class);
    return ((Body.File) response.body()).content();
  }

  private static String text(Response response) {
    return text(content(response), 0);
  }

  private static String text(Content content, long from) {
    try (InputStream in = content.open(from)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(from + text.getBytes(StandardCharsets.UTF_8).length).isEqualTo(content.length());
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // --- one resource ---

  @ParameterizedTest
  @EnumSource
  void aResourceIsAResponse(Kind kind) throws IOException {
    provide(kind);
    for (String name : new String[] {"public/app.js", "/public/app.js"}) {
      Content content = content(Response.resource(name));
      assertThat(text(content, 0)).isEqualTo("script");
      assertThat(text(content, 2)).isEqualTo("ript");
      assertThat(text(content, 6)).isEmpty();
      assertThat(content.type()).isEqualTo("text/javascript;charset=utf-8");
      assertThat(content.etag()).isEqualTo(content(Response.resource(name)).etag());
      assertThat(content.etag())
          .isNotEqualTo(content(Response.resource("public/index.html")).etag());
      assertThat(content.file() != null).isEqualTo(kind == Kind.DIRECTORY);
    }
    assertThat(text(Response.resource("public/docs/a b+%ä[1].txt"))).isEqualTo("special");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoResourceIs404(Kind kind) throws IOException {
    provide(kind);
    for (String name :
        new String[] {
          "nothing",
          "public",
          "public/",
          "public/docs",
          "public/docs/",
          "public/../secret.txt",
          "public/..\\secret.txt",
          "../secret.txt",
          "",
          "/",
          "//public/app.js"
        }) {
      assertThatThrownBy(() -> Response.resource(name))
          .as(name)
          .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(404));
    }
  }

  @Test
  void aResourceMayLieBesideAClass() {
    Class<?> test = ResourcesTest.class;
    String name = "ResourcesTest.class";
    assertThat(content(Response.resource(test, name)).length()).isPositive();
    assertThat(content(Response.resource(test, "/dev/millrace/http/" + name)).length())
        .isPositive();
    for (String other : new String[] {"nothing", "../http/" + name, "/" + name}) {
      assertThatThrownBy(() -> Response.resource(test, other)).isInstanceOf(HttpException.class);
    }
  }

  /** As the classes of the JDK are, and those of a program that was made with jlink. */
  @Test
  void aResourceOfARuntimeImageIsOneToo() {
    Content content = content(Response.resource(Object.class, "Object.class"));
    assertThat(content.length()).isPositive();
    assertThat(content.etag())
        .isEqualTo(content(Response.resource(Object.class, "Object.class")).etag());
    try (InputStream in = content.open(content.length() - 1)) {
      assertThat(in.readAllBytes()).hasSize(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // --- a mount ---

  @ParameterizedTest
  @EnumSource
  void theResourcesBelowAPrefixAreServed(Kind kind) throws IOException {
    provide(kind);
    router.routes().resources("/assets", "public");
    for (int round = 0; round < 2; round++) { // the second from what is remembered
      assertThat(text(answer("/assets/app.js"))).isEqualTo("script");
      assertThat(text(answer("/assets/"))).isEqualTo("home");
      assertThat(text(answer("/assets/docs/"))).isEqualTo("docs");
      assertThat(answer("/assets/docs").header("Location")).contains("./docs/");
      assertThat(text(answer("/assets/docs/a%20b+%25%C3%A4%5B1%5D.txt"))).isEqualTo("special");
      Response gzip = answer("/assets/app.js", "Accept-Encoding", "gzip");
      assertThat(text(gzip)).isEqualTo("in gzip");
      assertThat(gzip.header("Content-Encoding")).contains("gzip");
      assertThat(content(gzip).type()).isEqualTo("text/javascript;charset=utf-8");
      assertThat(content(gzip).etag()).isNotEqualTo(content(answer("/assets/app.js")).etag());
      assertThat(content(answer("/assets/app.js.gz")).type()).isEqualTo("application/gzip");
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingElseIsServed(Kind kind) throws IOException {
    provide(kind);
    router.routes().resources("/assets", "public", FileOptions.DEFAULT.hidden(true));
    for (String path :
        new String[] {
          "Secret.class",
          "Secret.CLASS",
          "META-INF/MANIFEST.MF",
          "meta-inf/MANIFEST.MF",
          "META-INF/",
          "..%2fsecret.txt",
          "../secret.txt",
          "%2e%2e/secret.txt",
          "..%5csecret.txt",
          "docs/..%2f..%2fsecret.txt",
          "-secret.txt",
          "%2fsecret.txt",
          "%2f",
          "docs%2findex.html",
          "empty",
          "empty/",
          "app.js/",
          "app.js%00",
          "app.js%2f",
          "app.js!/",
          "!/secret.txt",
          "app.js%23x",
          "app.js%3fx",
          "nothing.js",
          "/secret.txt"
        }) {
      assertThat(answer("/assets/" + path).status()).as(path).isIn(400, 404);
    }
    assertThat(text(answer("/assets/.env"))).isEqualTo("secret"); // asked for
  }

  @ParameterizedTest
  @EnumSource
  void webjarsAreServed(Kind kind) throws IOException {
    provide(kind);
    router.routes().resources("/libs", "META-INF/resources/webjars");
    assertThat(text(answer("/libs/lib.js"))).isEqualTo("lib");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        ".",
        "..",
        "public/..",
        "META-INF",
        "META-INF/",
        "META-INF/x",
        "meta-inf",
        "a/META-INF",
        "META-INF/resourcesx",
        "a//b",
        "a\\b"
      })
  void aPrefixThatShowsTooMuchIsAnErrorAtTheStart(String prefix) {
    assertThatThrownBy(() -> router.routes().resources("/a", prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("resources: \"" + prefix + "\" (expected: a directory");
  }

  @Test
  void aFallbackMustBeThere() throws IOException {
    provide(Kind.JAR);
    FileOptions none = FileOptions.DEFAULT.fallback("none.html");
    assertThatThrownBy(() -> router.routes().resources("/a", "public", none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none.html");
    router.routes().resources("/", "public", FileOptions.DEFAULT.fallback("index.html"));
    assertThat(text(answer("/orders/7"))).isEqualTo("home");
  }

  @Test
  void linksMayNotLeadOut() throws IOException {
    Path root = directory();
    try {
      Files.createSymbolicLink(root.resolve("public/link.txt"), root.resolve("secret.txt"));
      Files.createSymbolicLink(root.resolve("public/out"), root);
      Files.createSymbolicLink(root.resolve("public/within.txt"), root.resolve("public/app.js"));
    } catch (UnsupportedOperationException e) {
      assumeTrue(false, "no symbolic links here");
    }
    provide(Kind.DIRECTORY);
    router.routes().resources("/assets", "public");
    assertThat(answer("/assets/link.txt").status()).isEqualTo(404);
    assertThat(answer("/assets/out/secret.txt").status()).isEqualTo(404);
    assertThat(text(answer("/assets/within.txt"))).isEqualTo("script");
  }

  @Test
  void manyMissesAreNotRemembered() throws IOException {
    provide(Kind.JAR);
    ResourceTree tree = new ResourceTree(ResourceContent.loader(), "public");
    for (int i = 0; i < 10_000; i++) {
      assertThat(tree.file("nothing" + i)).isNull();
    }
    assertThat(tree.remembered()).isZero();
    assertThat(tree.file("app.js")).isSameAs(tree.file("app.js")).isNotNull();
    assertThat(tree.remembered()).isEqualTo(1);
  }

  @Test
  void aChangedFileOfADirectoryIsSeen() throws IOException {
    provide(Kind.DIRECTORY);
    router.routes().resources("/assets", "public");
    assertThat(text(answer("/assets/app.js"))).isEqualTo("script");
    try (Stream<Path> files = Files.walk(temp)) {
      Path file = files.filter(path -> path.endsWith("app.js")).findFirst().orElseThrow();
      Files.writeString(file, "changed");
    }
    assertThat(text(answer("/assets/app.js"))).isEqualTo("changed");
  }
}
