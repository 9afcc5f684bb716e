package dev.millrace.netty;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.http.Limits;
import dev.millrace.http.Response;
import dev.millrace.netty.RawHttp2.Answer;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the server answers to each of {@link Http2Cases}: the status and the error of its stream,
 * and the error of the connection, or that another stream on it is still answered.
 */
class Http2ProtocolTest {
  private static final CountDownLatch never = new CountDownLatch(1);

  private static Verdicts verdicts;
  private static TestServer server;

  @BeforeAll
  static void start() throws IOException {
    verdicts = Verdicts.read("http2.txt");
    Millrace app = Millrace.create();
    app.get("/a", request -> Response.text("a"));
    app.get("/probe", request -> Response.text("probe"));
    app.get(
        "/park",
        request -> {
          never.await();
          return Response.of(204);
        });
    app.post("/echo", request -> Response.bytes(request.bytes()));
    app.post("/deaf", request -> Response.text("not read"));
    app.post(
        "/never",
        request -> {
          never.await();
          return Response.of(204);
        });
    app.get("/nothing", request -> Response.of(204));
    app.get(
        "/broken",
        request -> {
          throw new IllegalStateException("a test's own");
        });
    app.stream("/s", out -> out.send("s"));
    app.ws("/ws", socket -> socket.onMessage(socket::send));
    app.ws("/deaf-ws", socket -> never.await());
    server = TestServer.start(app, ServerOptions.DEFAULT.limits(Limits.DEFAULT.bodyBytes(100_000)));
  }

  @AfterAll
  static void stop() throws IOException {
    never.countDown();
    server.close();
    verdicts.finish(Http2Cases.all().stream().map(Http2Cases.Case::name).toList());
  }

  static List<Http2Cases.Case> cases() {
    return Http2Cases.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void verdict(Http2Cases.Case test) throws IOException {
    try (RawHttp2 client = server.http2()) {
      int stream = test.action().on(client);
      int probe = client.get("/probe");
      Answer ofProbe = client.awaitEnd(probe);
      if (client.goAwayCode() > 0) {
        client.awaitClose();
      } else if (stream != 0 && !client.isClosed()) {
        client.awaitEnd(stream);
        // A reset may follow the end: the rest of the request is not wanted.
        client.awaitPong();
      }
      verdicts.check(test.name(), verdict(client, stream, ofProbe));
    }
  }

  private static String verdict(RawHttp2 client, int stream, Answer probe) {
    List<String> parts = new ArrayList<>();
    if (stream != 0) {
      Answer answer = client.answer(stream);
      if (answer.status() > 0) {
        parts.add(Integer.toString(answer.status()));
      }
      if (answer.isReset()) {
        parts.add("RST " + error(answer.resetCode()));
      }
    }
    if (client.goAwayCode() > 0) {
      parts.add("GOAWAY " + error(client.goAwayCode()));
    } else {
      parts.add(probe.text().equals("probe") ? "open" : client.isClosed() ? "closed" : "silent");
    }
    return String.join(", ", parts);
  }

  private static String error(int code) {
    return Objects.requireNonNull(Http2Error.valueOf(code)).name();
  }
}
