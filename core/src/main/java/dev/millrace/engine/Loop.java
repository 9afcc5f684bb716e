package dev.millrace.engine;

import dev.millrace.time.TimerWheel;
import java.util.concurrent.Executor;

/**
 * An event loop: the one thread that owns the sockets given to it. What is executed here must be
 * short, must not block and is never user code, but for the listeners of sockets that are marked to
 * run there.
 */
public interface Loop extends Executor {

  /** The loop's timers; to be touched only on the loop. */
  TimerWheel timers();

  /** Runs something short when the loop has looked at all of its sockets. On the loop. */
  void nextTurn(Runnable task);

  /** Whether the caller is the loop's own thread. */
  boolean inLoop();

  /**
   * Begins work on a virtual thread of its own, together with what else is begun in this turn of
   * the loop, which is cheaper than each by itself. On the loop.
   */
  void begin(Dispatcher dispatcher, Runnable work);
}
