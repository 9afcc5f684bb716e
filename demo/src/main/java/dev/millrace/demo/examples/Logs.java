package dev.millrace.demo.examples;

import dev.millrace.demo.LogTail;
import dev.millrace.route.Routes;
import dev.millrace.stream.LiveStream;

/** The server's own log, tailed while it is written. */
final class Logs implements Shown {
  private final LogTail log;

  Logs(LogTail log) {
    this.log = log;
  }

  @Override
  public Example about() {
    return Example.of(
            Logs.class,
            "logs",
            "Live",
            "This server’s log",
            "Its last twenty lines, and then each as it is written. Run another example and see "
                + "it open and close here. A reader that is too slow misses lines; the log never "
                + "waits.")
        .endless();
  }

  @Override
  public void routes(Routes routes) {
    // <logs>
    routes.stream("/logs", this::follow);
    // </logs>
  }

  // <logs>
  private void follow(LiveStream out) {
    // Whoever logs must not wait for a reader: offer never does.
    out.attach(log.follow(line -> out.offer(line)));
  }
  // </logs>
}
