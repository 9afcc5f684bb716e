package dev.millrace.netty;

import static dev.millrace.netty.ConversationServer.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.engine.Tls;
import dev.millrace.http.Limits;
import dev.millrace.netty.RawHttp1.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are slow, or say nothing at all: RFC 9110, section 15.5.9. */
class Http1DeadlinesTest {
  private final Millrace app = Millrace.create();
  private final ConversationServer server = new ConversationServer(app);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aHeadThatComesTooSlowlyIs408() throws Exception {
    server.limits(Limits.DEFAULT.headerTime(Duration.ofMillis(400)));
    try (RawHttp1 client = server.connect()) {
      client.send("GET /a" + HOST);
      Thread.startVirtualThread(() -> drip(client));
      assertThat(client.reply().status()).isEqualTo(408);
      assertThat(server.counters().refused()).isEqualTo(1);
    }
  }

  @Test
  void aTlsConnectionOnWhichNothingIsAskedIsClosedWithoutAnAnswer() throws IOException {
    ServerOptions options =
        ServerOptions.DEFAULT
            .limits(Limits.DEFAULT.headerTime(Duration.ofMillis(400)))
            .listen(0, Tls.selfSigned());
    try (TestServer tls = TestServer.start(app, options)) {
      try (RawHttp1 client = new RawHttp1(new TlsClient().connect(tls.port(), "http/1.1"))) {
        assertThat(client.endsCleanly()).isTrue();
      }
      try (RawHttp1 client = new RawHttp1(new TlsClient().connect(tls.port(), "http/1.1"))) {
        assertThat(client.send("G").reply().status()).isEqualTo(408);
      }
    }
  }

  @Test
  void aSecondHeadThatComesTooSlowlyIs408() throws Exception {
    server.limits(Limits.DEFAULT.headerTime(Duration.ofMillis(400)));
    try (RawHttp1 client = server.connect()) {
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
    server.limits(Limits.DEFAULT.headerTime(Duration.ofMillis(200)));
    try (RawHttp1 client = server.connect()) {
      assertThat(client.endsCleanly()).isTrue();
    }
  }

  @Test
  void anIdleConnectionIsClosed() throws IOException {
    server.limits(Limits.DEFAULT.idleTime(Duration.ofMillis(200)));
    try (RawHttp1 client = server.connect()) {
      assertThat(client.get("/a").reply().status()).isEqualTo(200);
      assertThat(client.endsCleanly()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 10\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n5\r\nhe"})
  void aBodyThatStopsIs408(String half) throws IOException {
    server.limits(Limits.DEFAULT.bodyTime(Duration.ofMillis(200)));
    try (RawHttp1 client = server.connect()) {
      client.send("POST /echo" + HOST + half);
      Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(408);
      assertThat(reply.field("Connection")).hasValue("close");
      assertThat(client.endsCleanly()).isTrue();
    }
  }
}
