package dev.millrace.test;

import dev.millrace.Millrace;
import dev.millrace.Server;
import dev.millrace.ServerOptions;
import dev.millrace.engine.Listener;
import dev.millrace.engine.Tls;
import dev.millrace.json.JsonCodec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An application that runs for a test, and a client for it. The verbs are the same whether it runs
 * in memory, without sockets, or on a port.
 *
 * <pre>{@code
 * try (var app = TestApp.inMemory(Shop.app())) {
 *   assertThat(app.get("/orders").status()).isEqualTo(200);
 *   try (var ticks = app.stream("/ticks")) {
 *     ticks.awaitText("connected");
 *     app.clock().advance(Duration.ofSeconds(1));
 *     assertThat(ticks.awaitEvent().data()).contains("time");
 *   }
 * }
 * }</pre>
 *
 * <p>All methods may be called from any thread. The requests of one test run at one time, as many
 * as it likes. A test closes its application, which ends all streams that are still open.
 */
public final class TestApp implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** What a client speaks over a port. */
  public enum Protocol {
    /** In clear text, a connection for each request. */
    HTTP_1,
    /** Over TLS with a certificate of the moment, all requests on one connection. */
    HTTP_2
  }

  private final Server server;
  private final ServerOptions options;
  private final Client client;

  private TestApp(Server server, ServerOptions options, Client client) {
    this.server = server;
    this.options = options;
    this.client = client;
  }

  /** Runs an application in memory, on a {@link FakeClock}. */
  public static TestApp inMemory(Millrace app) {
    return inMemory(app, ServerOptions.DEFAULT.time(new FakeClock()));
  }

  /**
   * Runs an application in memory with options of the caller's. Where to listen and how to reach
   * the operating system mean nothing there, nor do limits of the protocol: of {@link
   * dev.millrace.http.Limits} only those for bodies and slow readers hold.
   */
  public static TestApp inMemory(Millrace app, ServerOptions options) {
    MemoryTransport transport = new MemoryTransport();
    Server server = app.start(options.stopOnExit(false), transport);
    return new TestApp(server, options, transport);
  }

  /** Runs an application on a free port of this machine, for HTTP/1.1 clients. */
  public static TestApp onPort(Millrace app) {
    return onPort(app, Protocol.HTTP_1);
  }

  /** Runs an application on a free port of this machine. */
  public static TestApp onPort(Millrace app, Protocol protocol) {
    return onPort(app, protocol, ServerOptions.DEFAULT);
  }

  /**
   * Runs an application on a free port of this machine with options of the caller's; the port is
   * added to those of the options.
   *
   * @throws java.io.UncheckedIOException when the server cannot start; says why
   */
  public static TestApp onPort(Millrace app, Protocol protocol, ServerOptions options) {
    Tls tls = protocol == Protocol.HTTP_2 ? Tls.selfSigned() : null;
    Server server = app.start(options.listen(new Listener("127.0.0.1", 0, tls)).stopOnExit(false));
    int port = server.ports().getLast();
    Client client =
        switch (protocol) {
          case HTTP_1 -> new Http1Client(port);
          case HTTP_2 -> new Http2Client(port);
        };
    return new TestApp(server, options, client);
  }

  /**
   * Sends a GET and waits for the whole response, 5 s at most.
   *
   * @param path with its query, encoded
   * @throws AssertionError when it does not come or is cut; says what came
   */
  public TestResponse get(String path) {
    return request("GET", path).send();
  }

  /**
   * Sends a POST; otherwise as {@link #get}.
   *
   * @param body see {@link TestRequest#body}
   */
  public TestResponse post(String path, @Nullable Object body) {
    return request("POST", path).body(body).send();
  }

  /**
   * Opens a stream with GET and no preference for a wire, so as Server-Sent Events where the route
   * leaves the choice. Returns at once.
   */
  public TestStream stream(String path) {
    return request("GET", path).stream();
  }

  /** Opens a WebSocket. Returns at once. */
  public TestSocket socket(String path) {
    return request("GET", path).socket();
  }

  /** Opens a WebSocket whose frames the test makes and reads itself. Returns at once. */
  public RawSocket rawSocket(String path) {
    return request("GET", path).rawSocket();
  }

  /** Begins a request with headers or a body of its own, or with another method. */
  public TestRequest request(String method, String path) {
    return new TestRequest(this, options.json(), method, path);
  }

  TestStream open(Client.Wanted wanted, boolean decodes) {
    Transcript transcript = new Transcript(wanted.toString(), decodes, this::standstill);
    return new TestStream(transcript, client.send(wanted, transcript));
  }

  TestSocket openSocket(Client.Wanted wanted, JsonCodec json) {
    SocketSender sender = new SocketSender();
    var transcript = new MessageTranscript(wanted.toString(), this::standstill, sender::answer);
    Client.Line line = client.open(wanted, transcript);
    sender.begin(line);
    return new TestSocket(transcript, line, sender, json);
  }

  RawSocket openRawSocket(Client.Wanted wanted) {
    SocketSender sender = new SocketSender();
    FrameTranscript transcript = new FrameTranscript(wanted.toString(), this::standstill);
    Client.Line line = client.open(wanted, transcript);
    sender.begin(line);
    return new RawSocket(transcript, line, sender);
  }

  private String standstill() {
    return options.time() instanceof FakeClock clock
        ? "\n  the clock stands at " + clock.instant() + ": advance it for what is due later"
        : "";
  }

  /** The server: its port, its counters, and the way to stop it in good order. */
  public Server server() {
    return server;
  }

  /**
   * The clock of the server.
   *
   * @throws IllegalStateException when the options have another than a {@link FakeClock}
   */
  public FakeClock clock() {
    if (options.time() instanceof FakeClock clock) {
      return clock;
    }
    throw new IllegalStateException(
        "the server runs on %s (expected: a FakeClock; start it with ServerOptions.time(clock))"
            .formatted(options.time()));
  }

  /** Ends what the client has open, and stops the server. Blocks, 5 s at most. */
  @Override
  public void close() {
    client.close();
    server.stop(PATIENCE);
  }
}
