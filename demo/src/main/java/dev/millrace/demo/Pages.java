package dev.millrace.demo;

import static java.util.Objects.requireNonNull;

import dev.millrace.http.Response;
import dev.millrace.route.Controller;
import dev.millrace.route.Routes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * The files of the front page. Read once, and each has a route of its own: no path that a client
 * writes is ever joined to a folder.
 */
final class Pages implements Controller {
  private static final String POLICY =
      "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html;charset=utf-8",
          "css", "text/css;charset=utf-8",
          "js", "text/javascript;charset=utf-8",
          "svg", "image/svg+xml");

  private static final String[] FILES = {
    "index.html",
    "style.css",
    "favicon.svg",
    "logo.svg",
    "app.js",
    "dom.js",
    "example.js",
    "java.js",
    "machine.js",
    "output.js",
    "race.js",
    "wires.js"
  };

  @Override
  public void routes(Routes routes) {
    for (String file : FILES) {
      Response response = read(file);
      routes.get("/" + file, request -> response);
    }
    Response index = read("index.html");
    routes.get("/", request -> index);
  }

  private static Response read(String file) {
    String type = requireNonNull(TYPES.get(file.substring(file.lastIndexOf('.') + 1)));
    try (InputStream in = Pages.class.getResourceAsStream("/public/" + file)) {
      if (in == null) {
        throw new IllegalStateException("public/" + file + " is not on the class path");
      }
      return Response.bytes(in.readAllBytes())
          .type(type)
          .header("Cache-Control", "no-cache")
          .header("Content-Security-Policy", POLICY);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read public/" + file, e);
    }
  }
}
