package dev.millrace.stream;

import static dev.millrace.http.Response.stream;
import static dev.millrace.test.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.http.Response;
import dev.millrace.test.FakeClock;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestEvent;
import dev.millrace.test.Wiring;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams on the wire: rows 26 to 40 of the acceptance list. */
class SseWireTest {
  private final Millrace app = Millrace.create();

  private String textOf(Wiring wiring, StreamHandler handler) {
    app.stream("/s", handler);
    try (var test = wiring.start(app)) {
      return test.get("/s").text();
    }
  }

  @OverEachWiring
  void theHeadersKeepProxiesFromHoldingTheStreamBack(Wiring wiring) {
    app.stream("/s", out -> out.send("x"));
    try (var test = wiring.start(app)) {
      var response = test.get("/s");
      assertThat(response.header("Content-Type")).contains("text/event-stream;charset=utf-8");
      assertThat(response.header("Cache-Control")).contains("no-cache, no-transform");
      assertThat(response.header("X-Accel-Buffering")).contains("no");
      assertThat(response.headers().all("Vary")).containsExactly("Accept, Accept-Encoding");
      assertThat(response.headers().contains("Content-Length")).isFalse();
      if (wiring == Wiring.HTTP_2) {
        assertThat(response.headers().contains("Connection")).isFalse();
      }
    }
  }

