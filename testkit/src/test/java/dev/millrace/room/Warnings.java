package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** Sees what is logged as a warning or an error, which no client may cause by its manners alone. */
final class Warnings extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

  Warnings() {
    setContext(root.getLoggerContext());
    start();
    root.addAppender(this);
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
      var thrown = event.getThrowableProxy();
      seen.add(event.getFormattedMessage() + (thrown == null ? "" : ": " + thrown.getMessage()));
    }
  }

  void assertNone() {
    assertThat(seen).as("what was logged").isEmpty();
  }

  @Override
  public void close() {
    root.detachAppender(this);
    stop();
  }
}
