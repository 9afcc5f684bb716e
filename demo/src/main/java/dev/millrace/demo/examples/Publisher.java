package dev.millrace.demo.examples;

import dev.millrace.route.Routes;
import dev.millrace.stream.LiveStream;
import java.util.concurrent.SubmissionPublisher;

/** A publisher of readings of this machine. */
final class Publisher implements Shown {
  private final Machine machine;

  Publisher(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Example about() {
    return Example.of(
        Publisher.class,
        "publisher",
        "Sources",
        "A Flow.Publisher",
        "Ten readings of the processors’ load. Items are requested as the reader takes "
            + "them; when it leaves, the subscription is cancelled.");
  }

  @Override
  public void routes(Routes routes) {
    // <publisher>
    routes.stream("/publisher", this::loads);
    // </publisher>
  }

  // <publisher>
  private void loads(LiveStream out) throws Exception {
    try (var loads = new SubmissionPublisher<Machine.Cpu>()) {
      out.pipe(loads); // attached: holds no thread
      for (int i = 0; i < 10; i++) {
        loads.submit(machine.cpu());
        Thread.sleep(300);
      }
    }
  }
  // </publisher>
}
