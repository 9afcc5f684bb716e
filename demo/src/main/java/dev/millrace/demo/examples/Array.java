package dev.millrace.demo.examples;

import static dev.millrace.http.Response.stream;

import dev.millrace.route.Routes;

/** A stream of what an array holds. */
final class Array implements Shown {

  @Override
  public Example about() {
    return Example.of(
        Array.class,
        "array",
        "Values",
        "An array",
        "One event per element. Lists, iterators and Java streams work alike, and are "
            + "pulled at the reader’s speed.");
  }

  @Override
  public void routes(Routes routes) {
    // <array>
    routes.get("/array", request -> stream(new int[] {1, 2, 3, 4, 5}));
    // </array>
  }
}
