package dev.millrace.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.engine.Counters;
import dev.millrace.engine.Limit;
import dev.millrace.http.Limits;
import dev.millrace.http.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is stopped by a limit is counted under that limit, and under no other. */
class LimitCountersTest {
  private final CountDownLatch release = new CountDownLatch(1);
  private TestServer server;

  @BeforeEach
  void start() {
    Millrace app = Millrace.create();
    app.get("/a", request -> Response.text("a"));
    app.post("/a", request -> Response.bytes(request.bytes()));
    app.get(
        "/park",
        request -> {
          release.await();
          return Response.of(204);
        });
    Limits limits =
        Limits.DEFAULT
            .urlBytes(300)
            .headerBytes(2000)
            .headerFields(20)
            .bodyBytes(10)
            .headerTime(Duration.ofMillis(700))
            .bodyTime(Duration.ofMillis(700))
            .idleTime(Duration.ofMillis(700))
            .streamsPerConnection(2);
    server = TestServer.start(app, ServerOptions.DEFAULT.limits(limits));
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
  }

  private void assertOnly(Limit expected) {
    Counters counters = server.server().counters();
    await().untilAsserted(() -> assertThat(counters.limited(expected)).isEqualTo(1));
    for (Limit limit : Limit.values()) {
      assertThat(counters.limited(limit)).as(limit.name()).isEqualTo(limit == expected ? 1 : 0);
    }
  }

  private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

  @ParameterizedTest
  @CsvSource({
    "URL, 414",
    "HEADERS, 431",
    "HEADER_FIELDS, 431",
    "BODY, 413",
    "HEADER_TIME, 408",
    "BODY_TIME, 408"
  })
  void overHttp1(Limit limit, int status) throws IOException {
    String request =
        switch (limit) {
          case URL -> "GET /" + "a".repeat(300) + HOST + "\r\n";
          case HEADERS -> "GET /a" + HOST + "X: " + "1".repeat(2000) + "\r\n\r\n";
          case HEADER_FIELDS -> "GET /a" + HOST + "X: 1\r\n".repeat(19) + "\r\n";
          case BODY -> "POST /a" + HOST + "Content-Length: 11\r\n\r\nhello world";
          case HEADER_TIME -> "GET /a" + HOST;
          case BODY_TIME -> "POST /a" + HOST + "Content-Length: 10\r\n\r\nhello";
          default -> throw new AssertionError(limit);
        };
    try (RawHttp1 client = server.http1().send(request)) {
      assertThat(client.reply().status()).isEqualTo(status);
    }
    assertOnly(limit);
  }

  @Test
  void aRequestLineThatIsFarTooLongIsOneToo() throws IOException {
    try (RawHttp1 client = server.http1().send("GET /" + "a".repeat(900) + HOST + "\r\n")) {
      assertThat(client.reply().status()).isEqualTo(414);
    }
    assertOnly(Limit.URL);
  }

  @ParameterizedTest
  @CsvSource({"URL, 414", "HEADERS, 431", "HEADER_FIELDS, 431", "BODY, 413", "BODY_TIME, 408"})
  void overHttp2(Limit limit, int status) throws IOException {
    try (RawHttp2 client = server.http2()) {
      int stream =
          switch (limit) {
            case URL -> client.get("/" + "a".repeat(300));
            case HEADERS -> client.request("GET", "/a", true, "x", "1".repeat(2100));
            case HEADER_FIELDS -> client.request("GET", "/a", true, fields(21));
            case BODY -> client.request("POST", "/a", false, "content-length", "11");
            case BODY_TIME -> client.request("POST", "/a", false, "content-length", "10");
            default -> throw new AssertionError(limit);
          };
      assertThat(client.awaitEnd(stream).status()).isEqualTo(status);
      assertOnly(limit);
    }
  }

  private static String[] fields(int number) {
    String[] fields = new String[number * 2];
    Arrays.fill(fields, "x");
    return fields;
  }

  @Test
  void oneStreamTooManyIsRefused() throws IOException {
    try (RawHttp2 client = server.http2()) {
      client.get("/park");
      client.get("/park");
      int third = client.get("/park");
      assertThat(client.awaitEnd(third).resetCode()).isEqualTo(RawHttp2.REFUSED_STREAM);
      assertOnly(Limit.STREAMS);
    }
  }

  @Test
  void aFlood() throws IOException {
    try (RawHttp2 client = server.http2()) {
      for (int i = 0; i < 30 && !client.isClosed(); i++) {
        client.hold();
        for (int j = 0; j < 50; j++) {
          client.ping();
        }
        client.release().awaitPongs();
      }
      client.awaitClose();
    }
    assertOnly(Limit.FLOOD);
  }

  @Test
  void anIdleConnectionOfHttp1() throws IOException {
    try (RawHttp1 client = server.http1()) {
      assertThat(client.get("/a").reply().status()).isEqualTo(200);
      assertThat(client.endsCleanly()).isTrue();
    }
    assertOnly(Limit.IDLE);
  }

  @Test
  void anIdleConnectionOfHttp2() throws IOException {
    try (RawHttp2 client = server.http2()) {
      client.awaitEnd(client.get("/a"));
      client.awaitClose();
    }
    assertOnly(Limit.IDLE);
  }
}
