package dev.millrace.stream;

/**
 * Writes a stream.
 *
 * <pre>{@code
 * app.stream("/ticks", out -> {
 *   out.send(Map.of("type", "connected"));
 *   out.every(Duration.ofSeconds(1), () -> out.send(Map.of("time", Instant.now())));
 * });
 * }</pre>
 */
@FunctionalInterface
public interface StreamHandler {

  /**
   * Writes to the stream. Runs on a virtual thread of its own and may block; that thread is
   * interrupted when the stream ends. When this returns, the stream stays open as long as something
   * that can still write is attached to it: a timer, a subscription, {@link LiveStream#keepOpen()}.
   *
   * @throws dev.millrace.http.HttpException before anything was sent: a real 4xx or 5xx
   * @throws Exception anything else ends the stream with an error event; once the client is gone it
   *     is no error any more
   */
  void handle(LiveStream out) throws Exception;
}
