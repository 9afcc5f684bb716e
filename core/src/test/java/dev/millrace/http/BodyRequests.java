package dev.millrace.http;

import dev.millrace.json.JsonCodec;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Requests with bodies, without a server. */
final class BodyRequests {
  private BodyRequests() {}

  /**
   * @param fields names and values of headers in turn
   */
  static Request of(String target, @Nullable InputStream body, long limit, String... fields) {
    var head =
        new RequestHead(
            "POST",
            target,
            "http",
            "localhost",
            "HTTP/1.1",
            Headers.of(fields),
            new InetSocketAddress(1));
    return new Request(head, body, new Decoding(JsonCodec.standard(), Validator.NONE, limit));
  }

  static Request of(InputStream body, String contentType) {
    return of("/", body, 1 << 20, "Content-Type", contentType);
  }

  static Request of(String body, String... fields) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return of("/", new ByteArrayInputStream(bytes), 1 << 20, fields);
  }

  /** Ends a response, as engines do. */
  static void end(Request request) {
    request.takeHooks().reversed().forEach(hook -> hook.accept(outcome()));
  }

  private static Outcome outcome() {
    return new Outcome(200, 0, 0, Duration.ZERO, null);
  }
}
