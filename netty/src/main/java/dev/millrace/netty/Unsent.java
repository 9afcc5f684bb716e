package dev.millrace.netty;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;

/**
 * How much the system takes from a connection that it cannot send yet, because the client does not
 * read. By default that is some hundred KiB for each that has stalled, and nobody has any use for
 * it: what waits is better kept where it is shared.
 *
 * <p>Bounded by {@code TCP_NOTSENT_LOWAT}, which leaves alone how much can be on its way: a client
 * far away that reads gets as much as before. Linux with epoll only.
 */
final class Unsent {
  private static final long MOST = 16 * 1024;

  private Unsent() {}

  /** Bounds what waits in the system for a connection that stays. One system call. */
  static void bound(Channel channel) {
    if (channel instanceof EpollSocketChannel && channel.isActive()) {
      channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, MOST);
    }
  }
}
