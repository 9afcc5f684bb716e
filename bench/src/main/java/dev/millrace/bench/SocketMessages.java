package dev.millrace.bench;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * The end of a WebSocket's pipeline: answers pings and closes, and hands on the frames of messages.
 * What one read pass brings is answered in one flush. No more is read while the client does not.
 */
abstract class SocketMessages extends ChannelInboundHandlerAdapter {

  /** A frame of a message has come; it belongs to the callee. */
  abstract void frame(ChannelHandlerContext context, WebSocketFrame frame);

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    switch (message) {
      case PingWebSocketFrame ping -> {
        var _ = context.write(new PongWebSocketFrame(ping.content()), context.voidPromise());
      }
      case CloseWebSocketFrame close ->
          context.writeAndFlush(close).addListener(ChannelFutureListener.CLOSE);
      case PongWebSocketFrame pong -> pong.release();
      case WebSocketFrame frame -> frame(context, frame);
      default -> ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    context.channel().config().setAutoRead(context.channel().isWritable());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Failures.close(context, cause);
  }
}
