package dev.millrace.cluster;

import java.util.List;

/**
 * What is kept of a room at one moment. Immutable.
 *
 * @param head the sequence of the last message of all rooms at that moment
 * @param evicted the sequence of the last message of this room that is kept no more; 0 when all are
 * @param entries what is kept, in order
 */
public record History(long head, long evicted, List<Stored> entries) {

  /** Copies the list. */
  public History {
    entries = List.copyOf(entries);
  }

  /**
   * What a reader gets that has had everything up to a sequence.
   *
   * @param sequence zero or more
   */
  public Resume after(long sequence) {
    List<Stored> missed = entries.stream().filter(entry -> entry.sequence() > sequence).toList();
    return evicted > sequence
        ? new Resume.Gap(sequence, evicted, missed)
        : new Resume.Resumed(missed);
  }
}
