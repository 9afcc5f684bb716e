package dev.millrace.netty;

import dev.millrace.engine.Limit;
import dev.millrace.time.Timeout;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells HTTP/2 with prior knowledge (RFC 9113, section 3.3) from HTTP/1.1 by the first bytes, which
 * are passed on. A client that sends none in time is closed.
 */
final class PrefaceDetector extends ByteToMessageDecoder {
  private final NettyServer server;
  private final ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
  private @Nullable Deadline deadline;

  PrefaceDetector(NettyServer server) {
    this.server = server;
  }

  private static final class Deadline extends Timeout {
    private final NettyServer server;
    private final ChannelHandlerContext ctx;

    Deadline(NettyServer server, ChannelHandlerContext ctx) {
      this.server = server;
      this.ctx = ctx;
    }

    @Override
    protected void expired() {
      server.dispatcher().counters().count(Limit.HEADER_TIME);
      ctx.close();
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    deadline = new Deadline(server, ctx);
    server
        .loopOf(ctx.channel())
        .timers()
        .schedule(deadline, server.config().limits().headerTime().toNanos());
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    if (deadline != null) {
      server.loopOf(ctx.channel()).timers().cancel(deadline);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    int compared = Math.min(in.readableBytes(), preface.readableBytes());
    boolean same = true;
    for (int i = 0; i < compared && same; i++) {
      same = in.getByte(in.readerIndex() + i) == preface.getByte(preface.readerIndex() + i);
    }
    if (same && compared < preface.readableBytes()) {
      return;
    }
    if (same) {
      Pipeline.http2(server, ctx.channel(), false);
    } else {
      Pipeline.http1(server, ctx.channel(), false);
    }
    ctx.pipeline().remove(this);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == NettyServer.Stop.GENTLY) {
      ctx.close();
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
