package dev.millrace.stream;

import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something was sent to a stream that has ended. A handler need not catch it: when it leaves a
 * handler, a timer or a source after the stream has ended, nothing is logged.
 */
public final class StreamClosedException extends IllegalStateException {
  @Serial private static final long serialVersionUID = 1;

  private final transient @Nullable CloseReason reason;

  /**
   * Made by engines.
   *
   * @param reason why the stream ended; {@code null} while that is still being found out
   */
  public StreamClosedException(@Nullable CloseReason reason) {
    super("the stream is closed" + (reason == null ? "" : ": " + reason.kind()));
    this.reason = reason;
  }

  /** Why the stream ended, as far as it is known yet. */
  public Optional<CloseReason> reason() {
    return Optional.ofNullable(reason);
  }

  /** An ordinary way for a loop to end; its stack trace would cost more than it tells. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
