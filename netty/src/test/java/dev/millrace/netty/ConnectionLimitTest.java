package dev.millrace.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.engine.Limit;
import dev.millrace.engine.Tls;
import dev.millrace.http.Limits;
import dev.millrace.http.Response;
import dev.millrace.netty.RawHttp1.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More connections than the server takes. */
class ConnectionLimitTest {
  private static final Limits TWO = Limits.DEFAULT.connections(2).connectionsPerAddress(2);

  private TestServer server;

  @AfterEach
  void stop() {
    server.close();
  }

  private void start(Limits limits) {
    start(ServerOptions.DEFAULT.limits(limits));
  }

  private void start(ServerOptions options) {
    Millrace app = Millrace.create();
    app.get("/a", request -> Response.text("a"));
    app.post("/a", request -> Response.text("a"));
    server = TestServer.start(app, options);
  }

  private long limited(Limit limit) {
    return server.server().counters().limited(limit);
  }

  @Test
  void oneTooManyIsAnsweredWith503AndComesInLater() throws IOException {
    start(TWO);
    try (RawHttp1 first = server.http1();
        RawHttp1 second = server.http1()) {
      assertThat(first.get("/a").reply().status()).isEqualTo(200);
      assertThat(second.get("/a").reply().status()).isEqualTo(200);
      try (RawHttp1 third = server.http1()) {
        Reply reply = third.get("/a").reply();
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.field("Retry-After")).hasValue("5");
        assertThat(reply.field("Connection")).hasValue("close");
        assertThat(reply.field("Content-Type")).hasValue("application/problem+json");
        assertThat(third.endsCleanly()).isTrue();
      }
      assertThat(limited(Limit.CONNECTIONS)).isEqualTo(1);
      assertThat(server.server().status().connections()).isEqualTo(2);
      assertThat(first.get("/a").reply().status()).as("who is in stays").isEqualTo(200);
    }
    server.awaitQuiet();
    try (RawHttp1 later = server.http1()) {
      assertThat(later.get("/a").reply().status()).isEqualTo(200);
    }
  }

  /** A reset would cost the client the answer. */
  @Test
  void theAnswerIsSeenAlsoByAClientThatIsStillSending() throws IOException {
    start(Limits.DEFAULT.connections(1));
    try (RawHttp1 first = connected();
        RawHttp1 second = server.http1()) {
      second.send("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000\r\n\r\n");
      second.send("x".repeat(300_000));
      assertThat(second.reply().status()).isEqualTo(503);
      assertServed(first);
    }
  }

  @Test
  void anHttp2ClientIsToldToGoAwayWithNothingDone() throws IOException {
    start(Limits.DEFAULT.connections(1));
    try (RawHttp1 first = connected();
        RawHttp1 second = server.http1()) {
      second.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      byte[] frames = second.socket().getInputStream().readAllBytes();
      assertThat(frames).hasSize(26);
      assertThat(frames[3]).as("SETTINGS").isEqualTo((byte) 4);
      assertThat(frames[12]).as("GOAWAY").isEqualTo((byte) 7);
      assertServed(first);
    }
  }

  @Test
  void whoAsksNothingIsClosedInTwoSeconds() throws IOException {
    start(Limits.DEFAULT.connections(1));
    try (RawHttp1 first = connected();
        RawHttp1 second = server.http1()) {
      assertThat(second.endsCleanly()).isTrue();
      assertServed(first);
    }
  }

  @Test
  void underTlsItIsClosedAtOnce() throws IOException {
    start(ServerOptions.DEFAULT.limits(Limits.DEFAULT.connections(1)).listen(0, Tls.selfSigned()));
    try (Socket first = new Socket(InetAddress.getLoopbackAddress(), server.port());
        Socket second = new Socket()) {
      await().until(() -> server.server().status().connections() == 1);
      second.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
      second.setSoTimeout(5000);
      assertThat(second.getInputStream().read()).isNegative();
      assertThat(first.isClosed()).isFalse();
      assertThat(limited(Limit.CONNECTIONS)).isEqualTo(1);
    }
  }

  @Test
  void oneAddressCannotTakeAllPlaces() throws IOException {
    start(Limits.DEFAULT.connections(10).connectionsPerAddress(2));
    List<RawHttp1> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 5; i++) {
        RawHttp1 client = from("127.0.0.2");
        clients.add(client);
        assertThat(client.get("/a").reply().status()).isEqualTo(i < 2 ? 200 : 503);
      }
      RawHttp1 other = from("127.0.0.3");
      clients.add(other);
      assertThat(other.get("/a").reply().status()).isEqualTo(200);
      assertThat(limited(Limit.CONNECTIONS_PER_ADDRESS)).isEqualTo(3);
      assertThat(limited(Limit.CONNECTIONS)).isZero();
    } finally {
      for (RawHttp1 client : clients) {
        client.close();
      }
    }
    server.awaitQuiet();
    try (RawHttp1 again = from("127.0.0.2")) {
      assertThat(again.get("/a").reply().status()).isEqualTo(200);
    }
  }

  /** Those that linger hold descriptors too, so they have a limit of their own. */
  @Test
  void aCrowdIsClosedWithoutAnAnswer() throws IOException {
    start(Limits.DEFAULT.connections(1));
    List<RawHttp1> crowd = new ArrayList<>();
    try (RawHttp1 first = connected()) {
      for (int i = 0; i < 300; i++) {
        crowd.add(server.http1());
      }
      await().atMost(Duration.ofSeconds(5)).until(() -> limited(Limit.CONNECTIONS) == 300);
      assertThatThrownBy(() -> crowd.getLast().get("/a").reply()).isInstanceOf(IOException.class);
      assertThat(first.get("/a").reply().status()).isEqualTo(200);
    } finally {
      for (RawHttp1 client : crowd) {
        client.close();
      }
    }
  }

  /** A client that the server has counted before the next one comes. */
  private RawHttp1 connected() throws IOException {
    RawHttp1 client = server.http1();
    assertServed(client);
    return client;
  }

  private static void assertServed(RawHttp1 client) throws IOException {
    assertThat(client.get("/a").reply().status()).isEqualTo(200);
  }

  private RawHttp1 from(String address) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    return new RawHttp1(socket);
  }
}
