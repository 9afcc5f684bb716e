package dev.millrace.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.engine.Tls;
import dev.millrace.http.Limits;
import dev.millrace.http.Response;
import dev.millrace.netty.RawHttp1.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1.1 where it matters when what is sent: RFC 9112, sections 9 and 7, RFC 9110, 10.1.1. */
class Http1ConversationTest {
  private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\n";
  private static final int LARGE = 1_000_000;

  private final Millrace app = Millrace.create();
  private final CountDownLatch release = new CountDownLatch(1);
  private Limits limits = Limits.DEFAULT;
  private TestServer server;

  private RawHttp1 connect() throws IOException {
    if (server == null) {
      app.get("/a", request -> Response.text("a"));
      app.post("/echo", request -> Response.bytes(request.bytes()));
      app.post("/deaf", request -> Response.text("not read"));
      server = TestServer.start(app, ServerOptions.DEFAULT.limits(limits));
    }
    return server.http1();
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
  }

  // --- RFC 9110, section 10.1.1: Expect ---

  @Test
  void a100IsSentWhenTheHandlerReads() throws IOException {
    try (RawHttp1 client = connect()) {
      client.send("POST /echo" + HOST + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(100);
      assertThat(client.send("hello").reply().body()).isEqualTo("hello");
      assertThat(client.get("/a").reply().body()).isEqualTo("a");
    }
  }

  @Test
  void no100IsSentForABodyThatIsNotRead() throws IOException {
    try (RawHttp1 client = connect()) {
      client.send("POST /deaf" + HOST + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
      Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.field("Connection")).hasValue("close");
      assertThat(client.endsCleanly()).isTrue();
    }
  }

  @Test
  void no100IsSentForABodyThatIsTooLarge() throws IOException {
    limits = limits.bodyBytes(1000);
    try (RawHttp1 client = connect()) {
      client.send("POST /echo" + HOST + "Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(413);
      assertThat(client.endsCleanly()).isTrue();
    }
  }

  // --- RFC 9112, section 9.3.2: pipelining ---

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws IOException {
    app.get("/number/{n}", request -> Response.text(request.path("n")));
    try (RawHttp1 client = connect()) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 20; i++) {
        all.append("GET /number/").append(i).append(HOST).append("\r\n");
      }
      client.send(all.toString());
      for (int i = 0; i < 20; i++) {
        assertThat(client.reply().body()).isEqualTo(Integer.toString(i));
      }
    }
  }

  /** RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5: these have no body, whatever a handler says. */
  @ParameterizedTest
  @ValueSource(ints = {204, 205, 304})
  void aStatusWithoutABodyLeavesTheNextResponseAlone(int status, @TempDir Path directory)
      throws IOException {
    Path file = Files.writeString(directory.resolve("file.txt"), "of a file");
    AtomicInteger closed = new AtomicInteger();
    app.get("/text", request -> Response.text("a text").status(status));
    app.get("/json", request -> Response.json("a value").status(status));
    app.get("/file", request -> Response.file(file).status(status));
    app.get("/stream", request -> Response.stream(List.of("an event")).status(status));
    app.get("/handler", request -> Response.stream(out -> out.send("x")).status(status));
    app.get(
        "/source",
        request ->
            Response.stream(Stream.of("an event").onClose(closed::incrementAndGet)).status(status));
    try (RawHttp1 client = connect()) {
      for (String path : List.of("/text", "/json", "/file", "/stream", "/handler", "/source")) {
        client.get(path).get("/a");
        Reply reply = client.head();
        assertThat(reply.status()).as(path).isEqualTo(status);
        assertThat(reply.field("Content-Length").orElse(""))
            .as(path)
            .isEqualTo(status == 205 ? "0" : "");
        assertThat(reply.field("Transfer-Encoding")).as(path).isEmpty();
        assertThat(client.reply().body()).as("behind %s", path).isEqualTo("a");
      }
    }
    assertThat(closed).hasValue(1);
  }

