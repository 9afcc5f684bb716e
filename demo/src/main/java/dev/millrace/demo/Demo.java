package dev.millrace.demo;

import dev.millrace.Millrace;
import dev.millrace.Server;
import dev.millrace.ServerOptions;
import dev.millrace.demo.examples.Examples;
import dev.millrace.engine.Tls;
import dev.millrace.http.AccessLog;
import dev.millrace.http.RequestId;
import dev.millrace.http.Response;
import dev.millrace.security.SecurityHeaders;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the demo on the port that the environment's {@code PORT} names, otherwise on 8080. Where
 * there is a {@code TLS_PORT}, it listens there too, with TLS and a certificate for development:
 * browsers speak HTTP/2 only so.
 */
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
      new Demo().start(options());
    } catch (IllegalArgumentException | UncheckedIOException e) {
      log.error("The demo cannot start: {}", e.getMessage());
      System.exit(1);
    }
  }

  private static ServerOptions options() {
    ServerOptions options = ServerOptions.DEFAULT.listen(port("PORT").orElse(8080));
    OptionalInt tls = port("TLS_PORT");
    return tls.isPresent() ? options.listen(tls.getAsInt(), Tls.selfSigned()) : options;
  }

  private void start(ServerOptions options) {
    LogTail logTail = LogTail.install();
    Millrace app = Millrace.create();
    app.filter(RequestId.DEFAULT);
    app.filter(new AccessLog()); // to a file: see logback.xml
    app.filter(SecurityHeaders.DEFAULT.contentSecurityPolicy(POLICY));
    app.observe(new StreamLog());
    app.readiness("/ready");
    app.get("/status", request -> Response.json(Status.of(server.join())));
    app.client("/millrace.js");
    app.resources("/", "public");
    Examples examples = new Examples(logTail, this::origin, app);
    app.get("/examples.json", request -> Response.json(examples.list()));
    app.mount("/examples", examples);
    server.complete(app.start(options));
    log.info("Millrace's demo is running: {}", origins());
  }

  /** Where this server can be reached from this machine. */
  private URI origin() {
    return URI.create("http://localhost:" + server.join().port());
  }

  private String origins() {
    List<Integer> ports = server.join().ports();
    return ports.size() == 1
        ? origin().toString()
        : origin() + " https://localhost:" + ports.get(1);
  }

  private static OptionalInt port(String variable) {
    String text = System.getenv(variable);
    try {
      return text == null || text.isBlank()
          ? OptionalInt.empty()
          : OptionalInt.of(Integer.parseInt(text.trim()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(variable + ": " + text + " (expected: 0 to 65535)", e);
    }
  }
}
