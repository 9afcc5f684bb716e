package dev.millrace.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Millrace;
import dev.millrace.http.Content;
import dev.millrace.http.Response;
import dev.millrace.stream.CloseReason;
import dev.millrace.stream.LiveStream;
import dev.millrace.stream.StreamClosedException;
import dev.millrace.stream.StreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A client that leaves is noticed at once, whatever its request is doing, and all that the request
 * had started ends.
 */
class DisconnectTest {
  private static final String BIG = "x".repeat(1000);

  private final LogWatch log = new LogWatch();

  /** That a client leaves is no fault: neither ours nor the handler's. */
  @AfterEach
  void nothingWasLogged() {
    log.close();
    log.assertSilent();
  }

  /** How a client can leave. */
  enum Leaving {
    HTTP1_FIN,
    HTTP1_RST,
    HTTP2_FIN,
    HTTP2_RST,
    HTTP2_RST_STREAM
  }

  /** A client that makes one request and leaves. */
  private static final class Visitor implements AutoCloseable {
    private final Leaving leaving;
    private final RawHttp1 http1;
    private final RawHttp2 http2;
    private int stream;

    Visitor(TestServer server, Leaving leaving) throws IOException {
      this.leaving = leaving;
      boolean first = leaving == Leaving.HTTP1_FIN || leaving == Leaving.HTTP1_RST;
      http1 = first ? server.http1() : null;
      http2 = first ? null : server.http2();
    }

    Visitor request(String method, String path) throws IOException {
      if (http1 != null) {
        http1.send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      } else {
        stream = http2.request(method, path, true);
      }
      return this;
    }

    Visitor beginUpload(String path) throws IOException {
      if (http1 != null) {
        http1.send(
            "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf");
      } else {
        stream = http2.request("POST", path, false);
        http2.data(stream, "half", false);
      }
      return this;
    }

    void leave() throws IOException {
      switch (leaving) {
        case HTTP1_FIN -> http1.close();
        case HTTP1_RST -> http1.reset();
        case HTTP2_FIN -> http2.close();
        case HTTP2_RST -> http2.reset();
        case HTTP2_RST_STREAM -> http2.resetStream(stream);
      }
    }

    /** Waits until the server has noticed, by what it does with the connection. */
    void awaitNoticed(TestServer server) throws IOException {
      if (leaving == Leaving.HTTP2_RST_STREAM) {
        http2.awaitPong();
      } else {
        await().until(() -> server.server().status().connections() == 0);
      }
    }

    @Override
    public void close() throws IOException {
      hangUp();
    }

    void hangUp() throws IOException {
      if (http1 != null) {
        http1.close();
      } else {
        http2.close();
      }
    }
  }

  /** What became of a handler and its stream. */
  private static final class Witness {
    final CountDownLatch started = new CountDownLatch(1);
    final CountDownLatch release = new CountDownLatch(1);
    final AtomicInteger interrupted = new AtomicInteger();
    final AtomicInteger left = new AtomicInteger();
    final AtomicInteger completed = new AtomicInteger();
    final AtomicInteger ticks = new AtomicInteger();
    final List<CloseReason.Kind> closed = new CopyOnWriteArrayList<>();
    volatile Thread thread;

    /** Parks as a handler does that waits for a database or a queue. */
    void park() {
      thread = Thread.currentThread();
      started.countDown();
      try {
        release.await();
        completed.incrementAndGet();
      } catch (InterruptedException e) {
        interrupted.incrementAndGet();
      } finally {
        left.incrementAndGet();
      }
    }

    void watch(LiveStream out) {
      out.onClose(reason -> closed.add(reason.kind()));
    }

