package dev.millrace.stream;

import static dev.millrace.stream.SocketEnds.nothingIsLeft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.http.HttpException;
import dev.millrace.http.Response;
import dev.millrace.security.Guard;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestClose;
import dev.millrace.test.TestRequest;
import dev.millrace.test.TestSocket;
import dev.millrace.test.Wiring;
import dev.millrace.websocket.Deflate;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Handshakes that are refused, and that no handler runs for them. */
class SocketRefusalTest {
  private static final Guard KNOWN =
      request -> {
        if (request.header("User").isEmpty()) {
          throw new HttpException(401, "who are you?");
        }
        return true;
      };
  private static final Guard ROOT =
      request -> request.header("User").filter("root"::equals).isPresent();

  private final Millrace app = Millrace.create();
  private final BlockingQueue<Object> ran = new LinkedBlockingQueue<>();

  private void serve(LiveStream out) {
    ran.add(out);
    out.send("welcome");
    out.keepOpen();
  }

  private void isRefused(TestRequest request, int status) {
    try (TestSocket socket = request.socket()) {
      assertThat(socket.isAccepted()).as("%s", socket).isFalse();
      assertThat(socket.awaitResponse().status()).isEqualTo(status);
      assertThat(socket.header("Sec-WebSocket-Accept")).isEmpty();
    }
    assertThat(ran).isEmpty();
  }

  private void isAccepted(TestRequest request) {
    try (TestSocket socket = request.socket()) {
      assertThat(socket.isAccepted()).as("%s", socket).isTrue();
      socket.awaitText("welcome");
    }
    ran.clear();
  }

  private static TestRequest to(TestApp test, String path) {
    return test.request("GET", path);
  }

