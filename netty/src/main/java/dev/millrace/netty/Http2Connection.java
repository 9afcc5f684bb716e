package dev.millrace.netty;

import dev.millrace.engine.BodyPipe;
import dev.millrace.engine.Call;
import dev.millrace.engine.Limit;
import dev.millrace.http.HttpException;
import dev.millrace.http.Limits;
import dev.millrace.http.RequestHead;
import dev.millrace.stream.CloseReason;
import dev.millrace.time.Timeout;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection.PropertyKey;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP/2 connection (RFC 9113). Netty keeps framing, HPACK, stream states and settings; the way
 * out is ours: streams that have something to send take turns, and what they send in one turn of
 * the event loop leaves as one buffer with one flush. Nothing is ever queued for a stream that
 * cannot send: its bytes stay in its {@link dev.millrace.stream.Outbound}.
 *
 * <p>Everything here runs on the connection's event loop.
 */
final class Http2Connection extends Http2ConnectionHandler implements NettyLoop.EndOfTurn {
  private static final Logger log = LoggerFactory.getLogger(Http2Connection.class);
  private static final int MAX_BATCH = 64 * 1024;
  private static final int FRAME_HEADER = 9;
  private static final int SLICE = 16 * 1024;

  /** Heads are held back by no window, so a client that reads none is cut when as much waits. */
  private static final int MAX_UNREAD = 1 << 20;

  private final class Idle extends Timeout {
    @Override
    protected void expired() {
      overdue();
    }
  }

  private final NettyServer server;
  private final NettyLoop loop;
  private final Channel channel;
  private final boolean secure;
  private final SendWindows windows;
  private final PropertyKey exchangeKey;
  private final FloodGuard floods;
  private final Idle idle = new Idle();
  private final WriteStall stall;
  private final WindowStall windowStall;
  private final TurnShare share;
  private final ArrayDeque<Http2Exchange> ready = new ArrayDeque<>();
  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuf batch;
  private @Nullable Http2Exception flood;
  private boolean scheduled;

  Http2Connection(
      NettyServer server,
      Channel channel,
      boolean secure,
      SendWindows windows,
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings) {
    super(decoder, encoder, settings);
    this.server = server;
    this.loop = server.loopOf(channel);
    this.channel = channel;
    this.secure = secure;
    this.windows = windows;
    this.exchangeKey = windows.exchangeKey();
    this.floods = new FloodGuard(loop.time());
    long stallNanos = limits().stallTime().toNanos();
    this.stall = new WriteStall(channel, loop, stallNanos, this::stalled);
    this.windowStall = new WindowStall(this, stallNanos);
    this.share = new TurnShare(loop, this::flushLater);
    decoder.frameListener(new Http2Frames(this));
    connection().addListener(new Http2StreamEnds(this));
  }

  static Http2Connection create(NettyServer server, Channel channel, boolean secure) {
    return new Http2Builder(server, channel, secure).build();
  }

  Limits limits() {
    return server.config().limits();
  }

  NettyLoop loop() {
    return loop;
  }

  Channel channel() {
    return channel;
  }

  FloodGuard floods() {
    return floods;
  }

  SendWindows windows() {
    return windows;
  }

  void countRefused() {
    server.dispatcher().counters().countRefused();
  }

  private ChannelHandlerContext context() {
    return java.util.Objects.requireNonNull(context, "before the handler was added");
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    context = ctx;
    super.handlerAdded(ctx);
    Unsent.bound(ctx.channel());
    watchIdle();
  }

  // --- what comes in ---

  /** A request has come; its body may follow. */
  void request(Http2Stream stream, Http2Headers fields, boolean whole) throws Http2Exception {
    if (flood != null) {
      throw flood;
    }
    RequestHead head;
    boolean awaitsContinue;
    try {
      head =
          Http2Head.check(
              stream.id(), fields, server.headLimits(), secure, channel.remoteAddress());
      awaitsContinue = Http1Head.awaitsContinue(head.headers());
    } catch (HttpException e) {
      countRefused();
      Http2Exchange refused = new Http2Exchange(this, stream, windows.initialWindowSize());
      stream.setProperty(exchangeKey, refused);
      refused.refuse(e);
      return;
    }
    loop.timers().cancel(idle);
    Http2Exchange exchange = new Http2Exchange(this, stream, windows.initialWindowSize());
    BodyPipe body = exchange.expect(whole, head.upgrade() != null, awaitsContinue);
    stream.setProperty(exchangeKey, exchange);
    Call call = server.dispatcher().accept(exchange, head, body);
    exchange.listener(call);
    loop.begin(server.dispatcher(), call);
  }

