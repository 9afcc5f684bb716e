package dev.millrace.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.epoll.EpollChannelOption;
import java.io.IOException;
import java.nio.channels.FileChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a region of a file from the system's cache to a socket (sendfile). A piece at a time: a
 * fast reader would otherwise keep the loop in one system call for the whole of it.
 */
final class FileTransfer implements ChannelFutureListener {
  private static final Logger log = LoggerFactory.getLogger(FileTransfer.class);
  private static final int PIECE = 512 * 1024;

  /** Shares the file with the other pieces, so it leaves it open. */
  private static final class Piece extends DefaultFileRegion {
    Piece(FileChannel file, long from, long length) {
      super(file, from, length);
    }

    @Override
    protected void deallocate() {}
  }

  private final Channel channel;
  private final Http1Exchange exchange;
  private final FileChannel file;
  private long from;
  private long left;

  FileTransfer(Channel channel, Http1Exchange exchange, FileChannel file, long from, long length) {
    this.channel = channel;
    this.exchange = exchange;
    this.file = file;
    this.from = from;
    this.left = length;
    fullSegments(true);
  }

  /**
   * Has the system send no segment that is not full until this is taken back (tcp(7), TCP_CORK):
   * much less work for the same bytes. Nothing, where there is no such option.
   */
  private void fullSegments(boolean only) {
    if (channel.isActive()) {
      channel.config().setOption(EpollChannelOption.TCP_CORK, only);
    }
  }

  /** Sends the next piece. */
  void next() {
    long length = Math.min(PIECE, left);
    Piece piece = new Piece(file, from, length);
    from += length;
    left -= length;
    channel.writeAndFlush(piece).addListener(this);
    exchange.sending();
  }

  @Override
  public void operationComplete(ChannelFuture sent) {
    if (sent.isSuccess() && left > 0) {
      // Not at once: while the reader keeps up, nobody else would have the loop.
      exchange.nextTurn(this::next);
      return;
    }
    close(file);
    if (sent.isSuccess()) {
      fullSegments(false);
      exchange.transferred();
    } else {
      log.debug("the transfer of a file ended early", sent.cause());
      exchange.abort();
    }
  }

  static void close(FileChannel file) {
    try {
      file.close();
    } catch (IOException e) {
      log.warn("closing a file that was sent failed", e);
    }
  }
}
