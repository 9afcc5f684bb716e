package dev.millrace.netty;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
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

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Cut(byte[] event, boolean framed, ByteBuf whole) {}

  private final @Nullable Cut[] last = new @Nullable Cut[MOST];
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
    for (Cut cut : last) {
      if (cut != null && cut.event == event && cut.framed == isFramed) {
        return cut.whole;
      }
    }
    ByteBuf whole = all.alloc().directBuffer(length, length).writeBytes(all, from, length);
    Cut gone = last[oldest];
    if (gone != null) {
      gone.whole.release();
    }
    last[oldest] = new Cut(event, isFramed, whole);
    oldest = (oldest + 1) % MOST;
    return whole;
  }

  void release() {
    for (Cut cut : last) {
      if (cut != null) {
        cut.whole.release();
      }
    }
    Arrays.fill(last, null);
  }
}
