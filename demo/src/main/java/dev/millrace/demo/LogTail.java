package dev.millrace.demo;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of this server's log, and who follows it. Holds 20 lines; stack traces are left to the
 * console. Its monitor guards the fields, and logback holds it while a line is appended.
 */
public final class LogTail extends AppenderBase<ILoggingEvent> {
  private static final int KEPT = 20;

  private final PatternLayout layout = new PatternLayout();
  private final ArrayDeque<String> newest = new ArrayDeque<>(KEPT);
  private final List<Consumer<String>> followers = new ArrayList<>();

  private LogTail(LoggerContext context) {
    setContext(context);
    layout.setContext(context);
    layout.setPattern("%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%nopex");
  }

  /** Begins to listen to all that is logged. */
  static LogTail install() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    LogTail tail = new LogTail(context);
    tail.layout.start();
    tail.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(tail);
    return tail;
  }

  /**
   * Gives the newest lines to a follower, and then each line as it is logged.
   *
   * @param follower called by whoever logs, so it must not wait
   * @return ends this
   */
  public synchronized AutoCloseable follow(Consumer<String> follower) {
    newest.forEach(follower);
    followers.add(follower);
    return () -> forget(follower);
  }

  private synchronized void forget(Consumer<String> follower) {
    followers.remove(follower);
  }

  /** Called with the monitor held: {@link AppenderBase#doAppend} takes it. */
  @Override
  protected synchronized void append(ILoggingEvent event) {
    String line = layout.doLayout(event);
    if (newest.size() == KEPT) {
      newest.removeFirst();
    }
    newest.addLast(line);
    followers.forEach(follower -> follower.accept(line));
  }
}
