package dev.millrace.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.engine.Limit;
import dev.millrace.http.Limits;
import dev.millrace.http.Response;
import dev.millrace.time.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Many clients that send a byte now and then and never come to an end. They cost the server no
 * thread, nobody else notices them, and all are gone when their time is over: a byte does not buy
 * more.
 */
class SlowSendersTest {
  private static final int OF_EACH = 1000;
  private static final Duration TIME = Duration.ofSeconds(6);

  private final List<RawHttp1> clients = new ArrayList<>();
  private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
  private TestServer server;

  @BeforeEach
  void start() {
    Millrace app = Millrace.create();
    app.get("/a", request -> Response.text("a"));
    app.post("/echo", request -> Response.bytes(request.bytes()));
    Limits limits = Limits.DEFAULT.headerTime(TIME).bodyTime(TIME).bodyRate(100);
    server = TestServer.start(app, ServerOptions.DEFAULT.limits(limits));
  }

  @AfterEach
  void stop() throws IOException {
    sender.shutdownNow();
    for (RawHttp1 client : clients) {
      client.close();
    }
    server.close();
  }

  private long limited(Limit limit) {
    return server.server().counters().limited(limit);
  }

  @Test
  void nobodyElseNoticesThemAndNoneStays() throws IOException {
    int threads = ManagementFactory.getThreadMXBean().getThreadCount();
    for (int i = 0; i < OF_EACH; i++) {
      clients.add(server.http1().send("GET /a HTTP/1.1\r\nX: "));
      clients.add(
          server.http1().send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"));
    }
    sender.scheduleWithFixedDelay(this::sendAByteEach, 0, 500, TimeUnit.MILLISECONDS);

    long[] millis = millisOfRequests(200);
    assertThat(millis[198]).as("p99 in ms, of %s", Arrays.toString(millis)).isLessThan(1000);
    assertThat(server.server().status().connections()).isGreaterThan(2 * OF_EACH - 1);
    assertThat(ManagementFactory.getThreadMXBean().getThreadCount() - threads).isLessThan(20);

    for (RawHttp1 client : clients) {
      assertThat(client.reply().status()).isEqualTo(408);
    }
    assertThat(limited(Limit.HEADER_TIME)).isEqualTo(OF_EACH);
    // On a busy machine some bytes come so late that it is that which counts.
    assertThat(limited(Limit.BODY_RATE)).isPositive();
    assertThat(limited(Limit.BODY_RATE) + limited(Limit.BODY_TIME)).isEqualTo(OF_EACH);
    server.awaitQuiet();
  }

  /** Until there is an answer: bytes behind that would be met with a reset. */
  private void sendAByteEach() {
    for (RawHttp1 client : clients) {
      try {
        if (client.socket().getInputStream().available() == 0) {
          client.send("x");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private long[] millisOfRequests(int number) throws IOException {
    TimeSource time = TimeSource.system();
    long[] millis = new long[number];
    for (int i = 0; i < number; i++) {
      long begin = time.nanoTime();
      try (RawHttp1 client = server.http1()) {
        assertThat(client.get("/a").reply().status()).isEqualTo(200);
      }
      millis[i] = (time.nanoTime() - begin) / 1_000_000;
    }
    Arrays.sort(millis);
    return millis;
  }

  @Test
  void aBodyThatStopsIsLate() throws IOException {
    try (RawHttp1 client = server.http1()) {
      client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
      assertThat(client.reply().status()).isEqualTo(408);
    }
    assertThat(limited(Limit.BODY_TIME)).isEqualTo(1);
    assertThat(limited(Limit.BODY_RATE)).isZero();
  }

  @Test
  void whoSendsNothingAtAllIsClosedAndCounted() throws IOException {
    try (RawHttp1 client = server.http1()) {
      assertThat(client.endsCleanly()).isTrue();
    }
    await().untilAsserted(() -> assertThat(limited(Limit.HEADER_TIME)).isEqualTo(1));
  }
}
