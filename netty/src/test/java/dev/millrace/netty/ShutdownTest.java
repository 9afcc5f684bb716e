package dev.millrace.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.http.Response;
import dev.millrace.stream.CloseReason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that stops tells its clients, lets requests finish, and is done in time. */
class ShutdownTest {
  private static final Pattern RETRY = Pattern.compile("retry: (\\d+)\n\n$");
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Millrace app = Millrace.create();
  private final CountDownLatch parked = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger interrupted = new AtomicInteger();
  private final List<CloseReason.Kind> closed = new CopyOnWriteArrayList<>();
  private TestServer server;

  private TestServer start() {
    return start(ServerOptions.DEFAULT);
  }

  private TestServer start(ServerOptions options) {
    app.stream(
        "/s",
        out -> {
          out.onClose(reason -> closed.add(reason.kind()));
          out.send("first");
          out.keepOpen();
        });
    app.stream(
        "/blocked",
        out -> {
          out.onClose(reason -> closed.add(reason.kind()));
          out.send("first");
          park();
        });
    app.get(
        "/park",
        request -> {
          park();
          return Response.text("finished");
        });
    app.post(
        "/park",
        request -> {
          park();
          return Response.text("finished");
        });
    app.get("/a", request -> Response.text("a"));
    app.readiness("/ready");
    server = TestServer.start(app, options);
    return server;
  }

  private void park() {
    parked.countDown();
    try {
      release.await();
    } catch (InterruptedException e) {
      interrupted.incrementAndGet();
      Thread.currentThread().interrupt();
    }
  }

  private Thread stopping(Duration patience) {
    return Thread.startVirtualThread(() -> server.server().stop(patience));
  }

  /** Waits until all connections have been told, and the server waits for them. */
  private static void awaitTold(Thread stopping) {
    await().until(() -> stopping.getState() == Thread.State.TIMED_WAITING);
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
  }

