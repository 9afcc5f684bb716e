package dev.millrace.demo.examples;

import static java.net.http.HttpResponse.BodyHandlers.ofString;

import dev.millrace.route.Routes;
import dev.millrace.stream.LiveStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.function.Supplier;

/** Another HTTP endpoint that fails, when this stream has begun already. */
final class FetchError implements Shown {
  private final HttpClient http;
  private final Supplier<URI> origin;

  FetchError(HttpClient http, Supplier<URI> origin) {
    this.http = http;
    this.origin = origin;
  }

  @Override
  public Example about() {
    return Example.of(
        FetchError.class,
        "fetch-error",
        "Sources",
        "An error on the stream",
        "The other endpoint fails when this stream’s 200 has left already. So the failure "
            + "is told as an event named error.");
  }

  @Override
  public void routes(Routes routes) {
    // <fetch-error>
    routes.stream("/fetch-error", this::fetch);
    // </fetch-error>
  }

  // <fetch-error>
  private void fetch(LiveStream out) throws Exception {
    var url = origin.get().resolve("/out-of-order");
    out.send(Map.of("fetching", url));
    try {
      var answer = http.send(HttpRequest.newBuilder(url).build(), ofString());
      if (answer.statusCode() == 200) {
        out.send(answer.body());
      } else {
        out.error("the other server answered " + answer.statusCode());
      }
    } catch (IOException e) {
      out.error("the other server cannot be reached");
    }
  }
  // </fetch-error>
}
