package dev.millrace.cluster;

import org.jspecify.annotations.Nullable;

/** What one node has of a {@link Backplane}. All methods may be called from any thread. */
public interface Link extends AutoCloseable {

  /** Names this node among all: 1 to 32 letters, digits, {@code -} or {@code _} of ASCII. */
  String node();

  /**
   * The position of the last message of all rooms, as far as this node knows: its listeners have
   * been told of all messages up to it. Never blocks, and works on a link that has ended.
   */
  Position position();

  /**
   * Stores a message. May block, in memory for some microseconds at most. Messages of one thread
   * are stored in its order.
   *
   * @param payload not copied: to be left alone from now on
   * @param retention of the room, from now on
   * @return where it is
   * @throws IllegalStateException when the link has ended, or the message could not be stored, or
   *     this is called from a listener (but from {@link Listener#delivered} it may be)
   */
  Position append(String room, byte[] payload, Retention retention);

  /**
   * Has a listener called with what is kept of a room, and with what follows. May block; has called
   * {@link Listener#history} when it returns.
   *
   * @throws IllegalStateException when the link has ended, or this is called from a listener (but
   *     from {@link Listener#delivered} it may be)
   */
  Subscription subscribe(String room, Listener listener);

  /**
   * Says who is present in a room on this node. Never blocks. Does nothing on a link that has
   * ended: its members have been taken back.
   *
   * @param member names it among all of the room
   * @param attributes what is told of it to other nodes, not copied; {@code null} when it has left
   */
  void announce(String room, String member, byte @Nullable [] attributes);

  /** Takes this node out: its subscriptions end, and who is present on it has left. May block. */
  @Override
  void close();

  /** Ends by being closed, which never blocks. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Hears of a room. All listeners of a link are called one at a time, but for {@link #delivered};
   * must be short, and must not block: nor wait for a lock that somebody holds who calls the link
   * or closes a subscription. What one throws is logged, and it is called further.
   */
  interface Listener {

    /** What there is at the beginning. Called once, before all others. */
    void history(History history);

    /** A message, behind all those before it. Others must not be appended from here. */
    void entry(Stored entry);

    /**
     * Called after one or more messages, when others may go on meanwhile: here readers are woken.
     * Several threads may call it at once, also while this listener is told of further messages.
     */
    void delivered();

    /**
     * Who is present on another node; at the beginning once for each that is.
     *
     * @param attributes {@code null} when it has left
     */
    void present(String node, String member, byte @Nullable [] attributes);
  }
}
