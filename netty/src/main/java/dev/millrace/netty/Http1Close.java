package dev.millrace.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/**
 * Ways to end an HTTP/1.1 connection after what was written (RFC 9112, section 9.6), which leaves
 * at once.
 */
final class Http1Close {
  private Http1Close() {}

  /** Closes. What the client still sends makes the system reset the connection. */
  static void now(Channel channel) {
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  /** Ends the output alone: the client reads all of it, and is heard until it ends too. */
  static void output(DuplexChannel channel) {
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> endOutput(channel));
  }

  private static void endOutput(DuplexChannel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      channel.shutdownOutput();
    } else {
      tls.closeOutbound().addListener(told -> channel.shutdownOutput());
    }
  }
}
