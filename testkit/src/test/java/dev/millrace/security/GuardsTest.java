package dev.millrace.security;

import static dev.millrace.http.Response.stream;
import static dev.millrace.http.Response.text;
import static dev.millrace.test.Eventually.nothingIsLeftOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.http.Filter;
import dev.millrace.http.HttpException;
import dev.millrace.http.Key;
import dev.millrace.test.OverEachWiring;
import dev.millrace.test.Wiring;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Refusals, before anything has left. */
class GuardsTest {
  private static final Key<String> USER = Key.of("user", String.class);
  private static final Filter LOGIN =
      Filter.before(request -> request.header("User").ifPresent(u -> request.attribute(USER, u)));
  private static final Guard KNOWN =
      request -> {
        if (request.attribute(USER).isEmpty()) {
          throw new HttpException(401, "who are you?").header("WWW-Authenticate", "Bearer");
        }
        return true;
      };
  private static final Guard ADMIN =
      request -> request.attribute(USER).filter("root"::equals).isPresent();

  private final Millrace app = Millrace.create();
  private final List<String> log = new CopyOnWriteArrayList<>();

  @OverEachWiring
  void aGuardedStreamIsRefusedWithARealStatusAndNothingOfItRuns(Wiring wiring) {
    app.filter(LOGIN);
    app.guard(KNOWN.and(ADMIN)).stream(
        "/events",
        out -> {
          log.add("handler");
          out.send("x");
        });
    try (var test = wiring.start(app)) {
      var unknown = test.get("/events");
      assertThat(unknown.status()).isEqualTo(401);
      assertThat(unknown.header("WWW-Authenticate")).contains("Bearer");
      assertThat(test.request("GET", "/events").header("User", "ada").send().status())
          .isEqualTo(403);
      assertThat(log).isEmpty();
      assertThat(test.request("GET", "/events").header("User", "root").send().text())
          .isEqualTo("data: x\n\n");
      assertThat(log).containsExactly("handler");
      nothingIsLeftOf(test);
    }
  }

  @OverEachWiring
  void aGuardOfSomeRoutesLeavesTheOthersAlone(Wiring wiring) {
    app.filter(LOGIN);
    app.get("/free", request -> text("free"));
    app.under("/users")
        .guard(
            ADMIN.or(request -> request.attribute(USER).equals(Optional.of(request.path("name")))))
        .get("/{name}", request -> stream("hello"));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/free").status()).isEqualTo(200);
      assertThat(test.get("/users/ada").status()).isEqualTo(403);
      assertThat(test.request("GET", "/users/ada").header("User", "ada").send().status())
          .isEqualTo(200);
      assertThat(test.request("GET", "/users/bob").header("User", "ada").send().status())
          .isEqualTo(403);
    }
  }

  @OverEachWiring
  void aNamedFilterStandsBeforeItsRoutesOnly(Wiring wiring) {
    app.filter(LOGIN).define("admin", ADMIN.orElse(404, "there is nothing here").filter());
    app.with("admin").mount("/admin", routes -> routes.get("/", request -> text("admin")));
    app.get("/", request -> text("home"));
    try (var test = wiring.start(app)) {
      assertThat(test.get("/").status()).isEqualTo(200);
      assertThat(test.get("/admin").status()).isEqualTo(404);
      assertThat(test.request("GET", "/admin").header("User", "root").send().text())
          .isEqualTo("admin");
    }
  }
}
