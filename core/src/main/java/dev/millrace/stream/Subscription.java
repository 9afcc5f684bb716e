package dev.millrace.stream;

import java.util.concurrent.BlockingQueue;

/**
 * A live source for a stream: a queue that something else fills, and what unsubscribes it.
 *
 * <pre>{@code
 * app.get("/prices", request -> {
 *   var queue = new ArrayBlockingQueue<Price>(100);
 *   var listener = exchange.listen(queue::offer);
 *   return stream(new Subscription<>(queue, () -> exchange.remove(listener)));
 * });
 * }</pre>
 *
 * @param queue filled by others; its bound and what happens when it is full are its owner's matter
 * @param unsubscribe called once when the stream has ended, whatever ended it
 */
public record Subscription<T>(BlockingQueue<T> queue, Runnable unsubscribe)
    implements AutoCloseable {

  @Override
  public void close() {
    unsubscribe.run();
  }
}
