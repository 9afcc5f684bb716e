package dev.millrace.engine;

import dev.millrace.http.Headers;
import dev.millrace.http.Response;
import java.util.Locale;
import java.util.Set;

/**
 * What a response leaves to the error that takes its place after the filters were through: without
 * it a page of another origin could not read why its stream was refused. All that describes the
 * content goes with the content.
 */
final class KeptHeaders {
  private static final Set<String> OF_THE_CONTENT =
      Set.of(
          "accept-ranges",
          "age",
          "cache-control",
          "content-disposition",
          "content-encoding",
          "content-language",
          "content-length",
          "content-location",
          "content-range",
          "content-type",
          "etag",
          "expires",
          "last-modified",
          "location",
          "sec-websocket-accept",
          "sec-websocket-extensions",
          "sec-websocket-protocol",
          "trailer",
          "x-accel-buffering");

  private KeptHeaders() {}

  /**
   * The error with the replaced response's headers. Where it has a name itself its own value holds,
   * except in {@code Vary}, where both do.
   */
  static Response onto(Response error, Headers replaced) {
    Headers own = error.headers();
    Response[] result = {error};
    replaced.forEach((name, value) -> {
      boolean present =
          name.equalsIgnoreCase("Vary") ? own.all(name).contains(value) : own.contains(name);
      if (!present && !OF_THE_CONTENT.contains(name.toLowerCase(Locale.ROOT))) {
        result[0] = result[0].header(name, value);
      }
    });
    return result[0];
  }
}