    void awaitStarted() throws InterruptedException {
      assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static TestServer streaming(StreamHandler handler) {
    Millrace app = Millrace.create();
    app.stream("/", handler);
    return TestServer.start(app);
  }

  private static void leaveAndAwaitQuiet(TestServer server, Visitor visitor) throws IOException {
    visitor.leave();
    visitor.awaitNoticed(server);
    if (visitor.leaving == Leaving.HTTP2_RST_STREAM) {
      await()
          .untilAsserted(() -> {
            assertThat(server.server().status().streams()).isZero();
            assertThat(server.server().status().timers()).isZero();
            assertThat(server.server().status().virtualThreads()).isZero();
          });
      // The connection itself has not suffered.
      visitor.http2.awaitPong();
      assertThat(visitor.http2.goAwayCode()).isEqualTo(-1);
      visitor.hangUp();
    }
    server.awaitQuiet();
  }

  @ParameterizedTest
  @EnumSource
  void aParkedStreamHandlerIsInterrupted(Leaving leaving) throws Exception {
    Witness witness = new Witness();
    try (TestServer server =
            streaming(out -> {
              witness.watch(out);
              out.send("hello");
              witness.park();
            });
        Visitor visitor = new Visitor(server, leaving).request("GET", "/")) {
      witness.awaitStarted();
      leaveAndAwaitQuiet(server, visitor);
      assertThat(witness.interrupted).hasValue(1);
      assertThat(witness.left).hasValue(1);
      assertThat(witness.closed).containsExactly(CloseReason.Kind.DISCONNECTED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStreamHandlerThatHasSentNothingIsInterrupted(Leaving leaving) throws Exception {
    Witness witness = new Witness();
    try (TestServer server =
            streaming(out -> {
              witness.watch(out);
              witness.park();
            });
        Visitor visitor = new Visitor(server, leaving).request("GET", "/")) {
      witness.awaitStarted();
      leaveAndAwaitQuiet(server, visitor);
      assertThat(witness.interrupted).hasValue(1);
      assertThat(witness.closed).containsExactly(CloseReason.Kind.DISCONNECTED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void sendUnderBackpressureThrows(Leaving leaving) throws Exception {
    Witness witness = new Witness();
    List<Exception> thrown = new CopyOnWriteArrayList<>();
    try (TestServer server =
            streaming(out -> {
              witness.watch(out);
              witness.thread = Thread.currentThread();
              witness.started.countDown();
              try {
                while (true) {
                  out.send(BIG);
                }
              } catch (StreamClosedException e) {
                thrown.add(e);
                throw e;
              } finally {
                witness.left.incrementAndGet();
              }
            });
        Visitor visitor = new Visitor(server, leaving)) {
      if (visitor.http2 != null) {
        visitor.http2.credit(RawHttp2.Credit.NONE);
      }
      visitor.request("GET", "/");
      witness.awaitStarted();
      // The client reads nothing, so soon the thread waits in send and goes on waiting.
      await()
          .during(Duration.ofMillis(100))
          .until(() -> witness.thread.getState() == Thread.State.WAITING);
      leaveAndAwaitQuiet(server, visitor);
      await()
          .untilAsserted(() -> {
            assertThat(thrown).hasSize(1);
            assertThat(witness.left).hasValue(1);
            assertThat(witness.closed).containsExactly(CloseReason.Kind.DISCONNECTED);
          });
    }
  }

  @ParameterizedTest
  @EnumSource
  void timersStopAfterTheHandlerHasReturned(Leaving leaving) throws Exception {
    Witness witness = new Witness();
    try (TestServer server =
            streaming(out -> {
              witness.watch(out);
              out.every(
                  Duration.ofMillis(10),
                  () -> {
                    out.send("tick");
                    if (witness.ticks.incrementAndGet() == 3) {
                      witness.started.countDown();
                    }
                  });
            });
        Visitor visitor = new Visitor(server, leaving).request("GET", "/")) {
      witness.awaitStarted();
      leaveAndAwaitQuiet(server, visitor);
      assertThat(witness.closed).containsExactly(CloseReason.Kind.DISCONNECTED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTimerAtWorkIsInterrupted(Leaving leaving) throws Exception {
    Witness witness = new Witness();
    try (TestServer server =
            streaming(out -> {
              witness.watch(out);
              out.every(Duration.ofMillis(10), witness::park);
            });
        Visitor visitor = new Visitor(server, leaving).request("GET", "/")) {
      witness.awaitStarted();
      leaveAndAwaitQuiet(server, visitor);
      assertThat(witness.interrupted).hasValue(1);
      assertThat(witness.left).hasValue(1);
      assertThat(witness.closed).containsExactly(CloseReason.Kind.DISCONNECTED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSilentStreamEndsAndWhatIsAttachedIsClosed(Leaving leaving) throws Exception {
    Witness witness = new Witness();
    try (TestServer server =
            streaming(out -> {
              witness.watch(out);
              out.attach((AutoCloseable) witness.left::incrementAndGet);
              out.keepOpen();
              witness.started.countDown();
            });
        Visitor visitor = new Visitor(server, leaving).request("GET", "/")) {
      witness.awaitStarted();
      leaveAndAwaitQuiet(server, visitor);
      assertThat(witness.left).hasValue(1);
      assertThat(witness.closed).containsExactly(CloseReason.Kind.DISCONNECTED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBusyHandlerSeesThatTheStreamIsClosed(Leaving leaving) throws Exception {
    Witness witness = new Witness();
    try (TestServer server =
            streaming(out -> {
              witness.watch(out);
              witness.started.countDown();
              while (out.isOpen()) {
                Thread.onSpinWait();
              }
              witness.left.incrementAndGet();
            });
        Visitor visitor = new Visitor(server, leaving).request("GET", "/")) {
      witness.awaitStarted();
      leaveAndAwaitQuiet(server, visitor);
      assertThat(witness.left).hasValue(1);
      assertThat(witness.closed).containsExactly(CloseReason.Kind.DISCONNECTED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aParkedGetHandlerIsInterrupted(Leaving leaving) throws Exception {
    Witness witness = new Witness();
    Millrace app = Millrace.create();
    app.get(
        "/",
        request -> {
          witness.park();
          return Response.text("for nobody");
        });
    try (TestServer server = TestServer.start(app);
        Visitor visitor = new Visitor(server, leaving).request("GET", "/")) {
      witness.awaitStarted();
      leaveAndAwaitQuiet(server, visitor);
      assertThat(witness.interrupted).hasValue(1);
      assertThat(witness.left).hasValue(1);
    }
  }

  /** It may have begun to change something: RFC 9110, section 9.2.1. */
  @ParameterizedTest
  @EnumSource
  void aParkedPostHandlerIsNotInterrupted(Leaving leaving) throws Exception {
    Witness witness = new Witness();
    Millrace app = Millrace.create();
    app.post(
        "/",
        request -> {
          witness.park();
          return Response.text("for nobody");
        });
    try (TestServer server = TestServer.start(app);
        Visitor visitor = new Visitor(server, leaving).request("POST", "/")) {
      witness.awaitStarted();
      visitor.leave();
      visitor.awaitNoticed(server);
      assertThat(server.server().status().virtualThreads()).isEqualTo(1);
      witness.release.countDown();
      visitor.hangUp();
      server.awaitQuiet();
      assertThat(witness.interrupted).hasValue(0);
      assertThat(witness.completed).hasValue(1);
    }
  }

  /**
   * So much that the server has stopped to read. Then a FIN is behind what is unread, and seen when
   * the next heartbeat finds nobody; a RST is seen at once.
   */
  @Test
  void aClientThatHasAskedForTooMuchIsSeenToLeave() throws Exception {
    Witness witness = new Witness();
    try (TestServer server =
            streaming(out -> {
              witness.watch(out);
              out.send("hello");
              witness.park();
            });
        Visitor visitor = new Visitor(server, Leaving.HTTP1_RST).request("GET", "/")) {
      witness.awaitStarted();
      visitor.http1.head();
      visitor.http1.chunksUntil("hello");
      visitor.http1.send("GET /later HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(5000));
      leaveAndAwaitQuiet(server, visitor);
      assertThat(witness.interrupted).hasValue(1);
      assertThat(witness.closed).containsExactly(CloseReason.Kind.DISCONNECTED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHandlerThatWaitsForTheBodyIsToldByAnException(Leaving leaving) throws Exception {
    Witness witness = new Witness();
    List<Exception> thrown = new CopyOnWriteArrayList<>();
    Millrace app = Millrace.create();
    app.post(
        "/",
        request -> {
          try {
            assertThat(request.input().read()).isEqualTo('h');
            witness.started.countDown();
            return Response.bytes(request.input().readAllBytes());
          } catch (IOException e) {
            thrown.add(e);
            throw e;
          }
        });
    try (TestServer server = TestServer.start(app);
        Visitor visitor = new Visitor(server, leaving).beginUpload("/")) {
      witness.awaitStarted();
      leaveAndAwaitQuiet(server, visitor);
      assertThat(thrown).hasSize(1);
    }
  }

  /** A file's bytes, of which the first have been read when the client goes. */
  @ParameterizedTest
  @EnumSource
  void aClientThatLeavesWhileAFileIsReadIsNoFault(Leaving leaving) throws Exception {
    Witness witness = new Witness();
    Millrace app = Millrace.create();
    app.get("/", request -> Response.content(new SlowContent(witness.started)));
    try (TestServer server = TestServer.start(app);
        Visitor visitor = new Visitor(server, leaving).request("GET", "/")) {
      witness.awaitStarted();
      leaveAndAwaitQuiet(server, visitor);
    }
  }

  /** Stops after its beginning, and fails as a file's channel does when it is interrupted. */
  private record SlowContent(CountDownLatch stopped) implements Content {

    @Override
    public long length() {
      return 1_000_000;
    }

    @Override
    public String type() {
      return "application/octet-stream";
    }

    @Override
    public String etag() {
      return "\"1\"";
    }

    @Override
    public @Nullable Instant lastModified() {
      return null;
    }

    @Override
    public @Nullable Path file() {
      return null;
    }

    @Override
    public InputStream open(long from) {
      return new InputStream() {
        private boolean begun;

        @Override
        public int read() {
          throw new IllegalStateException("read one by one");
        }

        @Override
        public int read(byte[] target, int at, int length) throws IOException {
          if (!begun) {
            begun = true;
            return length;
          }
          stopped.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          throw new ClosedByInterruptException();
        }
      };
    }
  }
}
