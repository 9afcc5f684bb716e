package dev.millrace.test;

import java.io.IOException;

/**
 * How much a client may send on its one stream (RFC 9113, section 6.9): as much as both the
 * stream's window and the connection's have room for. The monitor guards all.
 */
final class Http2SendWindow {
  private static final int INITIAL = 65_535;

  private long connection = INITIAL;
  private long stream = INITIAL;
  private int initial = INITIAL;
  private boolean over;

  /** The server takes more. */
  synchronized void opened(int streamId, int more) {
    if (streamId == 0) {
      connection += more;
    } else {
      stream += more;
    }
    notifyAll();
  }

  /** The server has said with how much streams begin (section 6.9.2). */
  synchronized void initial(int size) {
    stream += size - initial;
    initial = size;
    notifyAll();
  }

  /** Nothing can be sent any more. */
  synchronized void over() {
    over = true;
    notifyAll();
  }

  /**
   * Takes a part of the windows; waits while one is shut.
   *
   * @return from 1 to {@code most}
   * @throws IOException when nothing can be sent any more
   */
  synchronized int take(int most) throws IOException, InterruptedException {
    while (!over && Math.min(connection, stream) <= 0) {
      wait();
    }
    if (over) {
      throw new IOException("the stream is over");
    }
    int part = (int) Math.min(most, Math.min(connection, stream));
    connection -= part;
    stream -= part;
    return part;
  }
}
