package dev.millrace.bench;

import java.io.IOException;

/** One run against one server. */
interface Measurement {
  Result measure(Target target) throws IOException;

  /** What it counts. */
  default Unit unit() {
    return Unit.EVENTS;
  }

  /** What was done, and how long it took. */
  record Result(long operations, double seconds) {}
}
