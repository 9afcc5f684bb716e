package dev.millrace;

import dev.millrace.engine.Counters;
import dev.millrace.engine.Transport;
import dev.millrace.room.Rooms;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that runs. All methods may be called from any thread. */
public final class Server implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Server.class);

  private final Transport.Running transport;
  private final Counters counters;
  private final ServerOptions options;
  private final Rooms rooms;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private @Nullable Thread exitHook;

  Server(Transport.Running transport, Counters counters, ServerOptions options, Rooms rooms) {
    this.transport = transport;
    this.counters = counters;
    this.options = options;
    this.rooms = rooms;
  }

  /** Makes the end of the process stop the server first. */
  void stopOnExit() {
    Thread hook = new Thread(() -> stop(options.drainTime()), "millrace-exit");
    exitHook = hook;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** The port of the first listener: the real one where the system chose it. */
  public int port() {
    return ports().getFirst();
  }

  /** The ports of all listeners, in the order of the options. */
  public List<Integer> ports() {
    return transport.ports();
  }

  /** What is alive now. */
  public ServerStatus status() {
    int self = Thread.currentThread().isVirtual() ? 1 : 0;
    return new ServerStatus(
        transport.connections(),
        counters.streams(),
        counters.sockets(),
        counters.timers(),
        Math.max(0, counters.threads() - self));
  }

  /** What has been counted since the start. */
  public Counters counters() {
    return counters;
  }

  /** Whether new clients are welcome: {@code false} as soon as the server begins to stop. */
  public boolean isReady() {
    return !stopping.get();
  }

  /** Stops as {@link #stop(Duration)} does, with the options' time. */
  @Override
  public void close() {
    stop(options.drainTime());
  }

  /**
   * Stops in good order: not ready any more; after the drain delay accepts no more; streams end,
   * Server-Sent Events with a reconnection time that differs from client to client; HTTP/2 clients
   * are told to go away; requests may finish. Blocks until all are gone, or the time is over and
   * the rest is cut. Does nothing but wait when it is stopping already.
   *
   * @param patience for requests to finish
   */
  public void stop(Duration patience) {
    if (stopping.compareAndSet(false, true)) {
      try {
        pause(options.drainDelay());
        rooms.stop(transport.loop());
        transport.stop(patience);
        rooms.stopped();
        unhook();
        log.info("stopped");
      } finally {
        stopped.countDown();
      }
    } else {
      await(stopped, patience.plus(options.drainDelay()).plusSeconds(5));
    }
  }

  private void unhook() {
    Thread hook = exitHook;
    if (hook != null && !hook.equals(Thread.currentThread())) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        log.debug("the process is ending already", e);
      }
    }
  }

  private static void pause(Duration time) {
    if (time.isPositive()) {
      await(new CountDownLatch(1), time);
    }
  }

  private static void await(CountDownLatch latch, Duration time) {
    try {
      if (!latch.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
        log.debug("waited {}", time);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
