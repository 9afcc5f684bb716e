package dev.millrace.bench;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/** Sends each frame back as it came, with the buffer that it came in. One for all connections. */
@Sharable
final class SocketEcho extends SocketMessages {
  static final SocketEcho INSTANCE = new SocketEcho();

  private SocketEcho() {}

  @Override
  void frame(ChannelHandlerContext context, WebSocketFrame frame) {
    var _ = context.write(frame, context.voidPromise());
  }
}
