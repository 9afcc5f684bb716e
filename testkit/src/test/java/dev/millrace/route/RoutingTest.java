package dev.millrace.route;

import static dev.millrace.http.Response.noContent;
import static dev.millrace.http.Response.stream;
import static dev.millrace.http.Response.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.http.Handler;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.Wiring;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which handler answers: rows 91 and 97 of the acceptance list. */
class RoutingTest {
  private final Millrace app = Millrace.create();

  private static Handler says(String text) {
    return request -> text(text);
  }

  @OverEachWiring
  void theMostSpecificPatternWinsWhateverTheOrder(Wiring wiring) {
    app.get("/{all*}", says("all"));
    app.get("/orders/{id}", request -> text("order " + request.path("id")));
    app.get("/orders/new", says("new"));
    app.get("/orders/{id}/lines", request -> text("lines of " + request.path("id")));
    app.get("/orders/{rest*}", request -> text("rest " + request.path("rest")));
    app.get("/", says("root"));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/").text()).isEqualTo("root");
      assertThat(test.get("/orders/new").text()).isEqualTo("new");
      assertThat(test.get("/orders/7").text()).isEqualTo("order 7");
      assertThat(test.get("/orders/7/lines").text()).isEqualTo("lines of 7");
      assertThat(test.get("/orders/new/lines").text()).isEqualTo("lines of new");
      assertThat(test.get("/orders/7/x/y").text()).isEqualTo("rest 7/x/y");
      assertThat(test.get("/orders").text()).isEqualTo("rest ");
      assertThat(test.get("/elsewhere").text()).isEqualTo("all");
    }
  }

  @OverEachWiring
  void aSlashAtTheEndMakesNoDifference(Wiring wiring) {
    app.get("/a", says("a"));
    app.get("/b/", says("b"));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/a/").text()).isEqualTo("a");
      assertThat(test.get("/b").text()).isEqualTo("b");
    }
  }

  @OverEachWiring
  void parametersAreDecodedAfterThePathIsCut(Wiring wiring) {
    app.get("/files/{name}", request -> text(request.path("name")));
    app.get("/tree/{path*}", request -> text(request.path("path")));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/files/a%20%C3%A4%2Fb+c").text()).isEqualTo("a ä/b+c");
      assertThat(test.get("/tree/a/b%2Fc/d").text()).isEqualTo("a/b/c/d");
      if (wiring != Wiring.HTTP_2) { // the JDK's client refuses to send it
        assertThat(test.get("/files/%zz").status()).isEqualTo(400);
      }
      assertThat(test.get("/files/%C3%28").status()).isEqualTo(400);
      assertThat(test.get("/tree/a/%2E%2E/b").status()).isEqualTo(400);
      assertThat(test.get("/tree/a%00b").status()).isEqualTo(400);
    }
  }

  @OverEachWiring
  void aParameterThatDoesNotParseIsNotFound(Wiring wiring) {
    app.get("/orders/{id}", request -> text("" + request.path("id", Long::parseLong)));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/orders/7").text()).isEqualTo("7");
      assertThat(test.get("/orders/seven").status()).isEqualTo(404);
    }
  }

  @OverEachWiring
  void anUnknownParameterOfTheCodeIsA500(Wiring wiring) {
    app.get("/orders/{id}", request -> text(request.path("it")));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/orders/7").status()).isEqualTo(500);
    }
  }

  @OverEachWiring
  void anUnknownPathIsA404(Wiring wiring) {
    app.get("/a/b", says("x"));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/a").status()).isEqualTo(404);
      assertThat(test.get("/a/b/c").status()).isEqualTo(404);
      assertThat(test.get("/A/b").status()).isEqualTo(404);
      assertThat(test.request("OPTIONS", "/a").send().status()).isEqualTo(404);
    }
  }

  @OverEachWiring
  void anotherMethodIsA405WithAllow(Wiring wiring) {
    app.get("/a", says("get"));
    app.post("/a", says("post"));
    app.delete("/b", says("delete"));
    try (var test = wiring.start(app)) {
      var response = test.request("PUT", "/a").body("x").send();
      assertThat(response.status()).isEqualTo(405);
      assertThat(response.header("Allow")).contains("GET, HEAD, OPTIONS, POST");
      assertThat(test.get("/b").header("Allow")).contains("DELETE, OPTIONS");
      assertThat(test.request("HEAD", "/b").send().status()).isEqualTo(405);
    }
  }

  @OverEachWiring
  void aLessSpecificRouteAnswersAnotherMethod(Wiring wiring) {
    app.get("/a/b", says("get"));
    app.post("/a/{x}", says("post"));
    try (var test = wiring.start(app)) {
      assertThat(test.post("/a/b", "x").text()).isEqualTo("post");
      assertThat(test.get("/a/b").text()).isEqualTo("get");
      assertThat(test.get("/a/c").status()).isEqualTo(405);
      assertThat(test.request("PUT", "/a/b").body("x").send().header("Allow"))
          .contains("GET, HEAD, OPTIONS, POST");
    }
  }

  @OverEachWiring
  void optionsSaysWhatIsPossibleUnlessARouteAnswers(Wiring wiring) {
    app.get("/a", says("x"));
    app.get("/b", says("x"));
    app.route("OPTIONS", "/b", request -> noContent().header("X-Own", "yes"));
    try (var test = wiring.start(app)) {
      var response = test.request("OPTIONS", "/a").send();
      assertThat(response.status()).isEqualTo(204);
      assertThat(response.header("Allow")).contains("GET, HEAD, OPTIONS");
      assertThat(test.request("OPTIONS", "/b").send().header("X-Own")).contains("yes");
    }
  }

  @OverEachWiring
  void headRunsGetUnlessARouteAnswers(Wiring wiring) {
    app.get("/a", request -> text("12345").header("X-Method", request.method()));
    app.route("HEAD", "/b", request -> noContent());
    app.get("/b", says("x"));
    try (var test = wiring.start(app)) {
      var head = test.request("HEAD", "/a").send();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("Content-Length")).contains("5");
      assertThat(head.header("X-Method")).contains("HEAD");
      assertThat(head.bytes()).isEmpty();
      assertThat(test.request("HEAD", "/b").send().status()).isEqualTo(204);
    }
  }

  @OverEachWiring
  void everyVerbHasARoute(Wiring wiring) {
    app.get("/a", says("get"));
    app.post("/a", says("post"));
    app.put("/a", says("put"));
    app.patch("/a", says("patch"));
    app.delete("/a", says("delete"));
    app.route("REPORT", "/a", says("report"));
    try (var test = wiring.start(app)) {
      for (String method : new String[] {"GET", "POST", "PUT", "PATCH", "DELETE", "REPORT"}) {
        assertThat(test.request(method, "/a").send().text()).isEqualToIgnoringCase(method);
      }
    }
  }

  /** One class, one prefix. */
  private static final class Orders implements Controller {
    @Override
    public void routes(Routes routes) {
      routes.get("/", says("list"));
      routes.get("/{id}", request -> text("order " + request.path("id")));
      routes.stream("/{id}/events", out -> out.send("event of " + out.request().path("id")));
      routes.mount(
          "/archive",
          deeper -> deeper.get("/{year}", request -> text("archive of " + request.path("year"))));
    }
  }

  @OverEachWiring
  void aControllerHasItsRoutesUnderItsPrefix(Wiring wiring) {
    app.mount("/orders", new Orders());
    app.mount("/old/orders/", new Orders());
    try (var test = wiring.start(app)) {
      assertThat(test.get("/orders").text()).isEqualTo("list");
      assertThat(test.get("/orders/").text()).isEqualTo("list");
      assertThat(test.get("/orders/7").text()).isEqualTo("order 7");
      assertThat(test.get("/orders/7/events").text()).isEqualTo("data: event of 7\n\n");
      assertThat(test.get("/orders/archive/2025").text()).isEqualTo("archive of 2025");
      assertThat(test.get("/old/orders/7").text()).isEqualTo("order 7");
      assertThat(test.get("/").status()).isEqualTo(404);
    }
  }

  @OverEachWiring
  void aControllerMayBeMountedAtTheRoot(Wiring wiring) {
    app.mount("/", new Orders());
    try (var test = wiring.start(app)) {
      assertThat(test.get("/").text()).isEqualTo("list");
      assertThat(test.get("/7").text()).isEqualTo("order 7");
    }
  }

  @OverEachWiring
  void theQueryIsDecoded(Wiring wiring) {
    app.get("/q", request -> text(request.queryAll("a") + " " + request.query("b").orElse("none")));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/q?a=1+2&a=%C3%A4&b").text()).isEqualTo("[1 2, ä] ");
      assertThat(test.get("/q?b=x%3D%26y").text()).isEqualTo("[] x=&y");
      assertThat(test.get("/q?").text()).isEqualTo("[] none");
    }
  }

  @Test
  void twoRoutesThatFitTheSamePathsAreAnErrorAtOnce() {
    app.get("/orders/{id}", says("x"));
    assertThatThrownBy(() -> app.get("/orders/{order}", says("y")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "GET /orders/{order} and GET /orders/{id} fit the same paths:"
                + " remove one or change its path");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          orders           | begin it with a slash
          /a?b             | leave out the query
          /a//b            | write one slash, not two
          /a/:id           | write {id} for a parameter
          /a/*             | write {name*} for all that follows
          /a/x{id}         | a parameter is a whole segment
          /a/{id           | a parameter is a whole segment
          /a/{}            | a parameter's name is made of letters, digits and _
          /a/{i-d}         | a parameter's name is made of letters, digits and _
          /a/{id}/{id}     | {id} stands there twice
          /a/{rest*}/b     | {rest*} stands for all that follows: put it last
          """)
  void aPatternThatIsNotValidSaysHowToWriteIt(String pattern, String remedy) {
    assertThatThrownBy(() -> app.get(pattern, request -> stream("x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("path \"" + pattern + "\" is not valid: ")
        .hasMessageContaining(remedy);
  }

  @Test
  void aMethodMustBeAToken() {
    assertThatThrownBy(() -> app.route("GET IT", "/", says("x")))
        .hasMessage("method \"GET IT\" (expected: a token such as GET)");
  }
}