  @OverEachWiring
  void theHandlersOwnCacheHeaderIsKept(Wiring wiring) {
    app.get("/s", request -> stream("x").header("Cache-Control", "private, max-age=1"));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").headers().all("Cache-Control"))
          .containsExactly("private, max-age=1");
    }
  }

  @OverEachWiring
  void aSilentStreamSendsACommentAfterFifteenSeconds(Wiring wiring) {
    FakeClock clock = new FakeClock();
    app.stream("/s", LiveStream::keepOpen);
    try (var test = wiring.startAt(clock, app);
        var s = test.stream("/s")) {
      assertThat(s.status()).isEqualTo(200);
      clock.advance(Duration.ofSeconds(14));
      assertThat(s.text()).isEmpty();
      clock.advance(Duration.ofMillis(1100));
      s.awaitText(":\n\n");
      assertThat(s.awaitComment()).isEmpty();
      clock.advance(Duration.ofMillis(15_100));
      s.awaitText(":\n\n:\n\n");
    }
  }

  @Test
  void heartbeatsComeOnlyWhenNothingElseDoes() {
    FakeClock clock = new FakeClock();
    app.stream(
        "/s",
        out -> {
          out.every(Duration.ofSeconds(10), () -> out.send("tick"));
          out.send("set");
        });
    try (var test = Wiring.MEMORY.startAt(clock, app);
        var s = test.stream("/s")) {
      s.awaitText("set");
      clock.advance(Duration.ofMinutes(5));
      assertThat(s.text()).doesNotContain(":\n\n");
      assertThat(s.awaitEvents(31)).hasSize(31);
    }
  }

  @Test
  void heartbeatsComeAtTheirPeriod() {
    FakeClock clock = new FakeClock();
    app.stream("/s", LiveStream::keepOpen, StreamOptions.DEFAULT.heartbeat(Duration.ofMinutes(1)));
    try (var test = Wiring.MEMORY.startAt(clock, app);
        var s = test.stream("/s")) {
      assertThat(s.status()).isEqualTo(200);
      clock.advance(Duration.ofMinutes(10).plusSeconds(5));
      assertThat(s.text()).isEqualTo(":\n\n".repeat(10));
    }
  }

  @Test
  void aHeartbeatCanBeAnEventThatBrowsersSee() {
    FakeClock clock = new FakeClock();
    app.stream("/s", LiveStream::keepOpen, StreamOptions.DEFAULT.heartbeatEvent("beat"));
    try (var test = Wiring.MEMORY.startAt(clock, app);
        var s = test.stream("/s");
        var lines = test.request("GET", "/s").accept("application/x-ndjson").stream();
        var array = test.request("GET", "/s").accept("application/json").stream()) {
      assertThat(s.status() + lines.status() + array.status()).isEqualTo(600);
      clock.advance(Duration.ofSeconds(16));
      assertThat(s.awaitEvent()).isEqualTo(new TestEvent("beat", null, ""));
      assertThat(lines.awaitEvent()).isEqualTo(new TestEvent("beat", null, "\"\""));
      assertThat(array.awaitText("\n")).isEqualTo("[\n");
    }
  }

  @Test
  void heartbeatsCanBeOff() {
    FakeClock clock = new FakeClock();
    app.stream("/s", LiveStream::keepOpen, StreamOptions.DEFAULT.heartbeat(Duration.ZERO));
    try (var test = Wiring.MEMORY.startAt(clock, app);
        var s = test.stream("/s")) {
      assertThat(s.status()).isEqualTo(200);
      clock.advance(Duration.ofMinutes(5));
      assertThat(s.text()).isEmpty();
      assertThat(s.isOpen()).isTrue();
    }
  }

  @Test
  void heartbeatsOfOtherWiresAreNothingToTheirReaders() {
    FakeClock clock = new FakeClock();
    app.stream(
        "/s",
        out -> {
          out.keepOpen();
          out.after(
              Duration.ofSeconds(20),
              () -> {
                out.send(1);
                out.close();
              });
        });
    try (var test = Wiring.MEMORY.startAt(clock, app);
        var lines = test.request("GET", "/s").accept("application/x-ndjson").stream();
        var array = test.request("GET", "/s").accept("application/json").stream();
        var text = test.request("GET", "/s").accept("text/plain").stream()) {
      assertThat(lines.status() + array.status() + text.status()).isEqualTo(600);
      clock.advance(Duration.ofSeconds(21));
      assertThat(lines.text()).isEqualTo("\n1\n");
      assertThat(array.text()).isEqualTo("[\n1]");
      assertThat(text.text()).isEqualTo("1");
    }
  }

  @OverEachWiring
  void fieldsLeaveInTheirOrder(Wiring wiring) {
    assertThat(
            textOf(
                wiring,
                out -> out.send(Event.of("d").name("n").id("i").retry(Duration.ofMillis(1500)))))
        .isEqualTo("id: i\nevent: n\nretry: 1500\ndata: d\n\n");
  }

  @OverEachWiring
  void retryAtOpenStandsBeforeTheFirstEvent(Wiring wiring) {
    var options = StreamOptions.DEFAULT.retry(Duration.ofSeconds(1));
    app.stream("/s", out -> out.send("x"), options);
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      s.awaitEnd();
      assertThat(s.text()).isEqualTo("retry: 1000\n\ndata: x\n\n");
      assertThat(s.retry()).contains(Duration.ofSeconds(1));
    }
  }

  @OverEachWiring
  void dataOfSeveralLinesIsSeveralFields(Wiring wiring) {
    assertThat(textOf(wiring, out -> out.send("a\nb\rc\r\nd\n\ne\n")))
        .isEqualTo("data: a\ndata: b\ndata: c\ndata: d\ndata: \ndata: e\ndata: \n\n");
  }

  @OverEachWiring
  void bytesOfSeveralLinesToo(Wiring wiring) {
    assertThat(textOf(wiring, out -> out.send(new byte[] {'a', '\n', 'b'})))
        .isEqualTo("data: a\ndata: b\n\n");
  }

  @OverEachWiring
  void emptyTextIsAnEvent(Wiring wiring) {
    app.stream("/s", out -> out.send(""));
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.awaitEvent()).isEqualTo(new TestEvent("message", null, ""));
    }
  }

  @OverEachWiring
  void everyScriptArrivesAsItWasSent(Wiring wiring) {
    String text = "ä € 𝄞 \u2028 \u0085 \t end";
    app.stream(
        "/s",
        out -> {
          out.send(text);
          out.send(text.repeat(3000));
          out.send(Map.of("text", text));
        });
    try (var test = wiring.start(app);
        var s = test.stream("/s")) {
      assertThat(s.awaitEvent().data()).isEqualTo(text);
      assertThat(s.awaitEvent().data()).isEqualTo(text.repeat(3000));
      assertThat((Object) s.awaitEvent().json(Map.class)).isEqualTo(Map.of("text", text));
    }
  }

  @Test
  void lineEndsAndNulAreRefusedWhereTheyWouldForgeAField() {
    assertThatThrownBy(() -> Event.of("x").id("1\ndata: forged"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("event id \"1\\ndata: forged\": LF at index 1 (expected: no CR, LF or NUL)");
    assertThatThrownBy(() -> Event.of("x").name("a\rb")).hasMessageContaining("CR at index 1");
    assertThatThrownBy(() -> Event.of("x").id("\0")).hasMessageContaining("NUL at index 0");
    assertThatThrownBy(() -> StreamOptions.DEFAULT.heartbeatEvent("a\nb"))
        .hasMessageContaining("heartbeat event");
  }

  @OverEachWiring
  void aCommentRefusesNul(Wiring wiring) {
    assertThat(
            textOf(
                wiring,
                out -> {
                  assertThatThrownBy(() -> out.comment("a\0b"))
                      .hasMessage("comment: NUL at index 1 (expected: no NUL)");
                  out.send("checked");
                }))
        .isEqualTo("data: checked\n\n");
  }

  @OverEachWiring
  void theLastEventIdIsReadable(Wiring wiring) {
    app.stream("/s", out -> out.send(out.lastEventId().orElse("none")));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").text()).isEqualTo("data: none\n\n");
      assertThat(test.request("GET", "/s").header("Last-Event-ID", "msg-7").send().text())
          .isEqualTo("data: msg-7\n\n");
    }
  }

  @OverEachWiring
  void statusHeadersAndCookiesSetBeforeAreKept(Wiring wiring) {
    app.get(
        "/s",
        request ->
            stream(out -> out.send("x"))
                .status(201)
                .header("X-From", "here")
                .header("Set-Cookie", "a=1")
                .header("Set-Cookie", "b=2"));
    try (var test = wiring.start(app)) {
      var response = test.get("/s");
      assertThat(response.status()).isEqualTo(201);
      assertThat(response.header("X-From")).contains("here");
      assertThat(response.headers().all("Set-Cookie")).containsExactlyInAnyOrder("a=1", "b=2");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text/event-stream                                   | text/event-stream;charset=utf-8
          */*                                                 | text/event-stream;charset=utf-8
          text/*                                              | text/event-stream;charset=utf-8
          text/html,application/xhtml+xml,*/*;q=0.8           | text/event-stream;charset=utf-8
          application/x-ndjson                                | application/x-ndjson
          application/jsonl                                   | application/jsonl
          application/json                                    | application/json
          text/plain                                          | text/plain;charset=utf-8
          application/json;q=0.5, application/x-ndjson        | application/x-ndjson
          text/event-stream;q=0.5, application/json;q=0.9     | application/json
          text/event-stream;q=0, */*                          | application/x-ndjson
          """)
  void theClientChoosesTheWire(String accept, String contentType) {
    app.stream("/s", out -> out.send(1));
    try (var test = TestApp.inMemory(app)) {
      var response = test.request("GET", "/s").accept(accept).send();
      assertThat(response.header("Content-Type")).contains(contentType);
    }
  }

  @OverEachWiring
  void oneRouteServesAllWires(Wiring wiring) {
    app.stream(
        "/s",
        out -> {
          out.send("text");
          out.send(Event.of(List.of(1)).name("n").id("i"));
        });
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").text()).isEqualTo("data: text\n\nid: i\nevent: n\ndata: [1]\n\n");
      assertThat(test.request("GET", "/s").accept("application/x-ndjson").send().text())
          .isEqualTo("\"text\"\n{\"event\":\"n\",\"id\":\"i\",\"data\":[1]}\n");
      assertThat(test.request("GET", "/s").accept("application/json").send().text())
          .isEqualTo("[\"text\",{\"event\":\"n\",\"id\":\"i\",\"data\":[1]}]");
      assertThat(test.request("GET", "/s").accept("text/plain").send().text()).isEqualTo("text[1]");
    }
  }

  @OverEachWiring
  void anEmptyStreamIsWholeOnEveryWire(Wiring wiring) {
    app.stream("/s", out -> {});
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").text()).isEmpty();
      assertThat(test.request("GET", "/s").accept("application/x-ndjson").send().text()).isEmpty();
      assertThat(test.request("GET", "/s").accept("application/json").send().text())
          .isEqualTo("[]");
      assertThat(test.request("GET", "/s").accept("text/plain").send().text()).isEmpty();
    }
  }

  @OverEachWiring
  void aClientThatTakesNoneOfTheWiresGetsA406(Wiring wiring) {
    app.stream("/s", out -> out.send(1));
    try (var test = wiring.start(app)) {
      var response = test.request("GET", "/s").accept("image/png").send();
      assertThat(response.status()).isEqualTo(406);
      assertThat(response.text()).contains("text/event-stream");
    }
  }

  @OverEachWiring
  void theResponsesOwnTypeDecidesAlone(Wiring wiring) {
    app.get("/csv", request -> stream(List.of("a,b\n", "c,d\n")).type("text/csv"));
    app.get("/lines", request -> stream(List.of(1, 2)).type("application/x-ndjson"));
    app.stream("/text", out -> out.send("x"), StreamOptions.DEFAULT.type("text/plain"));
    try (var test = wiring.start(app)) {
      assertThat(test.request("GET", "/csv").accept("text/event-stream").send().text())
          .isEqualTo("a,b\nc,d\n");
      assertThat(test.get("/lines").text()).isEqualTo("1\n2\n");
      assertThat(test.get("/text").text()).isEqualTo("x");
      assertThat(test.get("/csv").headers().all("Vary")).containsExactly("Accept-Encoding");
    }
  }

  @OverEachWiring
  void headRunsNothingAndHasTheHeadersOfGet(Wiring wiring) {
    boolean[] ran = {false};
    app.stream(
        "/s",
        out -> {
          ran[0] = true;
          out.keepOpen();
        });
    try (var test = wiring.start(app)) {
      var response = test.request("HEAD", "/s").send();
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.header("Content-Type")).contains("text/event-stream;charset=utf-8");
      assertThat(response.bytes()).isEmpty();
      assertThat(ran[0]).isFalse();
      eventually("nothing is open", () -> test.server().status().streams() == 0);
    }
  }

  @OverEachWiring
  void aDownloadHasAName(Wiring wiring) {
    app.get(
        "/s",
        request -> Response.stream(List.of("a\n")).type("text/csv").attachment("größe \"1\".csv"));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/s").header("Content-Disposition"))
          .contains(
              "attachment; filename=\"gr__e _1_.csv\";"
                  + " filename*=UTF-8''gr%C3%B6%C3%9Fe%20%221%22.csv");
    }
  }
}
