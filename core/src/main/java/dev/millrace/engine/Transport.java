package dev.millrace.engine;

import dev.millrace.http.Limits;
import dev.millrace.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Brings requests to a {@link Dispatcher}. Found by {@link java.util.ServiceLoader}: a program has
 * one by having the engine's jar.
 */
public interface Transport {

  /**
   * What a transport is to do.
   *
   * @param listeners where to listen; at least one
   * @param io how to reach the operating system
   * @param limits what one client may ask
   * @param time for deadlines
   */
  record Config(List<Listener> listeners, Io io, Limits limits, TimeSource time) {}

  /** How a transport reaches the operating system. */
  enum Io {
    /** The best that is there: epoll on Linux, otherwise NIO. */
    AUTO,
    /** Java's own. */
    NIO,
    /** Linux only. */
    EPOLL,
    /** Linux only; many containers forbid it. */
    IO_URING
  }

  /** A transport that listens. */
  interface Running {

    /** The ports, in the order of the listeners. */
    List<Integer> ports();

    /** One of its loops, for timers that belong to no connection. */
    Loop loop();

    /** Connections open now. */
    int connections();

    /**
     * Stops accepting, tells each exchange to {@linkplain ExchangeListener#shutdown() shut down},
     * and waits for them. Blocks.
     *
     * @param patience after which what is still there is cut
     */
    void stop(Duration patience);
  }

  /**
   * Begins to listen on all listeners or on none.
   *
   * @throws IOException when that is not possible; says why and what to do
   */
  Running start(Config config, Dispatcher dispatcher) throws IOException;
}
