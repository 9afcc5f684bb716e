package dev.millrace.http;

import static dev.millrace.http.Response.stream;
import static dev.millrace.http.Response.text;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestEvent;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What stands in front of handlers. */
class FilterTest {
  private static final Key<String> USER = Key.of("user", String.class);

  private final Millrace app = Millrace.create();
  private final List<String> log = new CopyOnWriteArrayList<>();

  private Filter noting(String name) {
    return (request, next) -> {
      log.add("before " + name);
      try {
        return next.handle(request);
      } finally {
        log.add("after " + name);
      }
    };
  }

  @OverEachWiring
  void filtersRunInTheirOrderOutsideIn(Wiring wiring) {
    app.filter(noting("first")).filter(noting("second"));
    app.with(noting("third"))
        .under("/x")
        .with(noting("fourth"))
        .get(
            "/y",
            request -> {
              log.add("handler");
              return text("done");
            });
    try (var test = wiring.start(app)) {
      assertThat(test.get("/x/y").text()).isEqualTo("done");
      assertThat(log)
          .containsExactly(
              "before first",
              "before second",
              "before third",
              "before fourth",
              "handler",
              "after fourth",
              "after third",
              "after second",
              "after first");
    }
  }

  @OverEachWiring
  void aFilterOfSomeRoutesLeavesTheOthersAlone(Wiring wiring) {
    app.with(noting("inner")).get("/in", request -> text("in"));
    app.get("/out", request -> text("out"));
    try (var test = wiring.start(app)) {
      test.get("/out");
      assertThat(log).isEmpty();
      test.get("/in");
      assertThat(log).hasSize(2);
    }
  }

  @OverEachWiring
  void aFilterOfTheAppSeesWhatNoRouteFits(Wiring wiring) {
    app.filter(noting("app"));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/nothing").status()).isEqualTo(404);
      assertThat(log).containsExactly("before app", "after app");
    }
  }

  @OverEachWiring
  void aFilterMayAnswerItself(Wiring wiring) {
    app.filter((request, next) -> text("teapot").status(418));
    app.get(
        "/",
        request -> {
          log.add("handler");
          return text("never");
        });
    try (var test = wiring.start(app)) {
      assertThat(test.get("/").status()).isEqualTo(418);
      assertThat(log).isEmpty();
    }
  }

  @OverEachWiring
  void aFilterMayRefuseAStreamWithARealStatus(Wiring wiring) {
    app.filter((request, next) -> {
      throw new HttpException(401, "who are you?").header("WWW-Authenticate", "Bearer");
    });
    app.stream("/s", out -> log.add("handler"));
    try (var test = wiring.start(app)) {
      var response = test.get("/s");
      assertThat(response.status()).isEqualTo(401);
      assertThat(response.header("WWW-Authenticate")).contains("Bearer");
      assertThat(log).isEmpty();
    }
  }

  @OverEachWiring
  void aFilterMayAddToAResponseEvenToAStream(Wiring wiring) {
    app.filter((request, next) -> next.handle(request).header("X-Filter", "was here"));
    app.get("/text", request -> text("x"));
    app.stream("/stream", out -> out.send("x"));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/text").header("X-Filter")).contains("was here");
      assertThat(test.get("/stream").header("X-Filter")).contains("was here");
    }
  }

  @OverEachWiring
  void aFilterMayPutAnotherResponseInPlaceOfAStream(Wiring wiring) {
    app.filter((request, next) -> {
      next.handle(request);
      return text("instead");
    });
    app.get("/s", request -> stream(out -> log.add("begun")));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").text()).isEqualTo("instead");
      assertThat(log).isEmpty();
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void nextMayBeCalledOnlyOnce(Wiring wiring) {
    AtomicInteger handled = new AtomicInteger();
    app.filter((request, next) -> {
      next.handle(request);
      return next.handle(request);
    });
    app.get("/", request -> text("" + handled.incrementAndGet()));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/").status()).isEqualTo(500);
      assertThat(handled.get()).isEqualTo(1);
    }
  }

  @OverEachWiring
  void aFilterThatReturnsNothingIsA500(Wiring wiring) {
    app.filter((request, next) -> null);
    try (var test = wiring.start(app)) {
      assertThat(test.get("/").status()).isEqualTo(500);
    }
  }

  @OverEachWiring
  void anAttributeReachesTheHandlerAndAllThatTheStreamStarts(Wiring wiring) {
    app.filter((request, next) -> {
      request.attribute(USER, "ada");
      return next.handle(request);
    });
    app.stream(
        "/s",
        out -> {
          out.send(out.request().attribute(USER).orElse("nobody"));
          out.after(
              Duration.ofMillis(1), () -> out.send(out.request().attribute(USER).orElse("?")));
        });
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.awaitEvents(2)).extracting(TestEvent::data).containsExactly("ada", "ada");
    }
  }
}