  @Nullable Http2Exchange exchange(Http2Stream stream) {
    return stream.getProperty(exchangeKey);
  }

  @Nullable Http2Exchange exchange(int streamId) {
    Http2Stream stream = connection().stream(streamId);
    return stream == null ? null : exchange(stream);
  }

  /** Gives the client back its right to send as many bytes. */
  void credit(Http2Stream stream, int bytes) {
    try {
      if (decoder().flowController().consumeBytes(stream, bytes)) {
        flushLater();
      }
    } catch (Http2Exception e) {
      onError(context(), true, e);
    }
  }

  // --- what goes out ---

  /** Writes a head. It leaves with whatever else this turn brings. */
  void writeHead(Http2Stream stream, Http2Headers head, boolean last) {
    encoder().writeHeaders(context(), stream.id(), head, 0, last, context().newPromise());
    flushLater();
    if (channel.bytesBeforeWritable() > MAX_UNREAD) {
      log.debug("{} asks and does not read the answers", channel.remoteAddress());
      server.dispatcher().counters().count(Limit.FLOOD);
      context().close();
    }
  }

  /** Takes a stream into the round of those that have something to send. */
  void enqueue(Http2Exchange exchange) {
    if (exchange.markReady()) {
      ready.add(exchange);
    }
    flushLater();
  }

  /** The peer takes more, or the socket does. */
  void flushLater() {
    if (!scheduled) {
      scheduled = true;
      loop.atEndOfTurn(this);
    }
  }

  @Override
  public void endOfTurn() {
    scheduled = false;
    if (channel.isActive()) {
      sendRound();
      context().flush();
      if (WriteStall.isWaiting(channel)) {
        stall.watch();
      }
    }
  }

  /** Lets the streams send a slice each, in turn, until no more can, need or should be sent. */
  private void sendRound() {
    while (share.isLeft() && !ready.isEmpty() && channel.isWritable()) {
      Http2Exchange next = ready.remove();
      next.clearReady();
      int most =
          next.sendable(
              windows, Math.min(SLICE, encoder().configuration().frameSizePolicy().maxFrameSize()));
      if (most == 0 && !next.endsWithoutData()) {
        // With a window there was nothing; what comes since wakes it, and is not held back.
        boolean blocked = windows.allowed(next) == 0 && next.hasData();
        if (blocked && next.window() > 0) {
          if (windows.connectionIsExhausted()) {
            next.markReady();
            ready.addFirst(next);
            ready.forEach(windowStall::watch);
            break;
          }
          windows.hold(next);
        }
        if (blocked) {
          windowStall.watch(next);
        }
        continue;
      }
      sendSlice(next, most);
      if (next.hasMore() && next.markReady()) {
        ready.add(next);
      }
    }
    writeBatch();
  }

  private void sendSlice(Http2Exchange exchange, int most) {
    ByteBuf out = batch(FRAME_HEADER + most);
    int start = out.writerIndex();
    out.writeZero(FRAME_HEADER);
    int length = exchange.read(out, most, share);
    boolean last = exchange.isDrained();
    Http2Frames.dataHeader(out, start, length, last, exchange.stream().id());
    windows.sent(exchange, length);
    if (last) {
      endLocal(exchange);
    }
  }

  private void endLocal(Http2Exchange exchange) {
    Http2Stream stream = exchange.stream();
    boolean requestWhole = exchange.isRequestWhole();
    exchange.finished();
    closeStreamLocal(stream, sent());
    if (!requestWhole) {
      exchange.endsFirst();
    }
  }

