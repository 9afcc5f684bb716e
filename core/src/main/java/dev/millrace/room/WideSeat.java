package dev.millrace.room;

import org.jspecify.annotations.Nullable;

/** A seat that is not served from the cursor's position on, or that hears who is present. */
final class WideSeat extends Seat {
  private long from;

  /** Who sits here. */
  final @Nullable Profile member;

  /** The version of the room's presence that the reader has been told of. */
  int seen;

  WideSeat(Section section, Cursor cursor, @Nullable Profile member) {
    super(section, cursor);
    this.member = member;
  }

  @Override
  long from() {
    return from;
  }

  void from(long sequence) {
    from = Math.max(from, sequence);
  }
}
