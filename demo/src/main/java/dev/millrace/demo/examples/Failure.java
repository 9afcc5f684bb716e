package dev.millrace.demo.examples;

import dev.millrace.http.Request;
import dev.millrace.http.Response;
import dev.millrace.route.Routes;

/** A handler that fails. */
final class Failure implements Shown {

  @Override
  public Example about() {
    return Example.plain(
        Failure.class,
        "failure",
        "A handler that fails",
        "A program gets a problem document, a person a page. What was wrong stays in the server’s "
            + "log, under the request’s id.",
        "GET",
        "/failure",
        "request");
  }

  @Override
  public void routes(Routes routes) {
    // <failure>
    routes.get("/failure", this::fail);
    // </failure>
  }

  // <failure>
  private Response fail(Request request) {
    throw new IllegalStateException("the password is 1234");
  }
  // </failure>
}
