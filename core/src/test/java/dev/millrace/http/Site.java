package dev.millrace.http;

import static dev.millrace.http.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.route.Router;
import dev.millrace.route.Routes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory to be served, with secrets in it and beside it, and the router that serves it. */
final class Site {
  private final Path temp;
  private final Path root;
  private final Router router = new Router();

  private Site(Path temp, Path root) {
    this.temp = temp;
    this.root = root;
  }

  /** Fills {@code public} in an empty directory. */
  static Site in(Path temp) throws IOException {
    Site site = new Site(temp, Files.createDirectory(temp.resolve("public")));
    site.write("index.html", "home");
    site.write("app.js", "script");
    site.write("docs/index.html", "docs");
    site.write("docs/a b.txt", "ab");
    site.write("empty/x/deep.css", "deep");
    site.write(".env", "secret");
    site.write(".git/config", "secret");
    site.write(".well-known/security.txt", "contact");
    site.write("no-ending", "?");
    Files.writeString(temp.resolve("secret.txt"), "secret");
    Files.writeString(temp.resolve("public-secret.txt"), "secret");
    return site;
  }

  Path root() {
    return root;
  }

  Routes routes() {
    return router.routes();
  }

  /** Serves the directory at {@code /assets}. */
  void mount() {
    router.routes().files("/assets", root);
  }

  Path write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** The response of the router, with what is thrown made one as an application makes it. */
  Response answer(Request request) {
    try {
      return router.handle(request);
    } catch (Exception e) {
      return new ErrorHandlers().respond(request, e);
    }
  }

  Response answer(String path, String... headers) {
    return answer(request("GET", path, headers));
  }

  static Content content(Response response) {
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isInstanceOf(Body.File.class);
    return ((Body.File) response.body()).content();
  }

  static String text(Response response) {
    Content content = content(response);
    try (InputStream in = content.open(0)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(content.length()).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void isNotThere(String path) {
    Response response = answer(path);
    assertThat(response.status()).as(path).isEqualTo(404);
    String body = new String(((Body.Bytes) response.body()).content(), StandardCharsets.UTF_8);
    assertThat(body)
        .contains("\"status\":404")
        .doesNotContain(temp.toString(), "secret\"", "Exception");
  }
}
