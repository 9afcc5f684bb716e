package dev.millrace.room;

import java.util.concurrent.CompletionStage;

/** A producer behind a room. All methods may be called from any thread. */
public interface Production {

  /** How a production ended. */
  enum Ending {
    /** The producer returned. */
    COMPLETED,
    /** It threw. */
    FAILED,
    /** Nobody listened for too long, {@link #stop} was called, or the server has stopped. */
    STOPPED
  }

  /** Starts it now, and does not wait for a member. Does nothing when it has started. */
  Production start();

  /** Whether it has started and not ended. */
  boolean isRunning();

  /** Interrupts the producer; one that has not started never will. Does not wait. */
  void stop();

  /** Completes when the producer has ended, and what it sent is in the log. Never fails. */
  CompletionStage<Ending> ended();
}
