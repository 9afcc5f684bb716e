package dev.millrace.room;

import dev.millrace.cluster.Position;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a stream joins a room. Immutable.
 *
 * @param member who joins, for rooms with {@linkplain RoomOptions#presence presence}; {@code null}
 *     for nobody in particular
 * @param after the position behind which the stream goes on; {@code null} for what the client says
 *     ({@code Last-Event-ID}), and if it says nothing from now on
 * @param history how many of the newest messages a client is given that says no position; 0
 * @param positions whether the client is told positions; {@code true}. Without them nothing can be
 *     resumed, and messages on a WebSocket need no envelope
 */
public record Join(
    @Nullable Member member, @Nullable String after, int history, boolean positions) {

  /** Nobody in particular, from where the client left off. */
  public static final Join DEFAULT = new Join(null, null, 0, true);

  /** Checks the number. */
  public Join {
    if (history < 0) {
      throw new IllegalArgumentException("history: " + history + " (expected: zero or more)");
    }
  }

  /** The same with an identity. */
  public Join as(Member who) {
    return new Join(who, after, history, positions);
  }

  /** The same with an identity, without attributes. */
  public Join as(String id) {
    return as(id, Map.of());
  }

  /** The same with an identity, and attributes that everybody in the room sees. */
  public Join as(String id, Map<String, ?> attributes) {
    return as(new Member(id, attributes));
  }

  /** The same from behind a position. */
  public Join after(Position position) {
    return after(position.toString());
  }

  /**
   * The same from behind a position as a client has sent it. One that is no position of this
   * application is answered as one that is too old: with a gap.
   */
  public Join after(String position) {
    return new Join(member, position, history, positions);
  }

  /** The same with the newest messages for clients that say no position. */
  public Join history(int messages) {
    return new Join(member, after, messages, positions);
  }

  /** The same with all that is kept for clients that say no position. */
  public Join fromStart() {
    return history(Integer.MAX_VALUE);
  }

  /** The same without positions: nothing can be resumed, and a WebSocket gets the bare data. */
  public Join bare() {
    return new Join(member, after, history, false);
  }
}
