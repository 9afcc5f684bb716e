package dev.millrace.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Millrace;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many clients that come, and leave at once. */
class SseFloodTest {
  private static final int CLIENTS = 1000;
  private static final Duration SECONDS = Duration.ofSeconds(5);

  private final AtomicInteger closed = new AtomicInteger();

  private TestServer ticks() {
    Millrace app = Millrace.create();
    app.stream(
        "/ticks",
        out -> {
          out.onClose(closed::incrementAndGet);
          out.send(Map.of("type", "connected"));
          out.every(Duration.ofMillis(200), () -> out.send(Map.of("time", Instant.now())));
        });
    return TestServer.start(app);
  }

  @Test
  void aThousandClientsVanish() throws IOException {
    try (LogWatch log = new LogWatch();
        TestServer server = ticks()) {
      List<RawHttp1> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(server.http1().get("/ticks"));
      }
      for (RawHttp1 client : clients) {
        client.head();
        client.chunksUntil("connected");
        client.chunksUntil("time");
      }
      assertThat(server.server().status().streams()).isEqualTo(CLIENTS);
      assertThat(server.server().status().timers()).isEqualTo(CLIENTS);
      for (RawHttp1 client : clients) {
        client.reset();
      }
      assertOver(server);
      log.assertSilent();
    }
  }

  /** Before they have read a byte; some before their request has been handled. */
  @Test
  void aThousandClientsVanishAtOnce() throws IOException {
    try (LogWatch log = new LogWatch();
        TestServer server = ticks()) {
      for (int i = 0; i < CLIENTS; i++) {
        server.http1().get("/ticks").reset();
      }
      await()
          .atMost(SECONDS)
          .during(Duration.ofMillis(300))
          .until(() -> server.server().status().connections() == 0);
      server.awaitQuiet();
      log.assertSilent();
    }
  }

  @Test
  void aThousandStreamsOfTenConnectionsVanish() throws IOException {
    try (LogWatch log = new LogWatch();
        TestServer server = ticks()) {
      List<RawHttp2> clients = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        RawHttp2 client = server.http2();
        clients.add(client);
        client.hold();
        List<Integer> streams = new ArrayList<>();
        for (int j = 0; j < CLIENTS / 10; j++) {
          streams.add(client.get("/ticks"));
        }
        client.release();
        for (int stream : streams) {
          client.await(() -> client.answer(stream).text().contains("time"));
        }
      }
      assertThat(server.server().status().streams()).isEqualTo(CLIENTS);
      for (RawHttp2 client : clients) {
        client.reset();
      }
      assertOver(server);
      log.assertSilent();
    }
  }

  private void assertOver(TestServer server) {
    await()
        .atMost(SECONDS)
        .untilAsserted(() -> {
          assertThat(server.server().status().streams()).isZero();
          assertThat(server.server().status().timers()).isZero();
          assertThat(server.server().status().virtualThreads()).isZero();
          assertThat(server.server().status().connections()).isZero();
          assertThat(closed).hasValue(CLIENTS);
        });
  }
}
