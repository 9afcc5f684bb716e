package dev.millrace.cluster;

import org.jspecify.annotations.Nullable;

/** A message that is kept: a link of the list of all of them, and of that of its room. */
final class Kept {
  final MemoryRoom room;
  final Stored stored;

  /** When it was appended, by the clock that never goes back. */
  final long nanos;

  /** Before it, of all rooms. */
  @Nullable Kept older;

  /** Behind it, of all rooms. */
  @Nullable Kept newer;

  /** Behind it in its room. */
  @Nullable Kept next;

  Kept(MemoryRoom room, Stored stored, long nanos) {
    this.room = room;
    this.stored = stored;
    this.nanos = nanos;
  }
}
