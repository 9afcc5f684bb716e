package dev.millrace.netty;

import dev.millrace.engine.Counters;
import dev.millrace.engine.Limit;
import dev.millrace.time.Timeout;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On a listening channel: what to do when accepting fails, as it does when the process is out of
 * file descriptors. The client that waits stays in the system's queue, so trying at once would fail
 * again, as fast as the processor can. Accepting stops for {@value #PAUSE_MILLIS} ms instead; the
 * connections that are open do not notice.
 *
 * <p>Everything that is needed is made and loaded beforehand: to load a class may need a
 * descriptor.
 */
final class AcceptPause extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(AcceptPause.class);
  private static final long PAUSE_MILLIS = 250;
  private static final long QUIET_NANOS = Duration.ofSeconds(30).toNanos();

  private final class Resume extends Timeout {
    @Override
    protected void expired() {
      if (context != null) {
        context.channel().config().setAutoRead(true);
      }
    }
  }

  private final NettyServer server;
  private final Counters counters;
  private final Resume resume = new Resume();
  private @Nullable ChannelHandlerContext context;
  private long lastWarning;
  private boolean warned;

  AcceptPause(NettyServer server) {
    this.server = server;
    this.counters = server.dispatcher().counters();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  /** Goes no further: Netty would pause for longer, and log each attempt. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    counters.count(Limit.ACCEPT);
    NettyLoop loop = server.loopOf(ctx.channel());
    ctx.channel().config().setAutoRead(false);
    loop.timers().schedule(resume, PAUSE_MILLIS * 1_000_000);
    long now = loop.time().nanoTime();
    if (!warned || now - lastWarning > QUIET_NANOS) {
      warned = true;
      lastWarning = now;
      log.warn(
          "{} cannot accept: {}; {} connections are open. They go on, new ones wait. If it is file"
              + " descriptors, allow more (ulimit -n, or LimitNOFILE of systemd), or lower"
              + " Limits.connections",
          ctx.channel().localAddress(),
          cause.getMessage(),
          server.connections());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    context = null;
    server.loopOf(ctx.channel()).timers().cancel(resume);
    ctx.fireChannelInactive();
  }
}
