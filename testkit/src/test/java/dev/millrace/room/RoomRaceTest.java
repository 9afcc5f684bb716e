package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.http.Limits;
import dev.millrace.http.Response;
import dev.millrace.test.Eventually;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestStream;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;

/** Joins and leaves against sends, closes and the end of the server: nothing is left of them. */
class RoomRaceTest {
  /** More than there are at once in any test here. */
  private static final int STREAMS = 2000;

  private final Millrace app = Millrace.create();
  private final Warnings warnings = new Warnings();

  @AfterEach
  void nothingIsLogged() {
    warnings.close();
    warnings.assertNone();
  }

  /**
   * A client of HTTP/2 has all its streams on one connection. It refuses more than the server
   * allows, and more than 100 until it has heard of that: with the first response it has.
   */
  private static TestApp start(Wiring wiring, Millrace app) {
    app.get("/first", request -> Response.text("first"));
    Limits limits = Limits.DEFAULT.streamsPerConnection(STREAMS);
    TestApp test = wiring.start(app, ServerOptions.DEFAULT.limits(limits));
    assertThat(test.get("/first").text()).isEqualTo("first");
    return test;
  }

  private void nobodyIsLeft(String... rooms) {
    for (String room : rooms) {
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(app.room(room).size()).isZero());
    }
  }

  @OverEachWiring
  void aThousandJoinAtOnceWhileMessagesAreSent(Wiring wiring) throws Exception {
    int members = 1000;
    app.stream("/join", out -> out.join("crowd"));
    try (TestApp test = start(wiring, app)) {
      Queue<TestStream> streams = new ConcurrentLinkedQueue<>();
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < members; i++) {
        boolean sends = i % 10 == 0;
        all.add(
            CompletableFuture.runAsync(
                () -> {
                  streams.add(test.stream("/join"));
                  if (sends) {
                    app.room("crowd").send("some");
                  }
                },
                Thread::startVirtualThread));
      }
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(40, TimeUnit.SECONDS);
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() ->
              assertThat(app.room("crowd").size())
                  .as("%s", streams.stream().filter(stream -> !stream.isOpen()).limit(3).toList())
                  .isEqualTo(members));
      app.room("crowd").send("last");
      for (TestStream stream : streams) {
        stream.awaitText("last", Duration.ofSeconds(20));
      }
      streams.forEach(TestStream::reset);
      nobodyIsLeft("crowd");
      Eventually.nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void joinsAndLeavesRaceWithSendsAndCloses(Wiring wiring) throws Exception {
    String[] rooms = {"r0", "r1", "r2", "r3"};
    app.stream(
        "/busy",
        out -> {
          for (int i = 0; i < 20; i++) {
            Membership first = out.join(rooms[i % 4]);
            out.join(rooms[(i + 1) % 4]);
            out.to(rooms[i % 4]).exceptMe().send(i);
            first.send("more");
            first.leave();
          }
          if (out.request().query("close").isPresent()) {
            out.close();
          }
        });
    try (TestApp test = start(wiring, app)) {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        boolean resets = i % 3 == 0;
        boolean closes = i % 2 == 0;
        all.add(
            CompletableFuture.runAsync(
                () -> {
                  TestStream stream = test.stream(closes ? "/busy?close=1" : "/busy");
                  if (resets) {
                    stream.reset();
                  } else if (closes) {
                    stream.awaitEnd(Duration.ofSeconds(20));
                  } else {
                    stream.awaitText("id: ", Duration.ofSeconds(20));
                    stream.close();
                  }
                },
                Thread::startVirtualThread));
      }
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(40, TimeUnit.SECONDS);
      nobodyIsLeft(rooms);
      Eventually.nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void theServerStopsWhileAllThatGoesOn(Wiring wiring) throws Exception {
    AtomicInteger joined = new AtomicInteger();
    app.stream(
        "/stay",
        out -> {
          out.join("r0");
          joined.incrementAndGet();
          out.join("r1").leave();
        });
    AtomicBoolean over = new AtomicBoolean();
    Queue<String> refused = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    TestApp test = start(wiring, app);
    for (int i = 0; i < 8; i++) {
      all.add(
          CompletableFuture.runAsync(
              () -> {
                for (int n = 0; n < 100 && !over.get(); n++) {
                  try {
                    app.room("r0").send("x");
                    app.room("r1").send("y");
                    TestStream stream = test.stream("/stay");
                    if (n % 3 == 0) {
                      stream.close();
                    }
                  } catch (RuntimeException | AssertionError e) {
                    refused.add(String.valueOf(e));
                  }
                }
              },
              task -> Thread.ofPlatform().start(task)));
    }
    try {
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(joined).as("%s", refused.peek()).hasValueGreaterThan(20));
      test.close();
    } finally {
      over.set(true);
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(40, TimeUnit.SECONDS);
    nobodyIsLeft("r0", "r1");
  }
}
