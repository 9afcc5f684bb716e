package dev.millrace.room;

import dev.millrace.stream.Turns;
import dev.millrace.stream.Wire;
import org.jspecify.annotations.Nullable;

/** What all rooms have in common on one loop: the runs that were made last. Belongs to the loop. */
final class Lane {
  final Turns turns;

  /** Of a room with readers on several wires there are as many at a time. */
  private final @Nullable Run[] last = new @Nullable Run[4];

  private int oldest;

  Lane(Turns turns) {
    this.turns = turns;
  }

  /**
   * The run of a room from an entry on, the same one for all readers who are there.
   *
   * @param limit no entry above this sequence
   */
  Run run(LiveRoom room, Entry first, long limit, Wire wire, boolean told) {
    for (Run run : last) {
      if (run != null && run.isFor(first, limit, wire, told)) {
        return run;
      }
    }
    Run made = Run.of(room, first, limit, wire, told);
    last[oldest] = made;
    oldest = (oldest + 1) & (last.length - 1);
    return made;
  }
}
