package dev.millrace.cluster;

/**
 * How much a {@link MemoryBackplane} keeps of all rooms together, whatever their {@link Retention}
 * says. When there would be more, the oldest messages of all are let go, and {@link MemoryStats}
 * counts them; the newest message of all is kept in any case. Immutable.
 *
 * @param bytes of all messages at most, 1 or more; 256 MiB. A message counts as its payload and
 *     {@value #OVERHEAD} B for what is kept around it
 * @param rooms with messages at most, 1 or more; 2,000,000. Each costs about 150 B besides its
 *     messages. Rooms that are only subscribed to do not count: the limits of streams bound them
 */
public record MemoryLimits(long bytes, int rooms) {

  /** What a message counts besides its payload, in bytes. */
  public static final int OVERHEAD = 96;

  /** What holds unless something else is set. */
  public static final MemoryLimits DEFAULT = new MemoryLimits(256L * 1024 * 1024, 2_000_000);

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException says which is out of its bounds
   */
  public MemoryLimits {
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes: " + bytes + " (expected: 1 or more)");
    }
    if (rooms < 1) {
      throw new IllegalArgumentException("rooms: " + rooms + " (expected: 1 or more)");
    }
  }

  /** The same with another number of bytes. */
  public MemoryLimits bytes(long most) {
    return new MemoryLimits(most, rooms);
  }

  /** The same with another number of rooms. */
  public MemoryLimits rooms(int most) {
    return new MemoryLimits(bytes, most);
  }
}
