package dev.millrace.engine;

/** How much of a stream's declared {@code Content-Length} is still to be written. */
final class Declared {
  private final long length;
  private long left;

  Declared(long length) {
    this.length = length;
    this.left = length;
  }

  /**
   * Notes bytes that are about to be written.
   *
   * @throws IllegalStateException when they are more than were declared
   */
  synchronized void take(int bytes) {
    if (bytes > left) {
      throw new IllegalStateException(
          "Content-Length: %d (expected: %d or more, which is what was written)"
              .formatted(length, length - left + bytes));
    }
    left -= bytes;
  }

  /** Gives back what was taken and not written. */
  synchronized void giveBack(int bytes) {
    left += bytes;
  }

  synchronized long left() {
    return left;
  }

  /** What a stream failed with that ended too early. */
  IllegalStateException tooShort() {
    return new IllegalStateException(
        "Content-Length: %d (expected: %d, which is what was written)"
            .formatted(length, length - left()));
  }
}
