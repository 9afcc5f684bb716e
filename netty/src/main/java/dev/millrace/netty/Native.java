package dev.millrace.netty;

import dev.millrace.engine.Transport.Io;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.io.IOException;

/**
 * The way to the operating system that was taken.
 *
 * @param name for the log
 * @param handlers makes what drives a loop
 * @param server the class of listening channels
 */
record Native(String name, IoHandlerFactory handlers, Class<? extends ServerChannel> server) {

  /**
   * Takes what was asked for, or the best that is there.
   *
   * @throws IOException when something was asked for by name and is missing; says why
   */
  static Native choose(Io io) throws IOException {
    return switch (io) {
      case AUTO -> Epoll.isAvailable() ? epoll() : nio();
      case NIO -> nio();
      case EPOLL -> {
        require("EPOLL", Epoll.isAvailable(), Epoll.unavailabilityCause());
        yield epoll();
      }
      case IO_URING -> {
        require("IO_URING", IoUring.isAvailable(), IoUring.unavailabilityCause());
        yield new Native(
            "io_uring", IoUringIoHandler.newFactory(), IoUringServerSocketChannel.class);
      }
    };
  }

  boolean isEpoll() {
    return server == EpollServerSocketChannel.class;
  }

  private static Native epoll() {
    return new Native("epoll", EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
  }

  private static Native nio() {
    return new Native("NIO", NioIoHandler.newFactory(), NioServerSocketChannel.class);
  }

  private static void require(String name, boolean available, Throwable cause) throws IOException {
    if (!available) {
      throw new IOException(
          "io %s is not available on this machine: %s. Use AUTO or NIO".formatted(name, cause),
          cause);
    }
  }
}