  /** What comes while the socket is full is not to overtake what has been waiting. */
  @Test
  void whoReadsLateGetsTheAnswersInOrder() throws IOException {
    AtomicInteger answered = new AtomicInteger();
    byte[] full = new byte[65_000];
    app.get(
        "/full",
        request -> {
          answered.incrementAndGet();
          return Response.bytes(full);
        });
    app.get("/number/{n}", request -> Response.text(request.path("n")));
    connect().close();
    try (RawHttp1 client = RawHttp1.connectWithReceiveBuffer(server.port(), 4096)) {
      for (int i = 0; i < 100; i++) {
        client.get("/full");
      }
      Still.await(answered::get);
      assertThat(answered).hasValueBetween(1, 99);
      // In two halves, because a head that is not whole must not keep the others waiting either.
      client.get("/number/1").send("GET /number/2");
      Still.await(answered::get);
      client.send(HOST + "\r\n");
      for (int i = 0; i < 100; i++) {
        assertThat(client.reply().field("Content-Length")).as("answer %d", i).hasValue("65000");
      }
      assertThat(client.reply().body()).isEqualTo("1");
      assertThat(client.reply().body()).isEqualTo("2");
    }
  }

  /** Each asks only when the one before has been answered: nothing but the reader holds it back. */
  @Test
  void whoAsksAndDoesNotReadIsNotAnsweredForEver() throws IOException {
    AtomicInteger answered = new AtomicInteger();
    byte[] full = new byte[65_000];
    app.get(
        "/full",
        request -> {
          answered.incrementAndGet();
          return Response.bytes(full);
        });
    connect().close();
    try (RawHttp1 client = RawHttp1.connectWithReceiveBuffer(server.port(), 4096)) {
      int asked = 0;
      do {
        asked++;
        client.get("/full");
      } while (comesTo(answered, asked) && asked < 200);
      assertThat(asked).isLessThan(200);
      client.get("/a");
      for (int i = 0; i < asked; i++) {
        assertThat(client.reply().body()).as("answer %d", i).hasSize(65_000);
      }
      assertThat(client.reply().body()).isEqualTo("a");
    }
  }

