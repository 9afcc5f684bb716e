package dev.millrace.demo.examples;

import dev.millrace.route.Routes;
import dev.millrace.stream.LiveStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** A timer that belongs to the connection. */
final class Ticks implements Shown {

  @Override
  public Example about() {
    return Example.of(
            Ticks.class,
            "ticks",
            "Live",
            "A timer per connection",
            "The handler returns at once. The timer keeps the stream open, and ends with it.")
        .endless();
  }

  @Override
  public void routes(Routes routes) {
    // <ticks>
    routes.stream("/ticks", this::ticks);
    // </ticks>
  }

  // <ticks>
  private void ticks(LiveStream out) {
    out.send(Map.of("type", "connected"));
    out.every(Duration.ofSeconds(1), () -> out.send(Map.of("time", Instant.now())));
  }
  // </ticks>
}
