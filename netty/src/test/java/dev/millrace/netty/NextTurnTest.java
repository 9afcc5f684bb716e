package dev.millrace.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.time.TimeSource;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A connection that has much to send lets the loop look at its other sockets in between. */
class NextTurnTest {
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop eventLoop = group.next();
  private final NettyLoop loop = new NettyLoop(eventLoop, TimeSource.system());
  private final List<String> order = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Channel> accepted = new CompletableFuture<>();
  private final CompletableFuture<Void> over = new CompletableFuture<>();

  @AfterEach
  void stop() {
    group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** Accepts one connection, and reads nothing of it until it is told to. */
  private Channel accept(Socket client) throws Exception {
    Channel server =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Reads());
                  }
                })
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
    client.connect(server.localAddress());
    return accepted.get(10, TimeUnit.SECONDS);
  }

  private final class Reads extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) {
      accepted.complete(context.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
      order.add("read");
    }
  }

  private void goOn(int left) {
    order.add("sent");
    if (left == 0) {
      over.complete(null);
    } else {
      loop.nextTurn(() -> goOn(left - 1));
    }
  }

  @Test
  void whatIsPutOffToTheNextTurnRunsAfterWhatHasCome() throws Exception {
    try (Socket client = new Socket()) {
      Channel channel = accept(client);
      client.getOutputStream().write('a');
      eventLoop.execute(() -> {
        // From here on the socket would be read, if the loop looked at it.
        channel.read();
        goOn(2);
      });
      over.get(10, TimeUnit.SECONDS);
      assertThat(order).containsExactly("sent", "read", "sent", "sent");
    }
  }

  @Test
  void alsoFromTheEndOfATurn() throws Exception {
    try (Socket client = new Socket()) {
      Channel channel = accept(client);
      client.getOutputStream().write('a');
      eventLoop.execute(() ->
          loop.atEndOfTurn(() -> {
            channel.read();
            goOn(1);
          }));
      over.get(10, TimeUnit.SECONDS);
      assertThat(order).containsExactly("sent", "read", "sent");
    }
  }
}
