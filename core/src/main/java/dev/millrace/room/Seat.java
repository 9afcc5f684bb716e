package dev.millrace.room;

/**
 * One stream in one room. There may be a hundred thousand in one, so it is small; what few streams
 * need is in {@link WideSeat}. Belongs to the loop.
 */
sealed class Seat permits WideSeat {
  final Section section;
  final Cursor cursor;

  /** Its place among the seats of the section; -1 when it has none. */
  int index = -1;

  Seat(Section section, Cursor cursor) {
    this.section = section;
    this.cursor = cursor;
  }

  final LiveRoom room() {
    return section.room;
  }

  /** Messages before this sequence are not for it. */
  long from() {
    return 0;
  }
}
