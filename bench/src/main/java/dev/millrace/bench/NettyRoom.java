package dev.millrace.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one room of the server on bare Netty: each message is encoded once, whatever the number of
 * members, and each event loop has a list of its own members, which is woken once for all messages
 * that have come by then. The newest thousand messages are kept for clients that come back.
 *
 * <p>Its lock is held for a publish and for a join, never while anything is written.
 */
final class NettyRoom {
  static final NettyRoom BENCH = new NettyRoom();

  /** What a client says that has no position: it begins with the next message. */
  static final long NOWHERE = -1;

  /** Of this process: a number alone would be taken for another message after a restart. */
  static final String EPOCH = epoch();

  private static final int KEPT = 1_000;

  private final Map<EventLoop, RoomLoop> loops = new HashMap<>();
  private final ArrayDeque<RoomEntry> log = new ArrayDeque<>(KEPT + 1);
  private long head;
  private @Nullable Replay replay;

  /** All that is kept in one buffer, for everybody who resumes before the next message. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Replay(ByteBuf chunks, ByteBuf events, int[] chunkAt, int[] eventAt) {
    void release() {
      chunks.release();
      events.release();
    }
  }

  /**
   * What a new member needs.
   *
   * @param waiting messages that the loop's other members have not been given yet
   * @param begin what it is told first: what it missed, or else where it is. Owned by the caller
   */
  record Start(List<RoomEntry> waiting, ByteBuf begin) {}

  private NettyRoom() {}

  private static String epoch() {
    byte[] random = new byte[6];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().encodeToString(random) + '.';
  }

  /** Reads a {@code Last-Event-ID}. */
  static long position(@Nullable CharSequence lastEventId) {
    if (lastEventId == null) {
      return NOWHERE;
    }
    String id = lastEventId.toString();
    return Long.parseLong(id.substring(id.indexOf('.') + 1));
  }

  /** The body belongs to the caller. */
  synchronized void publish(ByteBuf body) {
    RoomEntry entry = RoomEntry.of(++head, body);
    log.add(entry);
    if (log.size() > KEPT) {
      log.remove().release();
    }
    if (replay != null) {
      replay.release();
      replay = null;
    }
    for (RoomLoop loop : loops.values()) {
      entry.retain();
      loop.add(entry);
    }
  }

  synchronized RoomLoop loop(EventLoop loop) {
    return loops.computeIfAbsent(loop, RoomLoop::new);
  }

  /** For {@link RoomLoop}, which alone knows what it has not delivered yet. */
  synchronized Start start(RoomLoop loop, long after, boolean chunked) {
    boolean behind = after >= 0 && after < head && !log.isEmpty();
    return new Start(loop.take(), behind ? missed(after, chunked) : position(chunked));
  }

  /** On a stream an event without data; a WebSocket is not told. */
  private ByteBuf position(boolean chunked) {
    String event = "id: " + EPOCH + head + "\n\n";
    String text = chunked ? Integer.toHexString(event.length()) + "\r\n" + event + "\r\n" : event;
    return ByteBufUtil.writeAscii(ByteBufAllocator.DEFAULT, text);
  }

  synchronized List<RoomEntry> take(RoomLoop loop) {
    return loop.take();
  }

  private ByteBuf missed(long after, boolean chunked) {
    if (replay == null) {
      replay = replay();
    }
    // The oldest that is kept has the number head - size + 1.
    int first = (int) Math.max(0, after - (head - log.size()));
    ByteBuf all = chunked ? replay.chunks : replay.events;
    int from = (chunked ? replay.chunkAt : replay.eventAt)[first];
    return all.retainedSlice(from, all.readableBytes() - from);
  }

  private Replay replay() {
    ByteBuf chunks = ByteBufAllocator.DEFAULT.directBuffer();
    ByteBuf events = ByteBufAllocator.DEFAULT.directBuffer();
    List<RoomEntry> entries = new ArrayList<>(log);
    int[] chunkAt = new int[entries.size()];
    int[] eventAt = new int[entries.size()];
    for (int i = 0; i < chunkAt.length; i++) {
      chunkAt[i] = chunks.readableBytes();
      eventAt[i] = events.readableBytes();
      chunks.writeBytes(entries.get(i).chunk().duplicate());
      events.writeBytes(entries.get(i).event().duplicate());
    }
    return new Replay(chunks, events, chunkAt, eventAt);
  }
}
