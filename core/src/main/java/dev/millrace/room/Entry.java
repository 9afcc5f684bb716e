package dev.millrace.room;

import dev.millrace.cluster.Stored;
import org.jspecify.annotations.Nullable;

/** A message in a room's log on this node. */
final class Entry extends Shared {
  private final String epoch;

  /** Its place in the {@link Ring}. */
  final long index;

  final long sequence;

  /** That of the message before it in its room, kept or not. */
  final long previous;

  final long millis;

  /** The sequence of the newest message with its key; 0 while that is this one. */
  private volatile long replacedBy;

  Entry(String epoch, long index, Stored stored, Payload payload) {
    super(payload);
    this.epoch = epoch;
    this.index = index;
    this.sequence = stored.sequence();
    this.previous = stored.previous();
    this.millis = stored.millis();
  }

  @Override
  String id() {
    return epoch + '.' + sequence;
  }

  void replacedBy(long newer) {
    replacedBy = newer;
  }

  /** Whether a newer one with its key, no newer than a limit, takes its place. */
  boolean isReplaced(long limit) {
    long newer = replacedBy;
    return newer != 0 && newer <= limit;
  }

  boolean isEnd() {
    return payload().kind() == Payload.Kind.END;
  }

  @Nullable String origin() {
    return payload().origin();
  }

  int size() {
    return payload().size();
  }
}
