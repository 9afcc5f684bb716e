package dev.millrace.netty;

import static dev.millrace.netty.ConversationServer.HOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Millrace;
import dev.millrace.http.Response;
import dev.millrace.netty.RawHttp1.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that come before the answer to the one before: RFC 9112, section 9.3.2. */
class Http1PipeliningTest {
  private final Millrace app = Millrace.create();
  private final ConversationServer server = new ConversationServer(app);
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws IOException {
    app.get("/number/{n}", request -> Response.text(request.path("n")));
    try (RawHttp1 client = server.connect()) {
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
    try (RawHttp1 client = server.connect()) {
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
    try (RawHttp1 client = server.connect()) {
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
    try (RawHttp1 client = server.connect()) {
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
    try (RawHttp1 client = server.connect()) {
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
      RawHttp1 client = server.connect();
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
    try (RawHttp1 client = server.connect()) {
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
}
