package dev.millrace.demo.examples;

import dev.millrace.route.Routes;
import dev.millrace.stream.LiveStream;
import java.util.Map;

/** A handler that loops. */
final class Generator implements Shown {

  @Override
  public Example about() {
    return Example.of(
        Generator.class,
        "generator",
        "Sources",
        "A handler that loops",
        "Blocking code on a virtual thread of its own. When the client leaves, the thread "
            + "is interrupted, and the loop is over.");
  }

  @Override
  public void routes(Routes routes) {
    // <generator>
    routes.stream("/generator", this::steps);
    // </generator>
  }

  // <generator>
  private void steps(LiveStream out) throws Exception {
    for (int step = 1; step <= 10; step++) {
      out.send(Map.of("step", step));
      Thread.sleep(300);
    }
  }
  // </generator>
}
