package dev.millrace.room;

import dev.millrace.json.JsonCodec;
import dev.millrace.stream.Turns;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is in one room, on all nodes. What its readers are told is numbered: a reader has a number,
 * as it has a place in the log, and nothing is queued for it.
 */
final class Presence {

  /** Says to the other nodes who is present on this one. */
  interface Announcer {

    /** Never blocks. Attributes of {@code null} take a member back. */
    void announce(String member, byte @Nullable [] attributes);
  }

  /** What a reader is told, and the number that it has then. */
  record Update(int version, Shared event) {}

  /**
   * Nobody yet.
   *
   * @param home where the timers are
   * @param onChange called when there is a new version, on any thread, under no lock
   */
  Presence(
      PresenceOptions options, JsonCodec json, Turns home, Announcer announcer, Runnable onChange) {
    throw new UnsupportedOperationException("to come");
  }

  /** A stream of a member has joined on this node. Any thread; never blocks. */
  void joined(Member member) {
    throw new UnsupportedOperationException("to come");
  }

  /** A stream of a member has left. Any thread; never blocks. */
  void left(String member) {
    throw new UnsupportedOperationException("to come");
  }

  /** Another node has said who is present on it. */
  void present(String node, String member, byte @Nullable [] attributes) {
    throw new UnsupportedOperationException("to come");
  }

  /** Who is present; empty above the threshold. */
  List<Member> members() {
    throw new UnsupportedOperationException("to come");
  }

  /** The number of the newest update. Cheap: loops ask it for each reader. */
  int version() {
    throw new UnsupportedOperationException("to come");
  }

  /**
   * What comes next for a reader: the update behind the version it has had, or a snapshot if that
   * is not kept any more, or it has had none (0).
   *
   * @return {@code null} when it has had everything; the same object for all readers of a version
   */
  @Nullable Update after(int seen) {
    throw new UnsupportedOperationException("to come");
  }

  /** Whether nobody is present and nothing is waited for, so that this can be forgotten. */
  boolean isIdle() {
    throw new UnsupportedOperationException("to come");
  }
}