  @Test
  void streamsEndWholeAndComeBackAtDifferentTimes() throws Exception {
    start();
    List<RawHttp1> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      RawHttp1 client = server.http1();
      client.get(i % 2 == 0 ? "/s" : "/blocked").head();
      client.chunksUntil("first");
      clients.add(client);
    }
    Thread stopping = stopping(LONG);
    List<Integer> retries = new ArrayList<>();
    for (RawHttp1 client : clients) {
      StringBuilder rest = new StringBuilder();
      // To the last chunk: the response is whole.
      for (String chunk = client.chunk(); chunk != null; chunk = client.chunk()) {
        rest.append(chunk);
      }
      Matcher retry = RETRY.matcher(rest);
      assertThat(retry.find()).as("a reconnection time in \"%s\"", rest).isTrue();
      retries.add(Integer.parseInt(retry.group(1)));
      assertThat(client.endsCleanly()).isTrue();
      client.close();
    }
    stopping.join();
    assertThat(retries).allMatch(millis -> millis >= 1000 && millis <= 5000);
    assertThat(retries.stream().distinct().count()).isGreaterThan(10);
    await()
        .untilAsserted(
            () -> assertThat(closed).hasSize(20).containsOnly(CloseReason.Kind.SHUTDOWN));
    server.awaitQuiet();
  }

  @Test
  void anAnswerThatWaitsForItsReaderIsStillDelivered() throws Exception {
    AtomicInteger answered = new AtomicInteger();
    byte[] full = new byte[65_000];
    app.get(
        "/full",
        request -> {
          answered.incrementAndGet();
          return Response.bytes(full);
        });
    start();
    try (RawHttp1 client = RawHttp1.connectWithReceiveBuffer(server.port(), 4096)) {
      // Until the sockets are full, and the last answer waits for its reader.
      for (int i = 0; i < 100; i++) {
        client.get("/full");
      }
      long reached = Still.await(answered::get);
      assertThat(reached).isBetween(1L, 99L);
      Thread stopping = stopping(LONG);
      awaitTold(stopping);
      for (int i = 0; i < reached; i++) {
        assertThat(client.reply().body()).as("answer %d", i).hasSize(65_000);
      }
      assertThat(client.endsCleanly()).isTrue();
      stopping.join();
    }
  }

  @Test
  void requestsInFlightFinish() throws Exception {
    start();
    try (RawHttp1 client = server.http1();
        RawHttp2 other = server.http2()) {
      client.get("/park");
      int stream = other.request("POST", "/park", true);
      await().until(() -> server.server().status().virtualThreads() == 2);
      Thread stopping = stopping(LONG);
      awaitTold(stopping);
      release.countDown();
      RawHttp1.Reply reply = client.reply();
      assertThat(reply.body()).isEqualTo("finished");
      assertThat(reply.field("Connection")).hasValue("close");
      assertThat(client.endsCleanly()).isTrue();
      assertThat(other.awaitEnd(stream).text()).isEqualTo("finished");
      other.awaitClose();
      stopping.join();
      assertThat(interrupted).hasValue(0);
    }
  }

  @Test
  void aBodyThatIsStillComingIsRead() throws Exception {
    app.post(
        "/echo",
        request -> {
          parked.countDown();
          return Response.bytes(request.bytes());
        });
    start();
    try (RawHttp1 client = server.http1()) {
      client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello");
      assertThat(parked.await(10, TimeUnit.SECONDS)).isTrue();
      Thread stopping = stopping(LONG);
      awaitTold(stopping);
      client.send("world");
      assertThat(client.reply().body()).isEqualTo("helloworld");
      stopping.join();
    }
  }

  @Test
  void whatDoesNotFinishInTimeIsCut() throws Exception {
    start();
    try (RawHttp1 client = server.http1();
        RawHttp2 other = server.http2()) {
      client.get("/park");
      other.get("/park");
      await().until(() -> server.server().status().virtualThreads() == 2);
      Thread stopping = stopping(Duration.ofMillis(200));
      assertThat(client.endsCleanly()).isTrue();
      other.awaitClose();
      assertThat(stopping.join(Duration.ofSeconds(10))).isTrue();
      // The clients are gone, so the handlers of their GETs are interrupted.
      await().untilAsserted(() -> assertThat(interrupted).hasValue(2));
      server.awaitQuiet();
    }
  }

  @Test
  void idleConnectionsEndAtOnce() throws Exception {
    start();
    try (RawHttp1 silent = server.http1();
        RawHttp1 idle = server.http1();
        RawHttp2 other = server.http2()) {
      assertThat(idle.get("/a").reply().body()).isEqualTo("a");
      other.awaitEnd(other.get("/a"));
      await().until(() -> server.server().status().connections() == 3);
      Thread stopping = stopping(LONG);
      assertThat(silent.endsCleanly()).isTrue();
      assertThat(idle.endsCleanly()).isTrue();
      other.awaitClose();
      assertThat(other.goAwayCode()).isEqualTo(RawHttp2.NO_ERROR);
      assertThat(stopping.join(Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void readinessIs503WhileLoadBalancersAreWaitedFor() throws Exception {
    start(ServerOptions.DEFAULT.drain(Duration.ofMillis(500), LONG));
    try (RawHttp1 client = server.http1()) {
      assertThat(client.get("/ready").reply().status()).isEqualTo(200);
      Thread stopping = stopping(LONG);
      await().until(() -> !server.server().isReady());
      RawHttp1.Reply reply = client.get("/ready").reply();
      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.field("Retry-After")).isPresent();
      // New clients are still served: the balancer has not noticed yet.
      try (RawHttp1 late = server.http1()) {
        assertThat(late.get("/a").reply().body()).isEqualTo("a");
      }
      stopping.join();
      assertThat(client.endsCleanly()).isTrue();
    }
  }

  @Test
  void aReaderThatStallsDoesNotHoldTheServerUp() throws Exception {
    app.stream(
        "/endless",
        out -> {
          while (true) {
            out.send("x".repeat(1000));
          }
        });
    start();
    try (RawHttp1 client = RawHttp1.connectWithReceiveBuffer(server.port(), 4096);
        RawHttp2 other = server.http2()) {
      client.get("/endless").head();
      other.credit(RawHttp2.Credit.NONE);
      other.awaitHead(other.get("/endless"));
      Thread stopping = stopping(Duration.ofMillis(300));
      assertThat(stopping.join(Duration.ofSeconds(10))).isTrue();
      server.awaitQuiet();
    }
  }

  /** Nobody hears the answer any more, and that is no fault. */
  @Test
  void aHandlerMayOutliveItsServer() throws Exception {
    start();
    try (LogWatch log = new LogWatch();
        RawHttp1 client = server.http1()) {
      client.send("POST /park HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(parked.await(10, TimeUnit.SECONDS)).isTrue();
      client.reset();
      await().until(() -> server.server().status().connections() == 0);
      server.server().stop(Duration.ZERO);
      release.countDown();
      server.awaitQuiet();
      log.assertSilent();
    }
  }

  @Test
  void stoppingTwiceIsStoppingOnce() throws IOException {
    start();
    server.server().stop(Duration.ZERO);
    server.server().stop(LONG);
    server.server().close();
    assertThat(server.server().isReady()).isFalse();
  }
}
