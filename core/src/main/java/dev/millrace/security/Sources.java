package dev.millrace.security;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sources of streams that a filter keeps from beginning. */
final class Sources {
  private static final Logger log = LoggerFactory.getLogger(Sources.class);

  private Sources() {}

  /** Lets go of a source that nobody will read. */
  static void close(@Nullable Object source) {
    if (source instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        log.error("closing a stream's source failed: {}", source, e);
      }
    }
  }
}
