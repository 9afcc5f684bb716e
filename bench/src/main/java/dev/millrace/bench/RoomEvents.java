package dev.millrace.bench;

/**
 * Reads one member's server-sent events: the first line of data of each, and nothing else of them.
 * Without a buffer, because there are a hundred thousand.
 */
final class RoomEvents extends RoomMessage.Reader {
  private static final byte[] DATA = {'d', 'a', 't', 'a', ':', ' '};

  /** On another line, or behind a message's digits. */
  private static final int REST = -1;

  private static final int REST_OF_DATA = -2;

  /** Where in the line the next byte stands, up to the digits. */
  private int column;

  RoomEvents(RoomTally tally) {
    super(tally);
  }

  @Override
  void accept(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      if (column < 0) {
        at = Newlines.next(bytes, at, to);
        if (at < to) {
          endLine();
          at++;
        }
      } else {
        next(bytes[at++]);
      }
    }
  }

  private void next(byte b) {
    if (b == '\n') {
      column = column < DATA.length ? REST : REST_OF_DATA;
      endLine();
    } else if (column < DATA.length) {
      column = b == DATA[column] ? column + 1 : REST;
      if (column == DATA.length) {
        begin();
      }
    } else if (!digit(b)) {
      column = REST_OF_DATA;
    }
  }

  private void endLine() {
    if (column == REST_OF_DATA) {
      end();
    }
    column = 0;
  }
}