  @OverEachWiring
  void aPlainRequestIsToldToUpgrade(Wiring wiring) {
    app.ws("/ws", this::serve);
    try (var test = wiring.start(app)) {
      var response = test.get("/ws");
      assertThat(response.status()).isEqualTo(426);
      assertThat(response.header("Sec-WebSocket-Version")).contains("13");
      if (wiring != Wiring.HTTP_2) {
        assertThat(response.header("Upgrade")).contains("websocket");
      }
      assertThat(test.post("/ws", "x").status()).isEqualTo(405);
      assertThat(ran).isEmpty();
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void aWrongHandshakeIsRefusedWithTheStatusOfItsFault(Wiring wiring) {
    app.ws("/ws", this::serve);
    try (var test = wiring.start(app)) {
      isRefused(to(test, "/ws").header("Sec-WebSocket-Version", "7"), 426);
      isRefused(to(test, "/nowhere"), 404);
      isRefused(to(test, "/ws").subprotocols("a", "a"), 400);
      isRefused(to(test, "/ws").subprotocols("a b"), 400);
      if (wiring == Wiring.HTTP_1) {
        isRefused(to(test, "/ws").header("Sec-WebSocket-Key", "short"), 400);
        isRefused(to(test, "/ws").header("Connection", "keep-alive"), 400);
      }
      isAccepted(to(test, "/ws"));
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void guardsDecideBeforeTheHandshakeIsAnswered(Wiring wiring) {
    app.guard(KNOWN.and(ROOT)).ws("/ws", this::serve);
    app.guard(KNOWN.and(ROOT)).stream("/stream", this::serve);
    try (var test = wiring.start(app)) {
      for (String path : List.of("/ws", "/stream")) {
        isRefused(to(test, path), 401);
        isRefused(to(test, path).header("User", "ada"), 403);
        isAccepted(to(test, path).header("User", "root"));
      }
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void aFiltersAnswerIsTheAnswerToTheHandshake(Wiring wiring) {
    app.filter((request, next) ->
        request.query("stop").isPresent() ? Response.text("stopped") : next.handle(request));
    app.ws("/ws", this::serve);
    try (var test = wiring.start(app)) {
      isAccepted(to(test, "/ws"));
      if (wiring != Wiring.HTTP_2) {
        // Over HTTP/2, 200 is what accepts.
        isRefused(to(test, "/ws?stop=1"), 200);
      }
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void aForeignPageMayNotConnectUnlessItIsListed(Wiring wiring) {
    app.ws("/own", this::serve);
    app.ws("/listed", this::serve, SocketOptions.DEFAULT.origins("https://app.example"));
    app.ws("/all", this::serve, SocketOptions.DEFAULT.origins("*"));
    app.stream("/stream", this::serve);
    app.get("/here", request -> Response.text(request.scheme() + "://" + request.authority()));
    try (var test = wiring.start(app)) {
      String here = test.get("/here").text();
      for (String path : List.of("/own", "/listed", "/all", "/stream")) {
        boolean all = path.equals("/all");
        isAccepted(to(test, path).header("Origin", here));
        isAccepted(to(test, path));
        for (String origin :
            List.of(
                "https://evil.example",
                "null",
                here + "1",
                "https://app.example.evil",
                "http://app.example")) {
          var request = to(test, path).header("Origin", origin);
          if (all) {
            isAccepted(request);
          } else {
            isRefused(request, 403);
          }
        }
        var listed = to(test, path).header("Origin", "https://app.example");
        if (path.equals("/listed") || all) {
          isAccepted(listed);
        } else {
          isRefused(listed, 403);
        }
      }
      nothingIsLeft(test);
    }
  }

  // --- clients that cannot see a status ---

  private void isClosed(TestRequest request, TestClose close) {
    try (TestSocket socket = request.subprotocols("mine", "millrace.v1").socket()) {
      assertThat(socket.isAccepted()).as("%s", socket).isTrue();
      assertThat(socket.subprotocol()).contains("millrace.v1");
      assertThat(socket.awaitClose()).isEqualTo(close);
      socket.awaitEnd();
    }
    assertThat(ran).isEmpty();
  }

  @OverEachWiring
  void whoOffersMillraceIsToldOfARefusalByACloseCode(Wiring wiring) {
    app.guard(KNOWN.and(ROOT)).ws("/ws", this::serve);
    app.guard(KNOWN.and(ROOT)).stream("/stream", this::serve);
    app.ws("/open", this::serve);
    app.ws(
        "/throws",
        socket -> {
          throw new HttpException(404, "no such room");
        });
    app.ws(
        "/crashes",
        socket -> {
          throw new IllegalStateException("secret");
        });
    try (var test = wiring.start(app)) {
      for (String path : List.of("/ws", "/stream")) {
        isClosed(to(test, path), new TestClose(4001, "401 Unauthorized"));
        isClosed(to(test, path).header("User", "ada"), new TestClose(4003, "403 Forbidden"));
      }
      isClosed(
          to(test, "/open").header("Origin", "https://evil.example"),
          new TestClose(4003, "403 Forbidden"));
      isClosed(to(test, "/nowhere"), new TestClose(4000, "404 Not Found"));
      isClosed(to(test, "/throws"), new TestClose(4000, "404 Not Found"));
      isClosed(to(test, "/crashes"), new TestClose(4000, "500 Internal Server Error"));
      isAccepted(to(test, "/open").subprotocols("millrace.v1"));
      // A handshake that is none gets a status.
      isRefused(
          to(test, "/open").header("Sec-WebSocket-Version", "7").subprotocols("millrace.v1"), 426);
      nothingIsLeft(test);
    }
  }

  @OverEachWiring
  void aRefusalSaysNothingOfAHandshake(Wiring wiring) {
    app.ws(
        "/",
        socket -> {
          throw new HttpException(404, "no such room");
        },
        SocketOptions.DEFAULT.subprotocols("chat").deflate(Deflate.ON));
    try (var test = wiring.start(app);
        var socket = test.request("GET", "/").subprotocols("chat").deflate().socket()) {
      assertThat(socket.status()).isEqualTo(404);
      socket
          .headers()
          .forEach((name, value) ->
              assertThat(name)
                  .satisfies(n ->
                      assertThat(n.toLowerCase(java.util.Locale.ROOT))
                          .doesNotStartWith("sec-websocket")));
    }
  }
}
