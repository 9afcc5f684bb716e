package dev.millrace.bench;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/** All that is left of the pipeline of an idle stream: drops what the client sends, one for all. */
@Sharable
final class Silence extends ChannelInboundHandlerAdapter {
  static final Silence INSTANCE = new Silence();

  private Silence() {}

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Failures.close(context, cause);
  }
}
