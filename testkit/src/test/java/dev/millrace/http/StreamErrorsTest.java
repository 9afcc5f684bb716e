package dev.millrace.http;

import static dev.millrace.http.Response.json;
import static dev.millrace.http.Response.stream;
import static dev.millrace.http.Response.text;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestEvent;
import dev.millrace.test.TestStream.End;
import dev.millrace.test.Wiring;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Handlers of errors serve streams that have begun: rows 105 and 106 of the acceptance list. */
class StreamErrorsTest {
  private final Millrace app = Millrace.create();

  static final class Unpaid extends Exception {}

  private void failing(String path, Exception failure) {
    app.stream(
        path,
        out -> {
          out.send(1);
          throw failure;
        });
  }

  @OverEachWiring
  void oneHandlerServesResponsesAndStreams(Wiring wiring) {
    app.onError(Unpaid.class, (request, e) -> json(Map.of("pay", request.path())).status(402));
    app.get(
        "/whole",
        request -> {
          throw new Unpaid();
        });
    failing("/s", new Unpaid());
    try (var test = wiring.start(app);
        var events = test.stream("/s");
        var lines = test.request("GET", "/s").accept("application/x-ndjson").stream()) {
      assertThat(test.get("/whole").status()).isEqualTo(402);
      assertThat(test.get("/whole").text()).isEqualTo("{\"pay\":\"/whole\"}");
      assertThat(events.awaitEvent().data()).isEqualTo("1");
      TestEvent error = events.awaitEvent();
      assertThat(error.name()).isEqualTo("error");
      assertThat(error.data()).isEqualTo("{\"pay\":\"/s\"}");
      assertThat(events.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(lines.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(lines.text()).isEqualTo("1\n{\"event\":\"error\",\"data\":{\"pay\":\"/s\"}}\n");
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void soDoesAHandlerOfAStatus(Wiring wiring) {
    app.onStatus(409, (request, problem) -> text("late:\n" + problem.detail()));
    app.onStatus(500, (request, problem) -> json(List.of(problem.status())));
    failing("/409", new HttpException(409, "gone"));
    failing("/500", new IOException("a secret"));
    try (var test = wiring.start(app);
        var late = test.stream("/409");
        var lines = test.request("GET", "/409").accept("application/x-ndjson").stream();
        var broken = test.stream("/500")) {
      assertThat(late.awaitEvents(2).getLast().data()).isEqualTo("late:\ngone");
      assertThat(lines.awaitEnd()).isEqualTo(End.WHOLE);
      assertThat(lines.text()).isEqualTo("1\n{\"event\":\"error\",\"data\":\"late:\\ngone\"}\n");
      assertThat(broken.awaitEvents(2).getLast().data()).isEqualTo("[500]");
    }
  }

  @OverEachWiring
  void whatATimerThrowsIsTreatedAlike(Wiring wiring) {
    app.onError(Unpaid.class, (request, e) -> json("pay"));
    app.stream(
        "/s",
        out ->
            out.after(
                Duration.ofSeconds(1),
                () -> {
                  throw new Unpaid();
                }));
    FakeClock clock = new FakeClock();
    try (var test = wiring.startAt(clock, app);
        var s = test.stream("/s")) {
      assertThat(s.status()).isEqualTo(200);
      clock.advance(Duration.ofSeconds(1));
      assertThat(s.awaitEvent().data()).isEqualTo("pay");
      assertThat(s.awaitEnd()).isEqualTo(End.WHOLE);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aHandlerThatFailsLeavesTheUsualEvent(Wiring wiring) {
    app.onError(
        Unpaid.class,
        (request, e) -> {
          throw new IllegalStateException("a secret");
        });
    app.onError(IOException.class, (request, e) -> stream("pay first"));
    app.onError(ArithmeticException.class, (request, e) -> null);
    app.onStatus(
        409,
        (request, problem) -> {
          throw new AssertionError("a secret");
        });
    failing("/throws", new Unpaid());
    failing("/stream", new IOException("a secret"));
    failing("/null", new ArithmeticException("a secret"));
    failing("/409", new HttpException(409, "gone"));
    try (var test = wiring.start(app)) {
      for (String path : new String[] {"/throws", "/stream", "/null"}) {
        assertThat(test.get(path).text())
            .as(path)
            .startsWith("data: 1\n\nevent: error\ndata: {\"error\":\"Internal Server Error (")
            .doesNotContain("secret", "pay first");
      }
      assertThat(test.get("/409").text())
          .isEqualTo("data: 1\n\nevent: error\ndata: {\"error\":\"gone\"}\n\n");
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void whereNoErrorCanBeToldTheHandlerIsNotAskedAndTheStreamIsCut(Wiring wiring) {
    AtomicInteger asked = new AtomicInteger();
    app.onError(
        Unpaid.class,
        (request, e) -> {
          asked.incrementAndGet();
          return text("pay");
        });
    CountDownLatch go = new CountDownLatch(1);
    app.stream(
        "/array",
        out -> {
          out.send(1);
          go.await();
          throw new Unpaid();
        });
    app.get(
        "/text",
        request ->
            stream(
                    out -> {
                      out.send("1");
                      go.await();
                      throw new Unpaid();
                    })
                .type("text/plain"));
    try (var test = wiring.start(app);
        var array = test.request("GET", "/array").accept("application/json").stream();
        var plain = test.stream("/text")) {
      array.awaitText("[1");
      plain.awaitText("1");
      go.countDown();
      assertThat(array.awaitEnd()).isEqualTo(End.CUT);
      assertThat(array.text()).isEqualTo("[1");
      assertThat(plain.awaitEnd()).isEqualTo(End.CUT);
      assertThat(plain.text()).isEqualTo("1");
      assertThat(asked).hasValue(0);
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void fieldErrorsAreASentenceAndAListInTheEvent(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          out.send(1);
          Check.that("n", 5, false, "4 or fewer").done();
        });
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").text())
          .endsWith(
              """
              event: error
              data: {"error":"n: 5 (expected: 4 or fewer)",\
              "errors":[{"field":"n","value":"5","expected":"4 or fewer"}]}

              """);
    }
  }
}
