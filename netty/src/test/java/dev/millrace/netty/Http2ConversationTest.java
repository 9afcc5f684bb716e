package dev.millrace.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.engine.Tls;
import dev.millrace.http.Limits;
import dev.millrace.http.Response;
import dev.millrace.netty.RawHttp2.Answer;
import dev.millrace.netty.RawHttp2.Credit;
import dev.millrace.stream.StreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 where it matters when what is sent: RFC 9113, sections 3, 5, 6.8, 6.9 and 8. */
class Http2ConversationTest {
  private static final int LARGE = 1_000_000;
  private static final int DEFAULT_WINDOW = 65_535;

  private final Millrace app = Millrace.create();
  private final CountDownLatch release = new CountDownLatch(1);
  private final Semaphore permits = new Semaphore(0);
  private ServerOptions options = ServerOptions.DEFAULT;
  private TestServer server;

  private TestServer start() {
    app.get("/a", request -> Response.text("a"));
    app.get("/large", request -> Response.text("x".repeat(LARGE)));
    app.get(
        "/park",
        request -> {
          release.await();
          return Response.text("released");
        });
    app.get(
        "/permit",
        request -> {
          permits.acquire();
          return Response.text("permitted");
        });
    app.post("/echo", request -> Response.bytes(request.bytes()));
    app.post("/deaf", request -> Response.text("not read"));
    server = TestServer.start(app, options);
    return server;
  }

  private void limits(Limits limits) {
    options = options.limits(limits);
  }

  private RawHttp2 unopened() throws IOException {
    return new RawHttp2(new Socket(InetAddress.getLoopbackAddress(), start().port()));
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
  }

  // --- RFC 9113, section 3: how it begins ---

  @Test
  void priorKnowledge() throws IOException {
    try (RawHttp2 client = start().http2()) {
      assertThat(client.awaitEnd(client.get("/a")).text()).isEqualTo("a");
    }
  }

  @Test
  void alpnChoosesTheProtocol() throws IOException {
    app.get("/protocol", request -> Response.text(request.protocol() + " " + request.scheme()));
    options = options.listen(0, Tls.selfSigned());
    start();
    TlsClient tls = new TlsClient();
    try (RawHttp2 client = new RawHttp2(tls.connect(server.port(), "h2", "http/1.1")).open()) {
      assertThat(client.awaitEnd(client.get("/protocol")).text()).isEqualTo("HTTP/2 https");
      assertThat(client.awaitEnd(client.get("/large")).size()).isEqualTo(LARGE);
    }
    try (RawHttp1 client = new RawHttp1(tls.connect(server.port(), "http/1.1"))) {
      assertThat(client.get("/protocol").reply().body()).isEqualTo("HTTP/1.1 https");
      assertThat(client.get("/large").reply().body()).hasSize(LARGE);
    }
    try (RawHttp1 client = new RawHttp1(tls.connect(server.port()))) {
      assertThat(client.get("/protocol").reply().body()).isEqualTo("HTTP/1.1 https");
    }
    server.awaitQuiet();
  }

  @ParameterizedTest
  @ValueSource(strings = {"P", "PRI * HTTP/2.0\r\n\r\nS"})
  void aPrefaceThatStopsIsClosed(String half) throws IOException {
    limits(Limits.DEFAULT.headerTime(Duration.ofMillis(200)));
    try (RawHttp1 client = start().http1()) {
      assertThat(client.send(half).endsCleanly()).isTrue();
    }
    server.awaitQuiet();
  }

  @Test
  void aPrefaceMayComeByteByByte() throws IOException {
    try (RawHttp2 client = unopened()) {
      for (byte b : "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) {
        client.send(new byte[] {b});
      }
      client.settings();
      assertThat(client.awaitEnd(client.get("/a")).text()).isEqualTo("a");
    }
  }

  @Test
  void anIdleConnectionIsToldToGoAway() throws IOException {
    limits(Limits.DEFAULT.idleTime(Duration.ofMillis(300)));
    try (RawHttp2 client = start().http2()) {
      client.awaitEnd(client.get("/a"));
      client.awaitClose();
      assertThat(client.goAwayCode()).isEqualTo(RawHttp2.NO_ERROR);
    }
    server.awaitQuiet();
  }

  @Test
  void aConnectionWithAnOpenStreamIsNotIdle() throws IOException {
    limits(Limits.DEFAULT.idleTime(Duration.ofMillis(200)));
    app.stream(
        "/s",
        out -> {
          out.send("first");
          out.after(Duration.ofMillis(700), () -> out.send("last"));
        });
    try (RawHttp2 client = start().http2()) {
      assertThat(client.awaitEnd(client.get("/s")).text()).endsWith("data: last\n\n");
    }
  }

