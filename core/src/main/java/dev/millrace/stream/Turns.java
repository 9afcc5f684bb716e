package dev.millrace.stream;

import dev.millrace.time.TimerWheel;
import java.util.concurrent.Executor;

/**
 * An event loop, as far as what lies below the engine needs one. What runs here must be short, must
 * not block and is never user code.
 */
public interface Turns extends Executor {

  /** The loop's timers; to be touched only on the loop. */
  TimerWheel timers();

  /** Runs something short when the loop has looked at all of its sockets. On the loop. */
  void nextTurn(Runnable task);

  /** Whether the caller is the loop's own thread. */
  boolean inLoop();
}
