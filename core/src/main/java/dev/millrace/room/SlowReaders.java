package dev.millrace.room;

import java.time.Duration;

/**
 * What happens to a reader that is behind. Nothing is queued for it: it has a place in the log, and
 * is given the next messages when its connection can take them. So this decides which of the
 * messages that it has not had it is given then, and what happens when the log has let go of some.
 */
public sealed interface SlowReaders {

  /**
   * All that are kept; a reader that the log has overtaken is told of the gap and goes on with the
   * newest message.
   */
  static SlowReaders skipToLatest() {
    return SkipToLatest.ONLY;
  }

  /**
   * Of messages with one {@linkplain dev.millrace.stream.Event#key key}, only the newest, and all
   * without a key. A reader that the log has overtaken is told of a gap only if a message is gone
   * that no newer one has replaced, and goes on with the oldest that is kept.
   */
  static SlowReaders conflateByKey() {
    return ConflateByKey.ONLY;
  }

  /**
   * At most so many a second: of the messages of each period that wait together, the last one. Who
   * keeps up gets all. A reader that the log has overtaken goes on with the oldest that is kept,
   * and is told of no gap.
   *
   * @param perSecond more than zero, at most 1,000
   */
  static SlowReaders sample(double perSecond) {
    return new Sample(perSecond);
  }

  /**
   * All that are kept; a reader that the log has overtaken is disconnected (a WebSocket with 1013),
   * and so finds the gap when it resumes.
   */
  static SlowReaders disconnect() {
    return Disconnect.ONLY;
  }

  /**
   * All: who sends waits before the log overtakes a reader, but no longer than a time; then readers
   * that hold it up are disconnected. For few readers that the sender may depend on. Must not be
   * used on an event loop.
   *
   * @param most how long a sender waits at most, more than zero
   */
  static SlowReaders waitFor(Duration most) {
    return new Wait(most);
  }

  /** See {@link #skipToLatest()}. */
  enum SkipToLatest implements SlowReaders {
    /** The only one. */
    ONLY
  }

  /** See {@link #conflateByKey()}. */
  enum ConflateByKey implements SlowReaders {
    /** The only one. */
    ONLY
  }

  /** See {@link #sample}. */
  record Sample(double perSecond) implements SlowReaders {
    /** Checks the rate. */
    public Sample {
      if (!(perSecond > 0 && perSecond <= 1000)) {
        throw new IllegalArgumentException(
            "perSecond: " + perSecond + " (expected: more than 0, at most 1,000)");
      }
    }
  }

  /** See {@link #disconnect()}. */
  enum Disconnect implements SlowReaders {
    /** The only one. */
    ONLY
  }

  /** See {@link #waitFor}. */
  record Wait(Duration most) implements SlowReaders {
    /** Checks the time. */
    public Wait {
      if (!most.isPositive()) {
        throw new IllegalArgumentException("most: " + most + " (expected: more than zero)");
      }
    }
  }
}