  private ByteBuf batch(int more) {
    ByteBuf current = batch;
    if (current != null && current.readableBytes() + more > MAX_BATCH) {
      writeBatch();
      current = null;
    }
    if (current == null) {
      current = channel.alloc().ioBuffer(Math.max(512, more));
      batch = current;
    }
    return current;
  }

  private void writeBatch() {
    ByteBuf full = batch;
    if (full != null) {
      batch = null;
      context().write(full, channel.voidPromise());
    }
  }

  /**
   * Completes when what has gathered has left. That only matters to a connection that is going
   * away: it closes with its last stream.
   */
  private ChannelFuture sent() {
    ByteBuf last = batch;
    if (last != null && connection().goAwaySent()) {
      batch = null;
      return context().writeAndFlush(last);
    }
    writeBatch();
    return context().newSucceededFuture();
  }

  /** Ends a stream before its time, after what was sent on it. */
  void reset(int streamId, Http2Error error) {
    writeBatch();
    resetStream(context(), streamId, error.code(), context().newPromise());
    flushLater();
  }

  // --- the end ---

  /** A stream has been closed by either side. */
  void ended(Http2Stream stream) {
    Http2Exchange exchange = stream.removeProperty(exchangeKey);
    if (exchange != null) {
      exchange.gone(CloseReason.Kind.DISCONNECTED);
    }
    if (connection().numActiveStreams() == 0 && channel.isActive()) {
      watchIdle();
    }
  }

  /** The client takes nothing of anything: there is no way left to tell it so. */
  private void stalled() {
    log.debug("{} takes no byte: its connection is cut", channel.remoteAddress());
    forEachExchange(exchange -> exchange.gone(CloseReason.Kind.STALLED));
    channel.unsafe().close(channel.unsafe().voidPromise());
  }

  /** Calls something with each exchange; none may be added or removed meanwhile. */
  void forEachExchange(Consumer<Http2Exchange> action) {
    try {
      connection()
          .forEachActiveStream(stream -> {
            Http2Exchange exchange = exchange(stream);
            if (exchange != null) {
              action.accept(exchange);
            }
            return true;
          });
    } catch (Http2Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void watchIdle() {
    loop.timers().schedule(idle, limits().idleTime().toNanos());
  }

  private void overdue() {
    if (WriteStall.isWaiting(channel)) {
      watchIdle();
    } else if (connection().numActiveStreams() == 0) {
      // From the pipeline's end, so that GOAWAY is sent first.
      server.closeIdle(channel);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
    if (channel.isWritable() && !ready.isEmpty()) {
      flushLater();
    }
    super.channelWritabilityChanged(ctx);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    loop.timers().cancel(idle);
    loop.timers().cancel(stall);
    loop.timers().cancel(windowStall);
    super.channelInactive(ctx);
    if (batch != null) {
      batch.release();
      batch = null;
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event == NettyServer.Stop.GENTLY) {
      stopGently(ctx);
    } else {
      super.userEventTriggered(ctx, event);
    }
  }

  private void stopGently(ChannelHandlerContext ctx) throws Exception {
    forEachExchange(Http2Exchange::shutdown);
    // GOAWAY now; the channel closes when the last stream has.
    close(ctx, ctx.newPromise());
    flushLater();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
    if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
      super.exceptionCaught(ctx, cause);
    } else {
      // A client that resets the connection, as a rule.
      log.debug("HTTP/2 connection of {} failed", channel.remoteAddress(), cause);
      ctx.close();
    }
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      @Nullable Http2Exception error) {
    server.refused(error);
    log.debug("HTTP/2 connection of {} failed", channel.remoteAddress(), cause);
    super.onConnectionError(ctx, outbound, cause, error);
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException error) {
    server.refused(error);
    // To have a stream reset is as cheap as to reset it (CVE-2025-8671).
    Http2Exchange exchange = exchange(error.streamId());
    boolean forNothing = !outbound && exchange != null && !exchange.hasResponded();
    super.onStreamError(ctx, outbound, cause, error);
    if (forNothing) {
      flood = floods.resetForNothing(limits().streamsPerConnection());
    }
  }
}
