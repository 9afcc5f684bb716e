package dev.millrace.engine;

import static dev.millrace.http.Response.stream;
import static dev.millrace.http.Response.text;
import static dev.millrace.test.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.http.HttpException;
import dev.millrace.http.Outcome;
import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** What runs after a response: row 87 of the acceptance list. */
class OutcomeTest {
  private final Millrace app = Millrace.create();
  private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
  private final List<String> log = new CopyOnWriteArrayList<>();

  private Response noting(Request request, Response response) {
    request.after(outcomes::add);
    return response;
  }

  private Outcome only() {
    eventually("the hook has run", () -> outcomes.size() == 1);
    return outcomes.getFirst();
  }

  @OverEachWiring
  void aWholeResponseTellsItsStatusAndBytes(Wiring wiring) {
    app.get("/a", request -> noting(request, text("12345").status(201)));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/a").status()).isEqualTo(201);
      Outcome outcome = only();
      assertThat(outcome.status()).isEqualTo(201);
      assertThat(outcome.bytes()).isEqualTo(5);
      assertThat(outcome.reason().kind()).isEqualTo(Kind.COMPLETED);
    }
  }

  @OverEachWiring
  void headMovesNoBytes(Wiring wiring) {
    app.get("/a", request -> noting(request, text("12345")));
    try (var test = wiring.start(app)) {
      test.request("HEAD", "/a").send();
      assertThat(only().bytes()).isZero();
    }
  }

  @OverEachWiring
  void theInnermostRunsFirst(Wiring wiring) {
    app.filter((request, next) -> {
      request.after(outcome -> log.add("app"));
      return next.handle(request);
    });
    app.with(
            (request, next) -> {
              request.after(outcome -> log.add("route"));
              return next.handle(request);
            })
        .get(
            "/a",
            request -> {
              request.after(outcome -> log.add("handler"));
              return text("a");
            });
    try (var test = wiring.start(app)) {
      test.get("/a");
      eventually("all have run", () -> log.size() == 3);
      assertThat(log).containsExactly("handler", "route", "app");
    }
  }

  @OverEachWiring
  void oneThatFailsStopsNoOther(Wiring wiring) {
    app.get(
        "/a",
        request -> {
          request.after(outcome -> log.add("still"));
          request.after(outcome -> {
            throw new IllegalStateException("a test's own");
          });
          return text("a");
        });
    try (var test = wiring.start(app)) {
      test.get("/a");
      eventually("the other has run", () -> log.contains("still"));
    }
  }

  @OverEachWiring
  void aRefusalIsAnOutcomeToo(Wiring wiring) {
    app.filter((request, next) -> {
      request.after(outcomes::add);
      return next.handle(request);
    });
    app.get(
        "/a",
        request -> {
          throw new HttpException(409, "not now");
        });
    try (var test = wiring.start(app)) {
      test.get("/a");
      assertThat(only().status()).isEqualTo(409);
    }
  }

  @OverEachWiring
  void aStreamsComesAtItsEndWithWhatItMoved(Wiring wiring) {
    FakeClock clock = new FakeClock();
    CountDownLatch enough = new CountDownLatch(1);
    app.get(
        "/s",
        request ->
            noting(
                request,
                stream(out -> {
                  out.onClose(() -> log.add("cleanup"));
                  request.after(outcome -> log.add("after"));
                  out.send("one");
                  out.send("two");
                  enough.await();
                })));
    try (var test = wiring.startAt(clock, app);
        var stream = test.stream("/s")) {
      stream.awaitEvents(2);
      assertThat(outcomes).isEmpty();
      clock.advance(Duration.ofSeconds(3));
      enough.countDown();
      stream.awaitEnd();
      Outcome outcome = only();
      assertThat(outcome.status()).isEqualTo(200);
      assertThat(outcome.events()).isEqualTo(2);
      assertThat(outcome.bytes()).isGreaterThanOrEqualTo("data: one\n\ndata: two\n\n".length());
      assertThat(outcome.duration()).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
      assertThat(outcome.reason().kind()).isEqualTo(Kind.COMPLETED);
      assertThat(log).containsExactly("cleanup", "after");
    }
  }

  @OverEachWiring
  void aStreamWhoseClientLeavesSaysSo(Wiring wiring) {
    app.get(
        "/s",
        request ->
            noting(
                request,
                stream(out -> {
                  out.send("ready");
                  out.keepOpen();
                })));
    try (var test = wiring.start(app)) {
      try (var stream = test.stream("/s")) {
        stream.awaitEvent();
      }
      assertThat(only().reason().kind()).isEqualTo(Kind.DISCONNECTED);
    }
  }

  @OverEachWiring
  void aStreamThatFailsCarriesTheFailure(Wiring wiring) {
    app.get(
        "/s",
        request ->
            noting(
                request,
                stream(out -> {
                  out.send("ready");
                  throw new IllegalStateException("a test's own");
                })));
    try (var test = wiring.start(app);
        var stream = test.stream("/s")) {
      stream.awaitEnd();
      assertThat(only().reason().kind()).isEqualTo(Kind.FAILED);
      assertThat(only().reason().failure()).hasMessage("a test's own");
    }
  }

  @OverEachWiring
  void itWaitsForTheHandlerEvenWhenTheClientHasLeft(Wiring wiring) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    app.post(
        "/a",
        request -> {
          request.after(outcomes::add);
          begun.countDown();
          goOn.await();
          log.add("handled");
          request.after(outcome -> log.add("after"));
          return text("done");
        });
    try (var test = wiring.start(app)) {
      var stream = test.request("POST", "/a").body("x").stream();
      begun.await();
      stream.close();
      eventually(
          "nobody is connected",
          () -> wiring == Wiring.HTTP_2 || test.server().status().connections() == 0);
      assertThat(outcomes).isEmpty();
      goOn.countDown();
      assertThat(only().reason().kind()).isEqualTo(Kind.DISCONNECTED);
      assertThat(log).containsExactly("handled", "after");
    }
  }

  @OverEachWiring
  void aClientThatLeavesBeforeThereIsAResponseIsNoError(Wiring wiring) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    app.get(
        "/slow",
        request -> {
          request.after(outcomes::add);
          begun.countDown();
          new CountDownLatch(1).await();
          return text("never");
        });
    try (var test = wiring.start(app)) {
      var stream = test.request("GET", "/slow").stream();
      begun.await();
      stream.close();
      assertThat(only().status()).isZero();
      assertThat(only().bytes()).isZero();
      assertThat(only().reason().kind()).isEqualTo(Kind.DISCONNECTED);
    }
  }
}
