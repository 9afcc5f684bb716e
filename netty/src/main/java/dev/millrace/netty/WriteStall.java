package dev.millrace.netty;

import dev.millrace.time.Timeout;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a peer takes no byte although some wait for it. Looks while there are such bytes,
 * four times in the time that is allowed; a connection whose socket takes everything at once has
 * none of this. Belongs to the loop.
 */
final class WriteStall extends Timeout {
  private static final int LOOKS = 4;

  private final Channel channel;
  private final NettyLoop loop;
  private final long allowedNanos;
  private final Runnable onStall;
  private @Nullable Object current;
  private long progress;
  private long pending;
  private long since;

  WriteStall(Channel channel, NettyLoop loop, long allowedNanos, Runnable onStall) {
    this.channel = channel;
    this.loop = loop;
    this.allowedNanos = allowedNanos;
    this.onStall = onStall;
  }

  /** Whether bytes wait for the socket. */
  static boolean isWaiting(Channel channel) {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer != null && !buffer.isEmpty();
  }

  /** Begins to look, if it does not already. */
  void watch() {
    if (!isScheduled()) {
      hasMoved();
      since = loop.time().nanoTime();
      again();
    }
  }

  @Override
  protected void expired() {
    if (!isWaiting(channel)) {
      current = null;
      return;
    }
    long now = loop.time().nanoTime();
    if (hasMoved()) {
      since = now;
    } else if (now - since >= allowedNanos) {
      onStall.run();
      return;
    }
    again();
  }

  private void again() {
    loop.timers().schedule(this, allowedNanos / LOOKS);
  }

  /** Whether anything has left since the last look. */
  @SuppressWarnings("ReferenceEquality") // the same entry, not one with the same bytes
  private boolean hasMoved() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    if (buffer == null) {
      return false;
    }
    boolean moved =
        buffer.current() != current
            || buffer.currentProgress() != progress
            || buffer.totalPendingWriteBytes() < pending;
    current = buffer.current();
    progress = buffer.currentProgress();
    pending = buffer.totalPendingWriteBytes();
    return moved;
  }
}
