package dev.millrace.demo;

import dev.millrace.Millrace;
import dev.millrace.Server;
import dev.millrace.demo.examples.Examples;
import dev.millrace.http.AccessLog;
import dev.millrace.http.RequestId;
import dev.millrace.http.Response;
import dev.millrace.security.SecurityHeaders;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the demo on the port that the environment's {@code PORT} names, otherwise on 8080. */
public final class Demo {
  private static final Logger log = LoggerFactory.getLogger(Demo.class);

  private static final String POLICY =
      "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
          + " form-action 'self'; frame-ancestors 'none'";

  private final CompletableFuture<Server> server = new CompletableFuture<>();

  private Demo() {}

  /** Runs until the process is told to end (SIGTERM, Ctrl-C). */
  public static void main(String[] args) {
    try {
      new Demo().start(port(System.getenv("PORT")));
    } catch (IllegalArgumentException | UncheckedIOException e) {
      log.error("The demo cannot start: {}", e.getMessage());
      System.exit(1);
    }
  }

  private void start(int port) {
    LogTail logTail = LogTail.install();
    Millrace app = Millrace.create();
    app.filter(RequestId.DEFAULT);
    app.filter(new AccessLog()); // to a file: see logback.xml
    app.filter(SecurityHeaders.DEFAULT.contentSecurityPolicy(POLICY));
    app.observe(new StreamLog());
    app.readiness("/ready");
    app.get("/status", request -> Response.json(Status.of(server.join())));
    app.resources("/", "public");
    Examples examples = new Examples(logTail, this::origin);
    app.get("/examples.json", request -> Response.json(examples.list()));
    app.mount("/examples", examples);
    server.complete(app.start(port));
    log.info("Millrace's demo is running: {}", origin());
  }

  /** Where this server can be reached from this machine. */
  private URI origin() {
    return URI.create("http://localhost:" + server.join().port());
  }

  private static int port(@Nullable String text) {
    try {
      return text == null || text.isBlank() ? 8080 : Integer.parseInt(text.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("PORT: " + text + " (expected: 0 to 65535)", e);
    }
  }
}
