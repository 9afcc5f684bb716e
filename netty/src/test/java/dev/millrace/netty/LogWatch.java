package dev.millrace.netty;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Sees what is logged as a warning or an error, which no client may cause by its manners alone. */
final class LogWatch extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

  LogWatch() {
    setContext(root.getLoggerContext());
    start();
    root.addAppender(this);
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
      String thrown =
          event.getThrowableProxy() == null ? "" : ": " + event.getThrowableProxy().getClassName();
      seen.add(event.getLevel() + " " + event.getFormattedMessage() + thrown);
    }
  }

  void assertSilent() {
    assertThat(seen).as("what was logged").isEmpty();
  }

  @Override
  public void close() {
    root.detachAppender(this);
    stop();
  }
}
