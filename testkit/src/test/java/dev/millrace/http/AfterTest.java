package dev.millrace.http;

import static dev.millrace.http.Response.text;
import static dev.millrace.test.Eventually.eventually;
import static dev.millrace.test.Eventually.next;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.millrace.Millrace;
import dev.millrace.stream.CloseReason.Kind;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What filters do before a handler, after a response, and all the way to the end of a stream. */
class AfterTest {
  private static final Key<String> USER = Key.of("user", String.class);

  private final Millrace app = Millrace.create();
  private final List<String> log = new CopyOnWriteArrayList<>();

  private Filter hook(String name) {
    return Filter.after((request, outcome) ->
        log.add("%s %s %d".formatted(name, outcome.reason().kind(), outcome.events())));
  }

  @OverEachWiring
  void hooksRunAtTheEndOfAStreamFromTheInnermostOut(Wiring wiring) {
    app.filter(hook("first")).filter(hook("second"));
    app.with(hook("third")).stream(
        "/s",
        out -> {
          out.onClose(reason -> log.add("cleanup"));
          out.send("a");
          out.send("b");
          out.keepOpen();
        });
    try (var test = wiring.start(app)) {
      try (var s = test.stream("/s")) {
        s.awaitEvents(2);
        assertThat(log).isEmpty();
      }
      eventually("all hooks have run", () -> log.size() == 4);
      assertThat(log)
          .containsExactly(
              "cleanup", "third DISCONNECTED 2", "second DISCONNECTED 2", "first DISCONNECTED 2");
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aHookIsToldWhatBecameOfEachResponse(Wiring wiring) {
    var outcomes = new LinkedBlockingQueue<Outcome>();
    app.filter(Filter.after((request, outcome) -> outcomes.add(outcome)));
    app.get("/text", request -> text("four"));
    app.stream("/s", out -> out.send("x"));
    try (var test = wiring.start(app)) {
      test.get("/text");
      Outcome whole = next(outcomes);
      assertThat(whole.status()).isEqualTo(200);
      assertThat(whole.bytes()).isEqualTo(4);
      assertThat(whole.reason().kind()).isEqualTo(Kind.COMPLETED);
      test.get("/nothing");
      assertThat(next(outcomes).status()).isEqualTo(404);
      test.get("/s");
      Outcome streamed = next(outcomes);
      assertThat(streamed.events()).isEqualTo(1);
      assertThat(streamed.reason().kind()).isEqualTo(Kind.COMPLETED);
      assertThat(outcomes).isEmpty();
    }
  }

  // --- 85: the context ---

  @OverEachWiring
  void anAttributeReachesTheTimersAndCleanupsOfAStream(Wiring wiring) {
    var seen = new LinkedBlockingQueue<String>();
    app.filter(Filter.before(request -> request.attribute(USER, "ada")));
    app.filter(
        Filter.after(
            (request, outcome) -> seen.add("after: " + request.attribute(USER).orElse("nobody"))));
    app.stream(
        "/s",
        out -> {
          out.onClose(
              reason -> seen.add("cleanup: " + out.request().attribute(USER).orElse("nobody")));
          out.attach(
              (AutoCloseable)
                  () -> seen.add("attached: " + out.request().attribute(USER).orElse("nobody")));
          out.every(
              Duration.ofMillis(1), () -> out.send(out.request().attribute(USER).orElse("nobody")));
        });
    try (var test = wiring.start(app)) {
      try (var s = test.stream("/s")) {
        assertThat(s.awaitEvent().data()).isEqualTo("ada");
      }
      assertThat(next(seen)).isEqualTo("attached: ada");
      assertThat(next(seen)).isEqualTo("cleanup: ada");
      assertThat(next(seen)).isEqualTo("after: ada");
    }
  }

  // --- the access log ---

  @OverEachWiring
  void aStreamHasItsLineInTheAccessLogWhenItIsOver(Wiring wiring) {
    var logger = (Logger) LoggerFactory.getLogger("after.test");
    var lines = new LinkedBlockingQueue<String>();
    var appender =
        new AppenderBase<ILoggingEvent>() {
          @Override
          protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
          }
        };
    appender.start();
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    logger.addAppender(appender);
    app.filter(RequestId.DEFAULT).filter(new AccessLog().logger("after.test"));
    app.stream(
        "/s",
        out -> {
          out.send("x");
          out.keepOpen();
        });
    try (var test = wiring.start(app)) {
      try (var s = test.stream("/s?token=abc")) {
        s.awaitEvent();
        assertThat(lines).isEmpty();
      }
      assertThat(next(lines))
          .startsWith("GET /s?token=*** 200 DISCONNECTED ")
          .contains(" 1 events ");
      test.get("/nothing");
      assertThat(next(lines)).startsWith("GET /nothing 404 COMPLETED ");
    } finally {
      logger.detachAppender(appender);
    }
  }

  // --- the request's id ---

  @OverEachWiring
  void theIdIsInTheLogsContextWhileAHandlerRunsAndInTheResponse(Wiring wiring) {
    app.filter(RequestId.DEFAULT);
    app.get("/text", request -> text(String.valueOf(MDC.get("request"))));
    app.stream("/s", out -> out.send(String.valueOf(MDC.get("request"))));
    app.get(
        "/list",
        request ->
            Response.stream(List.of(1).stream().map(i -> String.valueOf(MDC.get("request")))));
    try (var test = wiring.start(app)) {
      var whole = test.get("/text");
      assertThat(whole.header("X-Request-Id")).contains(whole.text());
      for (String path : List.of("/s", "/list")) {
        var streamed = test.get(path);
        assertThat(streamed.text())
            .isEqualTo("data: " + streamed.header("X-Request-Id").orElseThrow() + "\n\n");
      }
      assertThat(test.get("/nothing").header("X-Request-Id")).isPresent();
      nothingIsLeftOf(test);
    }
  }
}
