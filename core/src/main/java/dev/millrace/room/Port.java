package dev.millrace.room;

import dev.millrace.stream.Outbound;
import dev.millrace.stream.Turns;
import dev.millrace.stream.Wire;

/** A stream, as its rooms see it. Implemented by the engine. */
public interface Port {

  /** All rooms. */
  Rooms rooms();

  /** Its place in their logs. */
  Place place();

  /** The loop of its connection. */
  Turns turns();

  /** How its events are written. */
  Wire wire();

  /** Where its bytes go. */
  Outbound outbound();

  /** Has the connection take what there is now, as far as it can. On the loop. */
  void give();

  /** It has one room less. From any thread. */
  void left();

  /** Its only room has ended, and it has been given all of it. On the loop. */
  void completed();

  /** Giving it something has failed. On the loop. */
  void broken(Throwable failure);

  /** It was too slow for a room that does not put up with that. On the loop. */
  void overtaken();

  /**
   * Reads what {@link #give} will need, so that the processor has it near.
   *
   * @return anything
   */
  default int fetch() {
    return 0;
  }
}
