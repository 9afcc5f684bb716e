package dev.millrace.netty;

import dev.millrace.http.HttpException;
import dev.millrace.time.Timeout;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;

/**
 * A connection over a limit, in clear text: whatever it asks first is answered with 503, and
 * nothing else is read of it. A client of HTTP/2 is told to go away instead, with nothing processed
 * (RFC 9113, section 6.8). All is over after {@value #LINGER_SECONDS} s, whatever the client does.
 */
final class TurnAway extends ChannelInboundHandlerAdapter {
  private static final long LINGER_SECONDS = 2;

  /** How long the client should stay away, in seconds. */
  private static final String RETRY_AFTER = "5";

  /** SETTINGS, as the first frame must be, and GOAWAY with NO_ERROR and no stream. */
  private static final byte[] GO_AWAY = {
    0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  private static final class Deadline extends Timeout {
    private final Channel channel;

    Deadline(Channel channel) {
      this.channel = channel;
    }

    @Override
    protected void expired() {
      channel.close();
    }
  }

  private final NettyLoop loop;
  private final Deadline deadline;
  private boolean answered;

  TurnAway(NettyLoop loop, Channel channel) {
    this.loop = loop;
    this.deadline = new Deadline(channel);
    loop.timers().schedule(deadline, LINGER_SECONDS * 1_000_000_000L);
  }

  /**
   * Answers only when something is asked: a connection that a proxy holds ready would take an
   * answer to nothing for one to its next request.
   */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (!answered && message instanceof ByteBuf bytes && bytes.isReadable()) {
        answered = true;
        boolean http2 = bytes.getByte(bytes.readerIndex()) == 'P' && startsWithPri(bytes);
        ctx.writeAndFlush(http2 ? Unpooled.wrappedBuffer(GO_AWAY) : unavailable())
            .addListener(done -> endOutput(ctx.channel()));
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private static boolean startsWithPri(ByteBuf bytes) {
    return bytes
        .toString(
            bytes.readerIndex(), Math.min(4, bytes.readableBytes()), StandardCharsets.US_ASCII)
        .equals("PRI ");
  }

  /** What the client still sends is taken for a while: a reset would cost it the answer. */
  private static void endOutput(Channel channel) {
    if (channel instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    } else {
      channel.close();
    }
  }

  private ByteBuf unavailable() {
    HttpException refusal =
        new HttpException(503, "the server has as many connections as it takes")
            .header("Retry-After", RETRY_AFTER);
    return Http1Refusal.of(refusal, loop.date());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    loop.timers().cancel(deadline);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
