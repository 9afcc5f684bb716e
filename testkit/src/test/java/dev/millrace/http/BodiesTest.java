package dev.millrace.http;

import static dev.millrace.http.Response.text;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.Wiring;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The bodies of requests: rows 90, 92, 108 and 112 of the acceptance list. */
class BodiesTest {
  private static final ServerOptions SMALL =
      ServerOptions.DEFAULT.limits(Limits.DEFAULT.bodyBytes(1000));

  private final Millrace app = Millrace.create();

  // --- 112: the limit ---

  @OverEachWiring
  void aBodyIsTakenUpToItsLimit(Wiring wiring) {
    app.post("/length", request -> text("" + request.bytes().length));
    try (var test = wiring.start(app, SMALL)) {
      for (int size : new int[] {0, 1, 999, 1000}) {
        assertThat(test.post("/length", "x".repeat(size)).text()).isEqualTo("" + size);
      }
      for (int size : new int[] {1001, 1002, 300_000}) {
        var request = test.request("POST", "/length").body("x".repeat(size));
        assertThat(request.send().status()).as("declared " + size).isEqualTo(413);
        assertThat(request.withoutLength().send().status()).as("counted " + size).isEqualTo(413);
      }
      var largest = test.request("POST", "/length").body("x".repeat(1000)).withoutLength();
      assertThat(largest.send().text()).isEqualTo("1000");
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void theDefaultIsOneMebibyte(Wiring wiring) {
    app.post("/length", request -> text("" + request.bytes().length));
    try (var test = wiring.start(app)) {
      assertThat(test.post("/length", new byte[1 << 20]).text()).isEqualTo("1048576");
      assertThat(test.post("/length", new byte[(1 << 20) + 1]).status()).isEqualTo(413);
    }
  }

  @OverEachWiring
  void aFilterChangesTheLimit(Wiring wiring) {
    app.filter((request, next) ->
        (request.path().equals("/more") ? BodyLimit.of(5000) : BodyLimit.of(10))
            .filter(request, next));
    app.post("/more", request -> text("" + request.bytes().length));
    app.post("/less", request -> text("" + request.bytes().length));
    try (var test = wiring.start(app, SMALL)) {
      assertThat(test.post("/more", "x".repeat(5000)).text()).isEqualTo("5000");
      assertThat(test.post("/more", "x".repeat(5001)).status()).isEqualTo(413);
      assertThat(test.post("/less", "x".repeat(10)).text()).isEqualTo("10");
      assertThat(test.post("/less", "x".repeat(11)).status()).isEqualTo(413);
    }
  }

  @OverEachWiring
  void aBodyThatNobodyReadsIsNobodysConcern(Wiring wiring) {
    app.post("/deaf", request -> text("done"));
    try (var test = wiring.start(app, SMALL)) {
      assertThat(test.post("/deaf", "x".repeat(50_000)).text()).isEqualTo("done");
    }
  }

  // --- 108: statuses ---

  @OverEachWiring
  void aLengthCanBeDemanded(Wiring wiring) {
    app.filter(BodyLimit.of(10).requireLength());
    app.post("/length", request -> text("" + request.bytes().length));
    app.get("/none", request -> text("no body"));
    try (var test = wiring.start(app)) {
      var request = test.request("POST", "/length").body("x");
      assertThat(request.send().text()).isEqualTo("1");
      assertThat(request.withoutLength().send().status()).isEqualTo(411);
      assertThat(test.get("/none").text()).isEqualTo("no body");
      assertThat(test.request("POST", "/length").send().text()).isEqualTo("0");
    }
  }

  @OverEachWiring
  void aCompressedBodyIs415AndTheAnswerSaysWhatWouldDo(Wiring wiring) {
    app.post("/text", request -> text(request.text()));
    app.post("/raw", request -> text("" + request.input().readAllBytes().length));
    try (var test = wiring.start(app)) {
      var request = test.request("POST", "/text").header("Content-Encoding", "gzip").body("x");
      var response = request.send();
      assertThat(response.status()).isEqualTo(415);
      assertThat(response.header("Accept-Encoding")).contains("identity");
      var raw = test.request("POST", "/raw").header("Content-Encoding", "gzip").body("xyz");
      assertThat(raw.send().text()).isEqualTo("3");
    }
  }

  // --- more than once ---

  @OverEachWiring
  void filterAndHandlerBothReadTheBody(Wiring wiring) {
    app.filter((request, next) -> {
      int length = request.bytes().length;
      return next.handle(request).header("X-Length", "" + length);
    });
    app.post("/echo", request -> text(request.text() + request.body(String.class)));
    try (var test = wiring.start(app)) {
      var request = test.request("POST", "/echo").header("Content-Type", "application/json");
      var response = request.body("\"a\"").send();
      assertThat(response.text()).isEqualTo("\"a\"a");
      assertThat(response.header("X-Length")).contains("3");
    }
  }

  @OverEachWiring
  void chunksComeInOrderAndWhole(Wiring wiring) {
    app.post(
        "/sum",
        request -> {
          List<Integer> sizes = new ArrayList<>();
          long sum = 0;
          for (byte[] chunk : request.chunks()) {
            sizes.add(chunk.length);
            for (byte b : chunk) {
              sum = sum * 31 + b;
            }
          }
          assertThat(sizes).allSatisfy(size -> assertThat(size).isBetween(1, 16 * 1024));
          return text("" + sum);
        });
    byte[] body = new byte[900_000];
    long sum = 0;
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) (i * 7);
      sum = sum * 31 + body[i];
    }
    try (var test = wiring.start(app)) {
      assertThat(test.post("/sum", body).text()).isEqualTo("" + sum);
    }
  }

