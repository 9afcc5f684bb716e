package dev.millrace.demo.examples;

import static dev.millrace.http.Response.stream;

import dev.millrace.route.Routes;

/** A stream of one string. */
final class Hello implements Shown {

  @Override
  public Example about() {
    return Example.of(
        Hello.class,
        "hello",
        "Values",
        "Hello World",
        "A stream of one value. EventSource gets an event; ask for NDJSON or JSON, and the "
            + "same line of code answers with that.");
  }

  @Override
  public void routes(Routes routes) {
    // <hello>
    routes.get("/hello", request -> stream("Hello World"));
    // </hello>
  }
}
