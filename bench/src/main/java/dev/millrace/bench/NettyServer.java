package dev.millrace.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;

/**
 * The measure: what a server written by hand on bare Netty makes of the same requests.
 *
 * <p>It is tuned as far as Netty's own classes go and no further: no framework, no thread but the
 * event loops, no copy or flush that could be saved. It leaves out what a user of a framework gets
 * (routing, timeouts, heartbeats, error pages), so it is a bound to come near, not an equal.
 *
 * <p>HTTP/1.1 and HTTP/2 with prior knowledge share one clear-text port.
 */
public final class NettyServer {
  /**
   * Four times Netty's default, of which 96 bytes an entry are bookkeeping: with chunks of 128
   * events this makes a fifth more events a second, with a chunk for each event it changes nothing.
   */
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(128 * 1024, 256 * 1024);

  private NettyServer() {}

  /** Starts the server: {@code NettyServer PORT}, {@code -Dbench.loops=N} for N event loops. */
  public static void main(String[] args) throws InterruptedException {
    if (args.length != 1) {
      Console.fail("usage: bench/serve-netty PORT");
    }
    int port = Integer.parseInt(args[0]);
    int loops = Integer.getInteger("bench.loops", Runtime.getRuntime().availableProcessors());
    boolean epoll = Epoll.isAvailable();

    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            loops, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    Channel server = bootstrap(group, epoll).bind(port).sync().channel();
    Console.print(
        "netty: http://localhost:%d, %s, %d event loop(s)"
            .formatted(port, epoll ? "epoll" : "NIO", loops));
    server.closeFuture().sync();
  }

  private static ServerBootstrap bootstrap(EventLoopGroup group, boolean epoll) {
    Class<? extends ServerSocketChannel> type =
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    return new ServerBootstrap()
        .group(group)
        .channel(type)
        .option(ChannelOption.SO_BACKLOG, 4096)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
        .childHandler(new Connections());
  }

  /** Gives each new connection the one handler that finds out which protocol it speaks. */
  private static final class Connections extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      channel.pipeline().addLast(new ProtocolDetector());
    }
  }
}
