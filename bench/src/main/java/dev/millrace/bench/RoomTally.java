package dev.millrace.bench;

/** What the members of a room have received, all together. For one thread. */
final class RoomTally {
  private Latencies latencies = new Latencies();
  private long now;
  private long received;
  private long missing;
  private long doubled;
  private long others;

  /** The time from which what is read next is taken to have come. */
  void now(long nanos) {
    now = nanos;
  }

  /**
   * A member has a message.
   *
   * @param sentAt when it was published
   * @param ahead how many messages it has skipped; less than zero for one that it should have had
   */
  void received(long sentAt, int ahead) {
    latencies.add(now - sentAt);
    received++;
    if (ahead > 0) {
      missing += ahead;
    } else if (ahead < 0) {
      doubled++;
    }
  }

  /** A member has something that no publisher of ours has sent. */
  void other() {
    others++;
  }

  /** Begins to count anew. */
  void reset() {
    latencies = new Latencies();
    received = 0;
    missing = 0;
    doubled = 0;
    others = 0;
  }

  Latencies latencies() {
    return latencies;
  }

  /** Messages that have come, doubled ones included. */
  long received() {
    return received;
  }

  /** Messages that a member should have had before one that it has. */
  long missing() {
    return missing;
  }

  /** Messages that came again, or behind a later one. */
  long doubled() {
    return doubled;
  }

  /** Data that are no message of ours: gaps, for example. */
  long others() {
    return others;
  }
}
