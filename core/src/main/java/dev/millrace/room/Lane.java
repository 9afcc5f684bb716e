package dev.millrace.room;

import dev.millrace.stream.Turns;
import dev.millrace.stream.Wire;
import org.jspecify.annotations.Nullable;

/** What all rooms have in common on one loop: the runs that were made last. Belongs to the loop. */
final class Lane {
  final Turns turns;

  /** By wire, and whether positions are told. */
  private final @Nullable Run[] last = new @Nullable Run[Wire.values().length * 2];

  Lane(Turns turns) {
    this.turns = turns;
  }

  /**
   * The run of a room from an entry on, the same one for all readers who are there.
   *
   * @param limit no entry above this sequence
   */
  Run run(LiveRoom room, Entry first, long limit, Wire wire, boolean told) {
    int kind = wire.ordinal() * 2 + (told ? 1 : 0);
    Run made = last[kind];
    if (made == null || !made.isFor(first, limit)) {
      made = Run.of(room, first, limit, wire, told);
      last[kind] = made;
    }
    return made;
  }
}
