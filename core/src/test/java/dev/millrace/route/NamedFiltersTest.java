package dev.millrace.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.http.Filter;
import dev.millrace.http.HttpException;
import dev.millrace.http.RequestValues;
import dev.millrace.http.Response;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Filters that are known by a name. Needs no port. */
class NamedFiltersTest {
  private final Router router = new Router();
  private final List<String> log = new ArrayList<>();

  private Filter noting(String name) {
    return Filter.before(request -> log.add(name));
  }

  @Test
  void filtersAreFoundByTheirNamesInTheOrderOfTheirNaming() throws Exception {
    router.define("admin", noting("admin"));
    router.define("audit", noting("audit"));
    router.routes().with("audit", "admin").under("/a").get("/b", request -> Response.text("x"));
    router.handle(RequestValues.of("GET", "/a/b"));
    assertThat(log).containsExactly("audit", "admin");
  }

  @Test
  void aNameThatIsNotDefinedIsAnErrorAtOnce() {
    router.define("audit", noting("audit"));
    router.define("admin", noting("admin"));
    assertThatThrownBy(() -> router.routes().with("audit", "amdin"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "filter \"amdin\" is not defined (defined: admin, audit): define it before its routes");
    assertThatThrownBy(() -> new Router().routes().with("x"))
        .hasMessage("filter \"x\" is not defined (defined: none): define it before its routes");
  }

  @Test
  void aNameStandsForOneFilter() {
    router.define("admin", noting("admin"));
    assertThatThrownBy(() -> router.define("admin", noting("other")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("filter \"admin\" is defined already: give one of the two another name");
    assertThatThrownBy(() -> router.define(" ", noting("blank")))
        .hasMessage("filter name \" \" (expected: some letters)");
  }

  @Test
  void aGuardOfSomeRoutesKnowsTheParametersOfThePath() throws Exception {
    router
        .routes()
        .guard(request -> request.path("user").equals("ada"))
        .get("/{user}/orders", request -> Response.text("x"));
    router.routes().get("/free", request -> Response.text("x"));
    assertThat(router.handle(RequestValues.of("GET", "/ada/orders")).status()).isEqualTo(200);
    assertThat(router.handle(RequestValues.of("GET", "/free")).status()).isEqualTo(200);
    assertThatThrownBy(() -> router.handle(RequestValues.of("GET", "/bob/orders")))
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(403));
  }
}