  private static boolean comesTo(AtomicInteger number, int expected) {
    try {
      await().atMost(Duration.ofSeconds(1)).until(() -> number.get() == expected);
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }

  @Test
  void pipelinedRequestsWithBodiesAreAnsweredInOrder() throws IOException {
    try (RawHttp1 client = connect()) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 10; i++) {
        all.append("POST /echo" + HOST + "Content-Length: 1\r\n\r\n").append(i);
        all.append("POST /echo" + HOST + "Transfer-Encoding: chunked\r\n\r\n");
        all.append("2\r\nc").append(i).append("\r\n0\r\n\r\n");
      }
      client.send(all.toString());
      for (int i = 0; i < 10; i++) {
        assertThat(client.reply().body()).isEqualTo("" + i);
        assertThat(client.reply().body()).isEqualTo("c" + i);
      }
    }
  }

  @Test
  void aRequestBehindAStreamIsAnsweredAfterIt() throws IOException {
    app.stream(
        "/s",
        out -> {
          out.send("first");
          release.await();
          out.send("last");
        });
    try (RawHttp1 client = connect()) {
      client.get("/s").get("/a");
      assertThat(client.head().status()).isEqualTo(200);
      client.chunksUntil("first");
      release.countDown();
      client.chunksUntil("last");
      assertThat(client.chunk()).isNull();
      assertThat(client.reply().body()).isEqualTo("a");
      assertThat(client.get("/a").reply().body()).isEqualTo("a");
    }
  }

  /** After a second an open stream does without its decoder. */
  @Test
  void aRequestThatComesLateDuringAStreamIsAnsweredAfterIt() throws IOException {
    stream1500Millis();
    try (RawHttp1 client = connect()) {
      client.get("/s");
      client.head();
      client.chunksUntil("late");
      client.get("/a").send("POST /echo" + HOST + "Content-Length: 5\r\n\r\nhello");
      client.chunksUntil("end");
      assertThat(client.chunk()).isNull();
      assertThat(client.reply().body()).isEqualTo("a");
      assertThat(client.reply().body()).isEqualTo("hello");
    }
  }

  /** The second half would otherwise be taken for a request: smuggling by waiting. */
  @Test
  void aRequestInTwoHalvesDuringAStreamStaysOneRequest() throws IOException {
    AtomicInteger smuggled = new AtomicInteger();
    app.get("/smuggled", request -> Response.text("smuggled " + smuggled.incrementAndGet()));
    stream1500Millis();
    String inner = "GET /smuggled" + HOST + "\r\n";
    String head = "POST /echo" + HOST + "Content-Length: " + inner.length() + "\r\n\r\n";
    List<String> firstHalves =
        List.of("P", "POST /echo HTTP/1.1\r\n", head.substring(0, 50), head, head + "GET");
    List<RawHttp1> clients = new ArrayList<>();
    for (String half : firstHalves) {
      RawHttp1 client = connect();
      clients.add(client);
      client.get("/s").send(half);
    }
    for (int i = 0; i < clients.size(); i++) {
      try (RawHttp1 client = clients.get(i)) {
        client.head();
        client.chunksUntil("late");
        client.send((head + inner).substring(firstHalves.get(i).length())).get("/a");
        client.chunksUntil("end");
        assertThat(client.chunk()).isNull();
        assertThat(client.reply().body()).isEqualTo(inner);
        assertThat(client.reply().body()).isEqualTo("a");
      }
    }
    assertThat(smuggled).hasValue(0);
  }

  /** Sends "late" after 1.5 s, and "end" 0.3 s later: time for the client to do something. */
  private void stream1500Millis() {
    app.stream(
        "/s",
        out -> {
          out.send("first");
          out.after(
              Duration.ofMillis(1500),
              () -> {
                out.send("late");
                out.after(Duration.ofMillis(300), () -> out.send("end"));
              });
        });
  }

  @Test
  void whatComesEarlyIsBounded() throws IOException {
    app.stream(
        "/s",
        out -> {
          out.send("first");
          release.await();
        });
    try (RawHttp1 client = connect()) {
      client.get("/s").head();
      AtomicLong requests = new AtomicLong();
      Thread.startVirtualThread(() -> {
        try {
          while (requests.get() < 500_000) {
            client.get("/a");
            requests.incrementAndGet();
          }
        } catch (IOException e) {
          requests.addAndGet(1_000_000_000);
        }
      });
      // 38 bytes each: 64 KiB here, and what two systems keep of a connection on one machine.
      assertThat(Still.await(requests::get)).isLessThan(400_000);
    }
  }

  // --- deadlines: RFC 9110, section 15.5.9 ---

  @Test
  void aHeadThatComesTooSlowlyIs408() throws Exception {
    limits = limits.headerTime(Duration.ofMillis(400));
    try (RawHttp1 client = connect()) {
      client.send("GET /a" + HOST);
      Thread.startVirtualThread(() -> drip(client));
      assertThat(client.reply().status()).isEqualTo(408);
      assertThat(server.server().counters().refused()).isEqualTo(1);
    }
  }

  @Test
  void aTlsConnectionOnWhichNothingIsAskedIsClosedWithoutAnAnswer() throws IOException {
    limits = limits.headerTime(Duration.ofMillis(400));
    server =
        TestServer.start(app, ServerOptions.DEFAULT.limits(limits).listen(0, Tls.selfSigned()));
    try (RawHttp1 client = new RawHttp1(new TlsClient().connect(server.port(), "http/1.1"))) {
      assertThat(client.endsCleanly()).isTrue();
    }
    try (RawHttp1 client = new RawHttp1(new TlsClient().connect(server.port(), "http/1.1"))) {
      assertThat(client.send("G").reply().status()).isEqualTo(408);
    }
  }

  @Test
  void aSecondHeadThatComesTooSlowlyIs408() throws Exception {
    limits = limits.headerTime(Duration.ofMillis(400));
    try (RawHttp1 client = connect()) {
      assertThat(client.get("/a").reply().status()).isEqualTo(200);
      client.send("GET /a" + HOST);
      assertThat(client.reply().status()).isEqualTo(408);
      assertThat(client.endsCleanly()).isTrue();
    }
  }

  /** Sends a field's bytes one by one, which must not move the deadline. */
  private static void drip(RawHttp1 client) {
    CountDownLatch never = new CountDownLatch(1);
    try {
      while (!never.await(50, TimeUnit.MILLISECONDS)) {
        client.send("X");
      }
    } catch (IOException | InterruptedException e) {
      // the server has closed
    }
  }

  @Test
  void aConnectionThatSaysNothingIsClosed() throws IOException {
    limits = limits.headerTime(Duration.ofMillis(200));
    try (RawHttp1 client = connect()) {
      assertThat(client.endsCleanly()).isTrue();
    }
  }

  @Test
  void anIdleConnectionIsClosed() throws IOException {
    limits = limits.idleTime(Duration.ofMillis(200));
    try (RawHttp1 client = connect()) {
      assertThat(client.get("/a").reply().status()).isEqualTo(200);
      assertThat(client.endsCleanly()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 10\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n5\r\nhe"})
  void aBodyThatStopsIs408(String half) throws IOException {
    limits = limits.bodyTime(Duration.ofMillis(200));
    try (RawHttp1 client = connect()) {
      client.send("POST /echo" + HOST + half);
      Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(408);
      assertThat(reply.field("Connection")).hasValue("close");
      assertThat(client.endsCleanly()).isTrue();
    }
  }

  // --- bodies ---

  @Test
  void theAnswerIsSeenAlthoughTheBodyIsNotRead() throws IOException {
    try (RawHttp1 client = connect()) {
      client.send("POST /deaf" + HOST + "Content-Length: " + LARGE + "\r\n\r\n");
      byte[] piece = new byte[1000];
      // More than the server will ever read, so that a plain close would be a RST.
      for (int i = 0; i < 300; i++) {
        client.send(piece);
      }
      Reply reply = client.reply();
      assertThat(reply.body()).isEqualTo("not read");
      assertThat(reply.field("Connection")).hasValue("close");
      assertThat(client.endsCleanly()).isTrue();
    }
  }

  @Test
  void theAnswerToABodyThatIsTooLargeIsSeen() throws IOException {
    limits = limits.bodyBytes(100_000);
    try (RawHttp1 client = connect()) {
      client.send("POST /echo" + HOST + "Transfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < 300; i++) {
        client.send("3e8\r\n" + "b".repeat(1000) + "\r\n");
      }
      assertThat(client.reply().status()).isEqualTo(413);
      assertThat(client.endsCleanly()).isTrue();
    }
  }

  @Test
  void aBodyThatNobodyReadsYetIsBounded() throws IOException {
    limits = limits.bodyBytes(1L << 40);
    app.post(
        "/later",
        request -> {
          assertThat(request.input().read()).isEqualTo('b');
          release.await();
          return Response.text(Integer.toString(1 + request.input().readAllBytes().length));
        });
    int length = 40_000_000;
    try (RawHttp1 client = connect()) {
      client.send("POST /later" + HOST + "Content-Length: " + length + "\r\n\r\n");
      AtomicLong sent = new AtomicLong();
      byte[] piece = new byte[40_000];
      Arrays.fill(piece, (byte) 'b');
      Thread.startVirtualThread(() -> {
        try {
          while (sent.get() < length) {
            client.send(piece);
            sent.addAndGet(piece.length);
          }
        } catch (IOException e) {
          sent.set(-1);
        }
      });
      assertThat(Still.await(sent::get)).isPositive().isLessThan(20_000_000);
      release.countDown();
      assertThat(client.reply().body()).isEqualTo(Integer.toString(length));
    }
  }

  /** Reading from the client stops and begins again many times, on the edge. */
  @Test
  void manyLargeBodiesArriveWhole() throws IOException {
    app.post(
        "/sum",
        request -> {
          long sum = 0;
          byte[] buffer = new byte[70_000];
          for (int n = request.input().read(buffer); n >= 0; n = request.input().read(buffer)) {
            for (int i = 0; i < n; i++) {
              sum += buffer[i];
            }
          }
          return Response.text(Long.toString(sum));
        });
    byte[] body = new byte[LARGE];
    Arrays.fill(body, (byte) 1);
    try (RawHttp1 client = connect()) {
      for (int i = 0; i < 100; i++) {
        client.send("POST /sum" + HOST + "Content-Length: " + LARGE + "\r\n\r\n").send(body);
        assertThat(client.reply().body()).isEqualTo(Integer.toString(LARGE));
      }
    }
  }

  // --- heads in pieces ---

  private static void sendByteByByte(RawHttp1 client, String head) throws IOException {
    for (int i = 0; i < head.length(); i++) {
      client.send(head.substring(i, i + 1));
    }
  }

  @Test
  void aHeadMayComeByteByByte() throws IOException {
    try (RawHttp1 client = connect()) {
      sendByteByByte(client, "\r\nPOST /echo" + HOST + "Content-Length: 1\r\n\r\n!");
      assertThat(client.reply().body()).isEqualTo("!");
      assertThat(client.get("/a").reply().body()).isEqualTo("a");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /a" + HOST + "X: 1\r\n 2\r\n\r\n", "GET  /a" + HOST + "\r\n"})
  void aWrongHeadIsWrongByteByByte(String head) throws IOException {
    try (RawHttp1 client = connect()) {
      sendByteByByte(client, head);
      assertThat(client.reply().status()).isEqualTo(400);
      assertThat(client.endsCleanly()).isTrue();
      assertThat(server.server().counters().refused()).isEqualTo(1);
    }
  }

  // --- responses ---

  @Test
  void aStreamIsChunkedAndTheConnectionUsedAgain() throws IOException {
    app.stream(
        "/s",
        out -> {
          out.send("one");
          out.send("two");
        });
    try (RawHttp1 client = connect()) {
      for (int i = 0; i < 3; i++) {
        Reply reply = client.get("/s").reply();
        assertThat(reply.field("Transfer-Encoding")).hasValue("chunked");
        assertThat(reply.field("Content-Length")).isEmpty();
        assertThat(reply.body()).isEqualTo("data: one\n\ndata: two\n\n");
      }
    }
  }

  @Test
  void aStreamInHttp10EndsWithTheConnection() throws IOException {
    app.stream("/s", out -> out.send("one"));
    try (RawHttp1 client = connect()) {
      Reply reply = client.send("GET /s HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").reply();
      assertThat(reply.field("Transfer-Encoding")).isEmpty();
      assertThat(reply.field("Connection")).hasValue("close");
      assertThat(reply.body()).isEqualTo("data: one\n\n");
    }
  }

  /** RFC 9112, section 8: a client has to see that what it got is not whole. */
  @Test
  void aResponseThatFailsIsCutWithoutItsLastChunk() throws IOException {
    app.get(
        "/s",
        request ->
            Response.stream(
                    (dev.millrace.stream.StreamHandler)
                        out -> {
                          out.send("part");
                          throw new IllegalStateException("a test's own");
                        })
                .type("text/plain"));
    try (RawHttp1 client = connect()) {
      client.get("/s").head();
      assertThatThrownBy(
              () -> {
                while (client.chunk() != null) {
                  // to the end, which must not come
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void headHasTheFieldsOfGet() throws IOException {
    try (RawHttp1 client = connect()) {
      Reply get = client.get("/a").reply();
      Reply head = client.send("HEAD /a" + HOST + "\r\n").reply(true);
      assertThat(head.field("Content-Length")).isEqualTo(get.field("Content-Length"));
      assertThat(head.field("Content-Type")).isEqualTo(get.field("Content-Type"));
      assertThat(head.field("Date")).isPresent();
    }
  }

  @Test
  void aWrongMethodIsToldWhichAreRight() throws IOException {
    try (RawHttp1 client = connect()) {
      Reply reply = client.send("DELETE /a" + HOST + "\r\n").reply();
      assertThat(reply.status()).isEqualTo(405);
      assertThat(reply.field("Allow").orElse("").split(", *")).contains("GET", "HEAD");
    }
  }

  @Test
  void aRefusalIsAProblemDocument() throws IOException {
    try (RawHttp1 client = connect()) {
      Reply reply = client.send("GET /a HTTP/1.1\r\n\r\n").reply();
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.field("Content-Type")).hasValue("application/problem+json");
      assertThat(reply.field("Connection")).hasValue("close");
      assertThat(reply.body()).contains("Host");
    }
  }
}
