package dev.millrace.engine;

import dev.millrace.http.HttpException;
import dev.millrace.http.Limits;
import dev.millrace.time.TimeSource;

/**
 * Whether a request's body comes fast enough. One byte just before each deadline would hold a
 * handler for ever, so there is a least average rate too. Only the time in which the handler waits
 * counts: a slow handler is not the client's fault.
 */
final class Pace {
  private final TimeSource time;
  private final long patience;
  private final int rate;
  private long waited;

  Pace(Limits limits, TimeSource time) {
    this.time = time;
    this.patience = limits.bodyTime().toNanos();
    this.rate = limits.bodyRate();
  }

  /** When a wait begins. */
  long now() {
    return time.nanoTime();
  }

  /**
   * A wait is over.
   *
   * @param since when it began
   * @param received bytes of the body so far
   */
  boolean isTooSlow(long since, long received) {
    waited += time.nanoTime() - since;
    return waited > patience && received < rate * (waited / 1e9);
  }

  HttpException refusal() {
    return new HttpException(
        408, "the request's body came too slowly (expected: %d bytes a second)".formatted(rate));
  }
}
