package dev.millrace.stream;

/**
 * What the bytes of one response go through on their way out, behind its {@link Outbound}: a
 * content coding, or what a WebSocket puts between its messages. Belongs to the event loop.
 * Handlers never see it.
 */
public abstract sealed class Encoder permits ContentEncoder, SocketEncoder {

  /**
   * Bytes that lie together and do not change any more.
   *
   * @param bytes holds others too
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Part(byte[] bytes, int from, int length) {}

  Encoder() {}

  /** How many bytes wait, as they will leave; may make some. */
  abstract long available(Outbound plain);

  /** Whether bytes wait. */
  boolean hasSome(Outbound plain) {
    return available(plain) > 0;
  }

  /** Whether whole events may go past this now, because it would leave them as they are. */
  boolean passes() {
    return false;
  }

  /** Gives what was said to be available, even if the rest has been discarded since. */
  abstract int read(Outbound plain, Outbound.Sink sink, int most);

  /** Whether nothing waits here, and nothing will come but what comes out of the Outbound. */
  abstract boolean isDrained();

  /** Whether making what is available was work that its length does not show. */
  abstract boolean isCostly();
}
