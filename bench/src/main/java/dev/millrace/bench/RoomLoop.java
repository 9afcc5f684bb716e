package dev.millrace.bench;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;

/** The members on one event loop. Everything but {@link #add} and {@link #take} is done on it. */
final class RoomLoop {
  private final EventLoop loop;
  private final List<Member> members = new ArrayList<>();

  /** Guarded by the room, as is {@link #due}. */
  private List<RoomEntry> pending = new ArrayList<>();

  private boolean due;

  /** A connection with one member, or with one for each stream. */
  interface Member {
    /** Writes all of them and flushes once. */
    void write(List<RoomEntry> entries);

    /** Where it stands in the list. */
    int index();

    void index(int newIndex);
  }

  RoomLoop(EventLoop loop) {
    this.loop = loop;
  }

  /** Under the room's lock. */
  void add(RoomEntry entry) {
    pending.add(entry);
    if (!due) {
      due = true;
      loop.execute(() -> deliver(NettyRoom.BENCH.take(this)));
    }
  }

  /** Under the room's lock. */
  List<RoomEntry> take() {
    List<RoomEntry> taken = pending;
    pending = new ArrayList<>();
    due = false;
    return taken;
  }

  private void deliver(List<RoomEntry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    // From the end, because a member that goes is replaced by the last one.
    for (int i = members.size() - 1; i >= 0; i--) {
      members.get(i).write(entries);
    }
    entries.forEach(RoomEntry::release);
  }

  /**
   * Where a new member begins. What waits goes to the others first, so that it is not doubled.
   *
   * @param after {@link NettyRoom#NOWHERE} for no position
   * @param chunked as HTTP/1.1 has it
   */
  NettyRoom.Start start(long after, boolean chunked) {
    NettyRoom.Start start = NettyRoom.BENCH.start(this, after, chunked);
    deliver(start.waiting());
    return start;
  }

  void enter(Member member) {
    member.index(members.size());
    members.add(member);
  }

  void leave(Member member) {
    Member last = members.removeLast();
    if (member.index() < members.size()) {
      members.set(member.index(), last);
      last.index(member.index());
    }
  }
}