  // --- section 8.2.2: headers of a connection ---

  @Test
  void aResponseHasNoHeadersOfAConnection() throws IOException {
    List<String> names =
        List.of(
            "connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade");
    app.get(
        "/proxied",
        request -> {
          Response response = Response.text("as another server has sent it");
          for (String name : names) {
            response = response.header(name, "x");
          }
          return response;
        });
    try (RawHttp2 client = start().http2()) {
      RawHttp2.Answer answer = client.awaitEnd(client.get("/proxied"));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(names).allSatisfy(name -> assertThat(answer.field(name)).isEmpty());
    }
  }

  // --- section 5.1.2: concurrency ---

  @Test
  void streamsAreAnsweredInAnyOrder() throws IOException {
    try (RawHttp2 client = start().http2()) {
      List<Integer> parked = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        parked.add(client.get("/park"));
      }
      for (int i = 0; i < 100; i++) {
        assertThat(client.awaitEnd(client.get("/a")).text()).isEqualTo("a");
      }
      release.countDown();
      for (int stream : parked) {
        assertThat(client.awaitEnd(stream).text()).isEqualTo("released");
      }
    }
    server.awaitQuiet();
  }

  @Test
  void streamsAboveTheLimitAreRefused() throws IOException {
    limits(Limits.DEFAULT.streamsPerConnection(10));
    try (RawHttp2 client = start().http2()) {
      assertThat(client.serverSetting(RawHttp2.SETTINGS_MAX_CONCURRENT_STREAMS)).isEqualTo(10);
      // The limit binds once the server has seen that the client knows it.
      client.awaitPong();
      List<Integer> open = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        open.add(client.get("/permit"));
      }
      for (int i = 0; i < 5; i++) {
        Answer refused = client.awaitEnd(client.get("/permit"));
        assertThat(refused.resetCode()).isEqualTo(RawHttp2.REFUSED_STREAM);
      }
      assertThat(Still.await(() -> server.server().status().virtualThreads())).isEqualTo(10);
      permits.release(10);
      for (int stream : open) {
        assertThat(client.awaitEnd(stream).text()).isEqualTo("permitted");
      }
      assertThat(client.awaitEnd(client.get("/a")).text()).isEqualTo("a");
    }
  }

  /** A client that does not acknowledge SETTINGS is bound by them all the same. */
  @Test
  void theLimitHoldsForClientsThatDoNotAcknowledgeIt() throws IOException {
    limits(Limits.DEFAULT.streamsPerConnection(10));
    try (RawHttp2 client = unopened().openUnacknowledging()) {
      for (int i = 0; i < 100; i++) {
        client.get("/park");
      }
      client.awaitPong();
      assertThat(Still.await(() -> server.server().status().virtualThreads())).isEqualTo(10);
    }
  }

  // --- section 6.9: windows ---

  @Test
  void aWindowOfNothingHoldsTheBodyBack() throws IOException {
    try (RawHttp2 client = unopened()) {
      client.open(RawHttp2.SETTINGS_INITIAL_WINDOW_SIZE, 0);
      client.credit(Credit.NONE);
      int stream = client.get("/large");
      Answer answer = client.awaitHead(stream);
      client.awaitPong();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.size()).isZero();
      client.windowUpdate(stream, 1);
      client.await(() -> answer.size() > 0);
      client.awaitPong();
      assertThat(answer.size()).isEqualTo(1);
      client.credit(Credit.EACH);
      client.settings(RawHttp2.SETTINGS_INITIAL_WINDOW_SIZE, 100_000);
      assertThat(client.awaitEnd(stream).size()).isEqualTo(LARGE);
    }
  }

  @Test
  void aWindowMayBecomeNegative() throws IOException {
    try (RawHttp2 client = start().http2()) {
      client.credit(Credit.NONE);
      client.windowUpdate(0, 1 << 24);
      int stream = client.get("/large");
      Answer answer = client.answer(stream);
      client.await(() -> answer.size() == DEFAULT_WINDOW);
      client.settings(RawHttp2.SETTINGS_INITIAL_WINDOW_SIZE, 1000);
      // The window is 1,000 - 65,535 now.
      client.windowUpdate(stream, 64_535);
      client.awaitPong();
      client.awaitPong();
      assertThat(answer.size()).isEqualTo(DEFAULT_WINDOW);
      client.windowUpdate(stream, 10);
      client.await(() -> answer.size() > DEFAULT_WINDOW);
      client.awaitPong();
      assertThat(answer.size()).isEqualTo(DEFAULT_WINDOW + 10);
      client.windowUpdate(stream, LARGE);
      assertThat(client.awaitEnd(stream).size()).isEqualTo(LARGE);
    }
  }

  @Test
  void framesAreAsLargeAsTheClientTakes() throws IOException {
    try (RawHttp2 client = start().http2()) {
      int stream = client.get("/large");
      while (!client.answer(stream).isOver()) {
        RawHttp2.Frame frame = client.awaitFrame(any -> true);
        assertThat(frame.payload().length).isLessThanOrEqualTo(16_384);
      }
      assertThat(client.answer(stream).size()).isEqualTo(LARGE);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 255})
  void largeBodiesArriveWhole(int padding) throws IOException {
    app.post(
        "/sum",
        request -> {
          long sum = 0;
          byte[] buffer = new byte[10_000];
          InputStream in = request.input();
          for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            for (int i = 0; i < n; i++) {
              sum += buffer[i];
            }
          }
          return Response.text(Long.toString(sum));
        });
    byte[] body = new byte[LARGE];
    Arrays.fill(body, (byte) 1);
    try (RawHttp2 client = start().http2()) {
      for (int i = 0; i < 30; i++) {
        int stream = client.request("POST", "/sum", false);
        client.upload(stream, body, padding);
        assertThat(client.awaitEnd(stream).text()).isEqualTo(Integer.toString(LARGE));
      }
      client.awaitPong();
      // Nothing of the connection's window was lost on the way, and nothing was given twice.
      assertThat(client.sendWindow(0)).isBetween(DEFAULT_WINDOW / 2, DEFAULT_WINDOW);
    }
  }

  @Test
  void aBodyThatNobodyReadsIsHeldBack() throws IOException {
    app.post(
        "/park",
        request -> {
          release.await();
          return Response.bytes(request.bytes());
        });
    try (RawHttp2 client = start().http2()) {
      int stream = client.request("POST", "/park", false);
      client.frame(RawHttp2.DATA, 0, stream, new byte[16_384]);
      client.frame(RawHttp2.DATA, 0, stream, new byte[16_384]);
      client.frame(RawHttp2.DATA, 0, stream, new byte[16_384]);
      client.awaitPong();
      assertThat(client.sendWindow(stream)).isEqualTo(DEFAULT_WINDOW);
      release.countDown();
      client.data(stream, "", true);
      assertThat(client.awaitEnd(stream).size()).isEqualTo(3 * 16_384);
    }
  }

  /** What was not read is given back to the connection with the end of its stream. */
  @Test
  void bodiesThatNobodyReadsDoNotUseUpTheConnection() throws IOException {
    try (RawHttp2 client = start().http2()) {
      for (int i = 0; i < 20; i++) {
        int stream = client.request("POST", "/deaf", false);
        client.upload(stream, new byte[30_000], 0);
        assertThat(client.awaitEnd(stream).text()).isEqualTo("not read");
      }
      int stream = client.request("POST", "/echo", false);
      client.upload(stream, new byte[LARGE], 0);
      assertThat(client.awaitEnd(stream).size()).isEqualTo(LARGE);
    }
  }

  @Test
  void aBodyOverTheLimitIs413AndTheConnectionLives() throws IOException {
    limits(Limits.DEFAULT.bodyBytes(100_000));
    try (RawHttp2 client = start().http2()) {
      for (int i = 0; i < 5; i++) {
        int stream = client.request("POST", "/echo", false);
        client.upload(stream, new byte[200_000], 0);
        assertThat(client.awaitEnd(stream).status()).isEqualTo(413);
      }
      int stream = client.request("POST", "/echo", false);
      client.upload(stream, new byte[100_000], 0);
      assertThat(client.awaitEnd(stream).size()).isEqualTo(100_000);
    }
  }

  /** RFC 9110, section 10.1.1: asked for when the handler wants the body. */
  @Test
  void aClientThatWaitsWithItsBodyIsToldToGoOn() throws IOException {
    try (RawHttp2 client = start().http2()) {
      int stream = client.request("POST", "/echo", false, "expect", "100-continue");
      client.await(() -> client.answer(stream).status() == 100);
      client.data(stream, "now", true);
      var answer = client.awaitEnd(stream);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).isEqualTo("now");
    }
  }

  @Test
  void aBodyThatIsTooLongIsNotAskedFor() throws IOException {
    limits(Limits.DEFAULT.bodyBytes(100));
    try (RawHttp2 client = start().http2()) {
      int stream =
          client.request("POST", "/echo", false, "expect", "100-continue", "content-length", "101");
      var head = client.awaitFrame(frame -> frame.type() == RawHttp2.HEADERS);
      assertThat(head.stream()).isEqualTo(stream);
      assertThat(client.answer(stream).status()).isEqualTo(413);
    }
  }

  @Test
  void anotherExpectationIsRefused() throws IOException {
    try (RawHttp2 client = start().http2()) {
      int stream = client.request("POST", "/echo", false, "expect", "a-miracle");
      assertThat(client.awaitEnd(stream).status()).isEqualTo(417);
    }
  }

  @Test
  void aBodyThatStopsIs408() throws IOException {
    limits(Limits.DEFAULT.bodyTime(Duration.ofMillis(200)));
    try (RawHttp2 client = start().http2()) {
      int stream = client.request("POST", "/echo", false);
      client.data(stream, "half", false);
      assertThat(client.awaitEnd(stream).status()).isEqualTo(408);
      assertThat(client.awaitEnd(client.get("/a")).text()).isEqualTo("a");
    }
    server.awaitQuiet();
  }

  // --- section 8: messages ---

  @Test
  void headHasTheFieldsOfGet() throws IOException {
    try (RawHttp2 client = start().http2()) {
      Answer get = client.awaitEnd(client.get("/a"));
      Answer head = client.awaitEnd(client.request("HEAD", "/a", true));
      assertThat(head.field("content-length")).isEqualTo(get.field("content-length"));
      assertThat(head.field("content-type")).isEqualTo(get.field("content-type"));
      assertThat(head.field("date")).isNotEmpty();
      assertThat(head.size()).isZero();
    }
  }

  @Test
  void aWrongMethodIsToldWhichAreRight() throws IOException {
    try (RawHttp2 client = start().http2()) {
      Answer answer = client.awaitEnd(client.request("DELETE", "/a", true));
      assertThat(answer.status()).isEqualTo(405);
      assertThat(answer.field("allow").split(", *")).contains("GET", "HEAD");
    }
  }

  /** Section 8.2.3: clients split the field to compress it better. */
  @Test
  void cookiesInPiecesAreOneField() throws IOException {
    app.get("/cookie", request -> Response.text(request.header("Cookie").orElse("")));
    try (RawHttp2 client = start().http2()) {
      int stream =
          client.request("GET", "/cookie", true, "cookie", "a=b", "x", "1", "cookie", "c=d");
      assertThat(client.awaitEnd(stream).text()).isEqualTo("a=b; c=d");
    }
  }

  @Test
  void eventsArriveOneByOne() throws IOException {
    app.stream(
        "/s",
        out -> {
          while (true) {
            permits.acquire();
            out.send("event");
          }
        });
    try (RawHttp2 client = start().http2()) {
      int stream = client.get("/s");
      Answer answer = client.awaitHead(stream);
      assertThat(answer.field("content-type")).startsWith("text/event-stream");
      for (int i = 1; i <= 5; i++) {
        int expected = i * "data: event\n\n".length();
        permits.release();
        client.await(() -> answer.size() == expected);
        assertThat(answer.size()).isEqualTo(expected);
      }
    }
    server.awaitQuiet();
  }

  /** Section 8.1: a client has to see that what it got is not whole. */
  @Test
  void aResponseThatFailsIsReset() throws IOException {
    app.get(
        "/s",
        request ->
            Response.stream(
                    (StreamHandler)
                        out -> {
                          out.send("part");
                          throw new IllegalStateException("a test's own");
                        })
                .type("text/plain"));
    try (RawHttp2 client = start().http2()) {
      for (int i = 0; i < 50; i++) {
        Answer answer = client.awaitEnd(client.get("/s"));
        assertThat(answer.isEnded()).isFalse();
        assertThat(answer.resetCode()).isEqualTo(RawHttp2.INTERNAL_ERROR);
      }
    }
  }

  // --- section 6.8: GOAWAY ---

  @Test
  void aServerThatStopsLetsRequestsFinish() throws Exception {
    app.stream(
        "/s",
        out -> {
          out.send("first");
          out.keepOpen();
        });
    try (RawHttp2 client = start().http2()) {
      int stream = client.get("/s");
      int parked = client.get("/park");
      client.awaitHead(stream);
      client.awaitPong();
      Thread stopping =
          Thread.startVirtualThread(() -> server.server().stop(Duration.ofSeconds(10)));
      client.await(() -> client.goAwayCode() >= 0);
      assertThat(client.goAwayCode()).isEqualTo(RawHttp2.NO_ERROR);
      assertThat(client.goAwayLastStream()).isGreaterThanOrEqualTo(parked);
      Answer events = client.awaitEnd(stream);
      assertThat(events.isEnded()).isTrue();
      assertThat(events.text()).contains("retry: ");
      release.countDown();
      assertThat(client.awaitEnd(parked).text()).isEqualTo("released");
      client.awaitClose();
      stopping.join();
    }
    await().until(() -> server.server().status().streams() == 0);
  }
}
