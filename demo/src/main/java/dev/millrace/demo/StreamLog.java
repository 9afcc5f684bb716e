package dev.millrace.demo;

import dev.millrace.stream.CloseReason;
import dev.millrace.stream.LiveStream;
import dev.millrace.stream.StreamObserver;
import dev.millrace.stream.StreamStats;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs every stream's beginning and end: what {@code /examples/logs} shows. */
final class StreamLog implements StreamObserver {
  private static final Logger log = LoggerFactory.getLogger(StreamLog.class);

  @Override
  public void opened(LiveStream stream) {
    log.info("{} opened over {}", stream.request(), stream.request().protocol());
  }

  @Override
  public void closed(LiveStream stream, CloseReason reason, StreamStats stats) {
    log.info(
        "{} {} after {} ms and {} bytes",
        stream.request(),
        ended(reason),
        stats.duration().toMillis(),
        stats.bytes());
  }

  /** A WebSocket ends with a code. */
  private static String ended(CloseReason reason) {
    String kind = reason.kind().name().toLowerCase(Locale.ROOT);
    return reason.code() == 0 ? kind : kind + " (" + reason.code() + ")";
  }
}
