package dev.millrace.demo.examples;

import dev.millrace.route.Routes;
import dev.millrace.stream.LiveStream;
import java.time.Duration;

/** The machine's figures, at once and then every five seconds. */
final class Metrics implements Shown {
  private final Machine machine;

  Metrics(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Example about() {
    return Example.of(
            Metrics.class,
            "metrics",
            "Live",
            "This machine",
            "Processors, memory and garbage collection, read from the JVM: what the tiles above "
                + "show.")
        .endless();
  }

  @Override
  public void routes(Routes routes) {
    // <metrics>
    routes.stream("/metrics", this::figures);
    // </metrics>
  }

  // <metrics>
  private void figures(LiveStream out) {
    out.send(machine.figures());
    out.every(Duration.ofSeconds(5), () -> out.send(machine.figures()));
  }
  // </metrics>
}
