package dev.millrace.room;

import dev.millrace.cluster.Position;
import java.util.List;

/**
 * A room: a log of messages, and the streams that read it. It needs no making and no closing: it is
 * there when it has members or messages, and costs nothing otherwise. This is a handle to it; any
 * number of handles are the same room. All methods may be called from any thread.
 */
public interface Room extends Recipients {

  /** Its name. */
  String name();

  /**
   * Where the log of all rooms is now. Who renders a page of what has happened so far can put this
   * into it; a stream that joins with it misses nothing since: <code>?lastEventId=…</code>. To be
   * taken before what is rendered is read.
   */
  Position position();

  /** How many streams have joined, on this node. */
  int size();

  /**
   * Who is present, on all nodes: those that joined with an identity, each once, in the order of
   * their coming. Empty where the room has no {@linkplain RoomOptions#presence presence}, and where
   * there are more than its threshold.
   */
  List<Member> members();

  /** What it holds and what has been counted, on this node. */
  RoomStats stats();

  /**
   * Puts a producer behind this room, which writes to its log for everyone: {@linkplain
   * #produce(Producer, ProducerOptions) as here} with {@link ProducerOptions#DEFAULT}.
   */
  default Production produce(Producer producer) {
    return produce(producer, ProducerOptions.DEFAULT);
  }

  /**
   * Puts a producer behind this room. It runs once, on a virtual thread of its own, from the first
   * member on or from {@link Production#start()}. When it ends, so do the streams whose only room
   * this is, as soon as they have been given everything; the log stays readable for as long as the
   * room keeps its messages.
   *
   * @return that of the first call; whoever calls again while its messages are kept gets the same,
   *     and what it brings does not run
   */
  Production produce(Producer producer, ProducerOptions options);
}
