package dev.millrace.netty;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.engine.Counters;
import dev.millrace.http.Limits;
import dev.millrace.http.Response;
import java.io.IOException;

/** A server for conversations in HTTP/1.1; it starts when it is first asked for a connection. */
final class ConversationServer implements AutoCloseable {

  /** What stands behind the target of a request: the version, and its host. */
  static final String HOST = " HTTP/1.1\r\nHost: localhost\r\n";

  private final Millrace app;
  private Limits limits = Limits.DEFAULT;
  private TestServer server;

  ConversationServer(Millrace app) {
    this.app = app;
  }

  /** To be called before the first connection. */
  void limits(Limits limits) {
    this.limits = limits;
  }

  RawHttp1 connect() throws IOException {
    return started().http1();
  }

  int port() {
    return started().port();
  }

  Counters counters() {
    return started().server().counters();
  }

  private TestServer started() {
    if (server == null) {
      app.get("/a", request -> Response.text("a"));
      app.post("/echo", request -> Response.bytes(request.bytes()));
      app.post("/deaf", request -> Response.text("not read"));
      server = TestServer.start(app, ServerOptions.DEFAULT.limits(limits));
    }
    return server;
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
