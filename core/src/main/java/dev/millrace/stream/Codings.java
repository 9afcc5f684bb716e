package dev.millrace.stream;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Batch} is in content codings. A reader's encoder may refer to what the reader was
 * given before; those who were given the same are given the same bytes, which are made once.
 * Belongs to the loop.
 */
public final class Codings {
  /** Different pasts at a time, and codings. */
  private static final int MOST = 4;

  private final @Nullable Encoded[] last = new @Nullable Encoded[MOST];
  private int oldest;

  /**
   * One of them.
   *
   * @param by how it was encoded
   * @param before the last plain bytes before it, which it may refer to
   * @param after the same for what follows it. Not to be changed, as all of these
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Encoded(Object by, byte[] before, byte[] after, byte[] bytes) {}

  /** Messages that are longer are encoded in pieces: by themselves they would hold up the loop. */
  private static final int LONG = 16 * 1024;

  /** Nothing yet. */
  public Codings() {}

  static boolean isTooLong(Batch batch) {
    return batch.size() == 1 && batch.length() > LONG;
  }

  @Nullable Encoded find(Object by, byte[] before) {
    for (Encoded each : last) {
      if (each != null && each.by.equals(by) && Arrays.equals(each.before, before)) {
        return each;
      }
    }
    return null;
  }

  Encoded add(Encoded made) {
    last[oldest] = made;
    oldest = (oldest + 1) % MOST;
    return made;
  }
}
