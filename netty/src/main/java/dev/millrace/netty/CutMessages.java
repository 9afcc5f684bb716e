package dev.millrace.netty;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Messages of which somebody has got only a part, each once for all who wait for the rest of it.
 * Readers that stall do so within a few messages, however many they are: so what waits for them is
 * a few messages, too. The last ones are kept; others are made anew if somebody else is cut in
 * them.
 *
 * <p>A loop has one. Belongs to the loop.
 */
final class CutMessages {
  private static final int MOST = 16;

  private final byte @Nullable [][] events = new byte @Nullable [MOST][];
  private final @Nullable ByteBuf[] wholes = new @Nullable ByteBuf[MOST];
  private final boolean[] framed = new boolean[MOST];
  private int oldest;

  /**
   * A message as it leaves, by itself.
   *
   * @param event what is told apart by its identity
   * @param isFramed whether it leaves as a chunk
   * @param all bytes in which it lies
   * @return not to be released, but to be sliced at once
   */
  @SuppressWarnings("ReferenceEquality") // messages are shared, so the same one comes again
  ByteBuf of(byte[] event, boolean isFramed, ByteBuf all, int from, int length) {
    for (int i = 0; i < MOST; i++) {
      ByteBuf whole = wholes[i];
      if (whole != null && events[i] == event && framed[i] == isFramed) {
        return whole;
      }
    }
    ByteBuf made = all.alloc().directBuffer(length, length).writeBytes(all, from, length);
    ByteBuf gone = wholes[oldest];
    if (gone != null) {
      gone.release();
    }
    wholes[oldest] = made;
    events[oldest] = event;
    framed[oldest] = isFramed;
    oldest = (oldest + 1) % MOST;
    return made;
  }

  void release() {
    for (int i = 0; i < MOST; i++) {
      ByteBuf whole = wholes[i];
      if (whole != null) {
        whole.release();
        wholes[i] = null;
        events[i] = null;
      }
    }
  }
}
