package dev.millrace.bench;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/** Answers each message, which must be whole, with its length. One for all connections. */
@Sharable
final class SocketSink extends SocketMessages {
  static final SocketSink INSTANCE = new SocketSink();

  private SocketSink() {}

  @Override
  void frame(ChannelHandlerContext context, WebSocketFrame frame) {
    String length = Integer.toString(frame.content().readableBytes());
    frame.release();
    var _ = context.write(new TextWebSocketFrame(length), context.voidPromise());
  }
}
