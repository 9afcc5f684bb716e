package dev.millrace.demo.examples;

import static dev.millrace.http.Response.stream;
import static java.net.http.HttpResponse.BodyHandlers.ofInputStream;

import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.route.Routes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.function.Supplier;

/** The body of another HTTP endpoint, passed on while it comes. */
final class Fetch implements Shown {
  private final HttpClient http;
  private final Supplier<URI> origin;

  Fetch(HttpClient http, Supplier<URI> origin) {
    this.http = http;
    this.origin = origin;
  }

  @Override
  public Example about() {
    return Example.of(
            Fetch.class,
            "fetch",
            "Sources",
            "Another HTTP endpoint",
            "Its body is passed on while it comes. Press Stop, and the other request is "
                + "cancelled too.")
        .only("json");
  }

  @Override
  public void routes(Routes routes) {
    // <fetch>
    routes.get("/fetch", this::fetch);
    // </fetch>
  }

  // <fetch>
  private Response fetch(Request request) throws Exception {
    var url = origin.get().resolve("/examples/data-stream?count=8");
    var answer = http.send(HttpRequest.newBuilder(url).build(), ofInputStream());
    return stream(answer.body()).type("application/json");
  }
  // </fetch>
}
