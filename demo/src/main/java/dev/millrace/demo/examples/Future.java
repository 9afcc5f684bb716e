package dev.millrace.demo.examples;

import static dev.millrace.http.Response.stream;
import static java.util.concurrent.CompletableFuture.delayedExecutor;
import static java.util.concurrent.CompletableFuture.supplyAsync;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.millrace.route.Routes;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A value that is not there yet. */
final class Future implements Shown {

  @Override
  public Example about() {
    return Example.of(
        Future.class,
        "future",
        "Sources",
        "A CompletableFuture",
        "The stream waits for the value without a thread, and closes with it.");
  }

  @Override
  public void routes(Routes routes) {
    // <future>
    routes.get("/future", request -> stream(answer()));
    // </future>
  }

  // <future>
  private CompletableFuture<Map<String, Integer>> answer() {
    return supplyAsync(() -> Map.of("answer", 42), delayedExecutor(1, SECONDS));
  }
  // </future>
}
