package dev.millrace.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Millrace;
import dev.millrace.Server;
import dev.millrace.ServerOptions;
import dev.millrace.ServerStatus;
import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;

/** A real server of a test's own, on a port that the system chose. */
final class TestServer implements AutoCloseable {
  private static final ServerStatus QUIET = new ServerStatus(0, 0, 0, 0, 0);

  static {
    // What is awaited here is over in milliseconds.
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
  }

  private final Server server;

  private TestServer(Server server) {
    this.server = server;
  }

  static TestServer start(Millrace app) {
    return start(app, ServerOptions.DEFAULT);
  }

  /** Starts with options; they need to name no port. */
  static TestServer start(Millrace app, ServerOptions options) {
    ServerOptions complete = options.listeners().isEmpty() ? options.listen(0) : options;
    return new TestServer(app.start(complete.stopOnExit(false)));
  }

  Server server() {
    return server;
  }

  int port() {
    return server.port();
  }

  RawHttp1 http1() throws IOException {
    return RawHttp1.connect(port());
  }

  RawHttp2 http2() throws IOException {
    return RawHttp2.connect(port());
  }

  /** Waits until nothing is alive any more: no connection, stream, timer or thread. */
  void awaitQuiet() {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(server.status()).isEqualTo(QUIET));
  }

  @Override
  public void close() {
    server.stop(Duration.ZERO);
  }
}
