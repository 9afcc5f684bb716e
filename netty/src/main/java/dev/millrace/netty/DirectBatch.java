package dev.millrace.netty;

import dev.millrace.stream.Batch;
import dev.millrace.stream.Feed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of a room that many connections of a loop are given, as the system takes them: made
 * once, and offered to each socket in turn.
 *
 * <p><b>The problem.</b> Ten thousand readers of a room get the same bytes. A buffer for each, its
 * way through the pipeline and into the queue of the channel cost a fifth of the whole.
 *
 * <p><b>The idea.</b> The bytes lie outside the heap, where the system can read them, and each
 * socket is asked to take them: one system call, and nothing else. Only what it does not take goes
 * to its channel, up to the end of the message that was cut: the channel waits for room, and says
 * when there is some. All who were cut in one message wait with slices of the same bytes, and of
 * what follows nothing is kept.
 *
 * <p>A loop has one. Belongs to the loop.
 */
final class DirectBatch {
  private static final Logger log = LoggerFactory.getLogger(DirectBatch.class);

  /** More than a run has, unless it is one long message: that goes the usual way. */
  private static final int MOST = 64 * 1024;

  private @Nullable Batch batch;
  private boolean chunked;
  private @Nullable ByteBuf bytes;

  /** Where each message ends. */
  private int[] ends = new int[8];

  private final CutMessages cut = new CutMessages();

  /** The socket of a channel, if it can be offered something past that; otherwise {@code null}. */
  static @Nullable Socket socket(Channel channel, boolean secure) {
    return !secure && channel instanceof EpollSocketChannel epoll ? (Socket) epoll.fd() : null;
  }

  /** Whether all that was written to a channel has left. */
  static boolean isFree(Channel channel) {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    return waiting != null && waiting.totalPendingWriteBytes() == 0;
  }

  /** Who is given messages. */
  interface Reader {

    /** Where what is cut goes. */
    Channel channel();

    /** A message was cut: nothing more of this kind is to be sent before its rest has left. */
    void hasBegun();

    /** It has left. */
    void hasLeft();
  }

  /**
   * Offers what a feed has to a socket. What is cut goes to its channel.
   *
   * @param socket {@code null} while its channel has something for it: then all is cut at once
   * @param framed whether each message is to be a chunk (RFC 9112, section 7.1)
   * @return how many bytes the socket has taken; -1 when there is nothing that can go this way
   */
  int offer(@Nullable Socket socket, Feed feed, boolean framed, Reader reader) {
    Batch next = feed.batch();
    if (next == null || next.length() > MOST) {
      return -1;
    }
    ByteBuf all = prepared(next, framed, reader);
    int taken = 0;
    // One that was closed may have lent its number to another by now.
    if (socket != null && socket.isOpen()) {
      try {
        // Sent and not written, which to the system is the longer way.
        taken = socket.sendAddress(all.memoryAddress(), 0, all.writerIndex());
      } catch (IOException e) {
        log.debug("{} takes nothing any more", reader.channel(), e);
        reader.channel().close();
        return 0;
      }
    }
    if (taken == all.writerIndex()) {
      feed.given(next.size());
      return taken;
    }
    int message = 0;
    while (ends[message] <= taken) {
      message++;
    }
    feed.given(message + 1);
    reader.hasBegun();
    reader
        .channel()
        .writeAndFlush(rest(next, all, message, taken))
        .addListener(written -> {
          if (written.isSuccess()) {
            reader.hasLeft();
          }
        });
    return taken;
  }

  /** What is left of a message. */
  private ByteBuf rest(Batch from, ByteBuf all, int message, int at) {
    int start = message == 0 ? 0 : ends[message - 1];
    ByteBuf whole = cut.of(from.event(message), chunked, all, start, ends[message] - start);
    return whole.retainedSlice(at - start, ends[message] - at);
  }

  @SuppressWarnings("ReferenceEquality") // batches are shared, so the same one comes again
  private ByteBuf prepared(Batch next, boolean framed, Reader reader) {
    ByteBuf made = bytes;
    if (made != null && batch == next && chunked == framed) {
      return made;
    }
    if (made == null || made.capacity() < next.length()) {
      releaseBytes();
      made = reader.channel().alloc().directBuffer(next.length() + next.size() * 12);
      bytes = made;
    }
    made.clear();
    if (ends.length < next.size()) {
      ends = Arrays.copyOf(ends, next.size());
    }
    for (int i = 0; i < next.size(); i++) {
      byte[] event = next.event(i);
      if (framed) {
        ByteBufUtil.writeAscii(made, Integer.toHexString(event.length));
        made.writeShort('\r' << 8 | '\n');
      }
      made.writeBytes(event);
      if (framed) {
        made.writeShort('\r' << 8 | '\n');
      }
      ends[i] = made.writerIndex();
    }
    batch = next;
    chunked = framed;
    return made;
  }

  /** Gives the bytes back. What channels have of them stays until they have sent it. */
  void release() {
    releaseBytes();
    cut.release();
  }

  private void releaseBytes() {
    if (bytes != null) {
      bytes.release();
      bytes = null;
      batch = null;
    }
  }
}