  // --- 92: merged parameters ---

  @OverEachWiring
  void aParameterComesFromPathQueryOrBody(Wiring wiring) {
    app.post(
        "/p/{id}",
        request ->
            text(
                request.param("id").orElse("-")
                    + request.param("q").orElse("-")
                    + request.param("b").orElse("-")));
    app.get("/p", request -> text(request.param("b").orElse("-")));
    try (var test = wiring.start(app)) {
      String path = "/p/1?id=2&q=3";
      assertThat(test.post(path, Map.of("id", 4, "q", 5, "b", 6)).text()).isEqualTo("136");
      assertThat(test.request("POST", path).form("id", "4", "b", "ä&=+").send().text())
          .isEqualTo("13ä&=+");
      assertThat(test.request("POST", path).multipart("b", "7").send().text()).isEqualTo("137");
      assertThat(test.request("POST", path).send().text()).isEqualTo("13-");
      assertThat(test.get("/p").text()).isEqualTo("-");
    }
  }

  // --- forms ---

  @OverEachWiring
  void aFormIsReadWhicheverWayItComes(Wiring wiring) {
    app.post(
        "/form",
        request -> {
          Form form = request.form();
          return text(form.names() + " " + form.all("a") + " " + form.all("b"));
        });
    try (var test = wiring.start(app)) {
      var encoded = test.request("POST", "/form").form("a", "1", "b", "x", "a", "\"2\" %22");
      assertThat(encoded.send().text()).isEqualTo("[a, b] [1, \"2\" %22] [x]");
      var parts =
          test.request("POST", "/form")
              .multipart("a", "1")
              .multipart("b", "x")
              .multipart("a", "\"2\" %22");
      assertThat(parts.send().text()).isEqualTo("[a, b] [1, \"2\" %22] [x]");
      assertThat(test.post("/form", "a=1").status()).isEqualTo(415);
      assertThat(test.post("/form", Map.of("a", 1)).status()).isEqualTo(415);
    }
  }

  // --- 90: cookies ---

  @OverEachWiring
  void cookiesGoAndComeBack(Wiring wiring) {
    app.get(
        "/set",
        request ->
            text("")
                .cookie(Cookie.of("a", "1"))
                .cookie(Cookie.of("b", "2").sameSite(Cookie.SameSite.STRICT)));
    app.get("/read", request -> text(request.cookies() + " " + request.cookie("b").orElse("-")));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/set").headers().all("Set-Cookie"))
          .containsExactly(
              "a=1; Path=/; Secure; HttpOnly; SameSite=Lax",
              "b=2; Path=/; Secure; HttpOnly; SameSite=Strict");
      var request = test.request("GET", "/read").cookie("a", "1").cookie("b", "2");
      assertThat(request.send().text()).isEqualTo("{a=1, b=2} 2");
    }
  }
}
