package dev.millrace.netty;

import static dev.millrace.netty.ConversationServer.HOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.http.Limits;
import dev.millrace.http.Response;
import dev.millrace.netty.RawHttp1.Reply;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * HTTP/1.1 where it matters when what is sent: RFC 9112, sections 6 to 9, RFC 9110, 10.1.1. Who
 * asks before the answer has come is in {@link Http1PipeliningTest}, who is slow in {@link
 * Http1DeadlinesTest}.
 */
class Http1ConversationTest {
  private static final int LARGE = 1_000_000;

  private final Millrace app = Millrace.create();
  private final ConversationServer server = new ConversationServer(app);
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
  }

  // --- RFC 9110, section 10.1.1: Expect ---

  @Test
  void a100IsSentWhenTheHandlerReads() throws IOException {
    try (RawHttp1 client = server.connect()) {
      client.send("POST /echo" + HOST + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(100);
      assertThat(client.send("hello").reply().body()).isEqualTo("hello");
      assertThat(client.get("/a").reply().body()).isEqualTo("a");
    }
  }

  @Test
  void no100IsSentForABodyThatIsNotRead() throws IOException {
    try (RawHttp1 client = server.connect()) {
      client.send("POST /deaf" + HOST + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
      Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.field("Connection")).hasValue("close");
      assertThat(client.endsCleanly()).isTrue();
    }
  }

  @Test
  void no100IsSentForABodyThatIsTooLarge() throws IOException {
    server.limits(Limits.DEFAULT.bodyBytes(1000));
    try (RawHttp1 client = server.connect()) {
      client.send("POST /echo" + HOST + "Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(413);
      assertThat(client.endsCleanly()).isTrue();
    }
  }

  // --- bodies ---

  @Test
  void theAnswerIsSeenAlthoughTheBodyIsNotRead() throws IOException {
    try (RawHttp1 client = server.connect()) {
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
    server.limits(Limits.DEFAULT.bodyBytes(100_000));
    try (RawHttp1 client = server.connect()) {
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
    server.limits(Limits.DEFAULT.bodyBytes(1L << 40));
    app.post(
        "/later",
        request -> {
          assertThat(request.input().read()).isEqualTo('b');
          release.await();
          return Response.text(Integer.toString(1 + request.input().readAllBytes().length));
        });
    int length = 40_000_000;
    try (RawHttp1 client = server.connect()) {
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
    try (RawHttp1 client = server.connect()) {
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
    try (RawHttp1 client = server.connect()) {
      sendByteByByte(client, "\r\nPOST /echo" + HOST + "Content-Length: 1\r\n\r\n!");
      assertThat(client.reply().body()).isEqualTo("!");
      assertThat(client.get("/a").reply().body()).isEqualTo("a");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /a" + HOST + "X: 1\r\n 2\r\n\r\n", "GET  /a" + HOST + "\r\n"})
  void aWrongHeadIsWrongByteByByte(String head) throws IOException {
    try (RawHttp1 client = server.connect()) {
      sendByteByByte(client, head);
      assertThat(client.reply().status()).isEqualTo(400);
      assertThat(client.endsCleanly()).isTrue();
      assertThat(server.counters().refused()).isEqualTo(1);
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
    try (RawHttp1 client = server.connect()) {
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
    try (RawHttp1 client = server.connect()) {
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
    try (RawHttp1 client = server.connect()) {
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
    try (RawHttp1 client = server.connect()) {
      Reply get = client.get("/a").reply();
      Reply head = client.send("HEAD /a" + HOST + "\r\n").reply(true);
      assertThat(head.field("Content-Length")).isEqualTo(get.field("Content-Length"));
      assertThat(head.field("Content-Type")).isEqualTo(get.field("Content-Type"));
      assertThat(head.field("Date")).isPresent();
    }
  }

  @Test
  void aWrongMethodIsToldWhichAreRight() throws IOException {
    try (RawHttp1 client = server.connect()) {
      Reply reply = client.send("DELETE /a" + HOST + "\r\n").reply();
      assertThat(reply.status()).isEqualTo(405);
      assertThat(reply.field("Allow").orElse("").split(", *")).contains("GET", "HEAD");
    }
  }

  @Test
  void aRefusalIsAProblemDocument() throws IOException {
    try (RawHttp1 client = server.connect()) {
      Reply reply = client.send("GET /a HTTP/1.1\r\n\r\n").reply();
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.field("Content-Type")).hasValue("application/problem+json");
      assertThat(reply.field("Connection")).hasValue("close");
      assertThat(reply.body()).contains("Host");
    }
  }
}
