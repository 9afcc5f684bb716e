package dev.millrace.demo.examples;

import static dev.millrace.http.Response.text;

import dev.millrace.http.Cookie;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.route.Routes;
import java.time.Duration;

/** A number that the browser keeps. */
final class Visits implements Shown {

  @Override
  public Example about() {
    return Example.plain(
        Visits.class,
        "visits",
        "A cookie",
        "No script can read it, and no other site makes the browser send it. Without TLS it has to "
            + "be called insecure.",
        "GET",
        "/visits",
        "request");
  }

  @Override
  public void routes(Routes routes) {
    // <visits>
    routes.get("/visits", this::visit);
    // </visits>
  }

  // <visits>
  private Response visit(Request request) {
    int visits = 1 + before(request);
    var cookie = Cookie.of("visits", "" + visits).path("/examples/visits");
    return text("visit number " + visits)
        .header("Cache-Control", "no-store")
        .cookie(cookie.maxAge(Duration.ofHours(1)).insecure());
  }

  // </visits>

  /** Cookies are what the client says: any text can come. */
  private static int before(Request request) {
    String text = request.cookie("visits").orElse("");
    return text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
  }
}
