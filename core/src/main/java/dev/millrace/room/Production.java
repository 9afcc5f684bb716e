package dev.millrace.room;

import java.util.concurrent.CompletionStage;

/**
 * A producer behind a room, which runs once at most. All methods may be called from any thread, and
 * none of them waits.
 *
 * <p>When it has ended, the members whose only room this is are given what is left, and their
 * streams end. Before that they are told of an event {@code error} when it has failed (<code>
 * {"error":"internal error"}</code>, or the words of the exception) or has been stopped (<code>
 * {"error":"stopped"}</code>).
 */
public interface Production {

  /** How a production ended. */
  enum Ending {
    /** The producer returned. */
    COMPLETED,
    /** It threw. */
    FAILED,
    /**
     * It was interrupted before it had ended: nobody listened for too long, {@link #stop} was
     * called, or the server has stopped. Or it was stopped before it had started, which it also is
     * when nobody has come for as long as the room keeps its messages.
     */
    STOPPED
  }

  /**
   * Starts it now, whether the room has members or not. Does nothing when it has started or ended.
   */
  Production start();

  /** Whether it has started and not ended. */
  boolean isRunning();

  /**
   * Interrupts the producer, and refuses what it sends from now on; one that has not started never
   * will. It ends when the producer has returned.
   */
  void stop();

  /** Completes when the producer has ended, and what it sent is in the log. Never fails. */
  CompletionStage<Ending> ended();
}
