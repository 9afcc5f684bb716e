package dev.millrace.cluster;

import dev.millrace.time.TimeSource;

/**
 * Gives the messages of all rooms one order, keeps what is to be kept of them, and brings them to
 * every node. Rooms are made on top of it; an application has one, and so have all its nodes
 * together.
 *
 * <p>An implementation, of which {@code BackplaneContract} of the test kit tests each point,
 *
 * <ol>
 *   <li>MUST number messages upwards from 1 without using a number twice in an epoch; numbers may
 *       be left out;
 *   <li>MUST begin another epoch when it may have lost a message that it had acknowledged, or would
 *       use a number again;
 *   <li>MUST have stored a message when {@link Link#append} returns, and MUST NOT store or deliver
 *       it when that throws for its arguments;
 *   <li>MUST keep of each room what its {@link Retention} says and no more; the newest message of a
 *       room MUST stay until it is too old. Bounds over all rooms MAY let it go earlier, the oldest
 *       message of all first and never the newest of all;
 *   <li>MUST say in {@link History#evicted} if anything was let go, even when nothing is left; it
 *       MAY say so when nothing was, but MUST NOT say that all is there when something is not;
 *   <li>MUST tell a {@link Link.Listener} first the history of its room and then each message
 *       behind it, once, without a hole in between;
 *   <li>MUST call all listeners of a link one at a time, in the order of the sequences over all
 *       rooms ({@link Link.Listener#delivered} may be called meanwhile), and MUST go on when one
 *       throws;
 *   <li>MUST deliver to the node that has appended too, at the latest when {@code append} returns;
 *   <li>MUST give payloads back byte for byte;
 *   <li>MUST call a listener no more when its subscription has been closed, but for a call that has
 *       begun;
 *   <li>MUST tell who is present on other nodes, and MUST take those of a node back that has ended,
 *       however it ended;
 *   <li>MUST accept all calls from any thread; those that may block say so.
 * </ol>
 */
public interface Backplane extends AutoCloseable {

  /** A backplane in this process's memory, for one node or several in it. */
  static MemoryBackplane inMemory() {
    return inMemory(TimeSource.system());
  }

  /** The same with another clock. */
  static MemoryBackplane inMemory(TimeSource time) {
    return inMemory(MemoryLimits.DEFAULT, time);
  }

  /** The same with other bounds and another clock. */
  static MemoryBackplane inMemory(MemoryLimits limits, TimeSource time) {
    return new MemoryBackplane(limits, time);
  }

  /** Adds a node. May block. */
  Link attach();

  /**
   * Lets go what is too old, where nothing else does. Rooms call it about once a second. Must be
   * short; by default it does nothing.
   */
  default void sweep() {}

  /** Ends all links. What is kept in memory alone is lost. May block. */
  @Override
  void close();
}
