package dev.millrace.engine;

import dev.millrace.stream.Turns;

/**
 * An event loop: the one thread that owns the sockets given to it. What is executed here must be
 * short, must not block and is never user code, but for the listeners of sockets that are marked to
 * run there.
 */
public interface Loop extends Turns {

  /**
   * Begins work on a virtual thread of its own, together with what else is begun in this turn of
   * the loop, which is cheaper than each by itself. On the loop.
   */
  void begin(Dispatcher dispatcher, Runnable work);
}
