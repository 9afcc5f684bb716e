package dev.millrace.demo.examples;

import static dev.millrace.http.Response.text;

import dev.millrace.route.Routes;
import dev.millrace.security.RateLimit;
import java.time.Duration;

/** An answer that can be had five times a second. */
final class Limited implements Shown {

  // <limited>
  private final RateLimit five = RateLimit.of(5, Duration.ofSeconds(1));

  // </limited>

  @Override
  public Example about() {
    return Example.plain(
        Limited.class,
        "limited",
        "A rate limit",
        "Five requests a second for each address. Run asks eight times at once: three are told "
            + "when to come back.",
        "GET",
        "/limited",
        "requests");
  }

  @Override
  public void routes(Routes routes) {
    // <limited>
    routes.with(five).get("/limited", request -> text("served"));
    // </limited>
  }
}
