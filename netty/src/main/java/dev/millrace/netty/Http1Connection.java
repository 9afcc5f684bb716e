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
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP/1.1 connection: one exchange at a time, what comes early waits. Everything here runs on
 * the connection's event loop.
 *
 * <p>The connection keeps reading while a response is being made, because that is how it notices at
 * once that the client has left. What is read meanwhile is bounded: when {@value #MAX_EARLY} bytes
 * wait, reading stops.
 *
 * <p>The phases: {@code HEAD} (a request head has begun to come), {@code EXCHANGE} (a handler is at
 * work or a stream is open), {@code IDLE} (kept alive), {@code SOCKET} (a WebSocket is open),
 * {@code CLOSING} (the last bytes are on their way, what comes is thrown away).
 *
 * <p>Behind a request that asks for a WebSocket nothing is decoded before it is answered: what
 * comes is frames if it is accepted, and the next request if not.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(Http1Connection.class);
  private static final int MAX_EARLY = 64 * 1024;
  private static final Duration LINGER = Duration.ofSeconds(2);
  private static final Duration SETTLED = Duration.ofSeconds(1);

  private enum Phase {
    HEAD,
    EXCHANGE,
    IDLE,
    SOCKET,
    CLOSING
  }

  private final class Deadline extends Timeout {
    @Override
    protected void expired() {
      overdue();
    }
  }

  private final NettyServer server;
  private final NettyLoop loop;
  private final Channel channel;
  private final boolean secure;
  private final Deadline deadline = new Deadline();
  private @Nullable WriteStall stall;
  private Phase phase = Phase.HEAD;
  private @Nullable Http1Exchange current;
  private @Nullable EarlyMessages early;
  private @Nullable Http1Socket socket;
  private boolean asksForSocket;
  private boolean lastRequest;

  private Http1Connection(NettyServer server, Channel channel, boolean secure) {
    this.server = server;
    this.loop = server.loopOf(channel);
    this.channel = channel;
    this.secure = secure;
  }

  static void install(NettyServer server, Channel channel, boolean secure) {
    Http1Connection connection = new Http1Connection(server, channel, secure);
    DecoderSlot.fill(channel.pipeline(), connection.decoder());
    channel.pipeline().addLast(connection);
    connection.within(connection.limits().headerTime());
  }

  private Http1RequestDecoder decoder() {
    return new Http1RequestDecoder(this, limits());
  }

  private Limits limits() {
    return server.config().limits();
  }

  Channel channel() {
    return channel;
  }

  boolean isSecure() {
    return secure;
  }

  NettyLoop loop() {
    return loop;
  }

  // --- what comes in ---

  /** Bytes have come, and the decoder has not looked at them yet. */
  void bytesArrived() {
    if (phase == Phase.IDLE && !mustWait()) {
      phase = Phase.HEAD;
      within(limits().headerTime());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (phase == Phase.CLOSING) {
      ReferenceCountUtil.release(message);
    } else if (socket != null) {
      socket.receive(message);
    } else {
      request(message);
    }
  }

  private void request(Object message) {
    if (message instanceof HttpRequest request) {
      asksForSocket = Http1Head.asksForSocket(request);
    }
    boolean endsDecoding = asksForSocket && message instanceof LastHttpContent;
    Http1Exchange exchange = current;
    if (exchange == null ? mustWait() : early != null || exchange.isRequestWhole()) {
      keepForLater(message);
    } else {
      accept(message);
    }
    if (endsDecoding) {
      DecoderSlot.empty(channel.pipeline());
    }
  }

  /** Whether a request has to wait although none is being answered: its turn, or its reader. */
  private boolean mustWait() {
    return early != null || (phase == Phase.IDLE && !channel.isWritable());
  }

  /**
   * A request, or bytes that came while the decoder was out, behind one that is still being
   * answered.
   */
  private void keepForLater(Object message) {
    if (early == null) {
      early = new EarlyMessages();
    }
    if (early.add(message) > MAX_EARLY) {
      channel.config().setAutoRead(false);
    }
  }

  private void accept(Object message) {
    try {
      if (message instanceof HttpRequest request) {
        begin(request);
      }
      Http1Exchange exchange = current;
      if (message instanceof HttpContent content && phase != Phase.CLOSING && exchange != null) {
        Http1RequestBody.take(this, exchange, content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(HttpRequest request) {
    RequestHead head;
    Http1Exchange exchange;
    try {
      head = Http1Head.check(request, server.headLimits(), secure, channel.remoteAddress());
      exchange = new Http1Exchange(this, head);
    } catch (HttpException e) {
      refuse(e);
      return;
    }
    phase = Phase.EXCHANGE;
    loop.timers().cancel(deadline);
    current = exchange;
    Call call = server.dispatcher().accept(exchange, head, exchange.body());
    exchange.listener(call);
    loop.begin(server.dispatcher(), call);
  }

  /** The handler has begun to read, or has made room. */
  void wantBody() {
    Http1Exchange exchange = current;
    if (exchange != null && !exchange.isRequestWhole()) {
      within(limits().bodyTime());
      channel.config().setAutoRead(true);
    }
  }

  /** Until the handler wants more of the body. */
  void stopBody() {
    channel.config().setAutoRead(false);
    loop.timers().cancel(deadline);
  }

  void bodyMoved(boolean whole) {
    if (whole) {
      loop.timers().cancel(deadline);
    } else if (deadline.isScheduled()) {
      within(limits().bodyTime());
    }
  }

  // --- deadlines ---

  private void within(Duration time) {
    loop.timers().schedule(deadline, time.toNanos());
  }

  private void overdue() {
    Http1Exchange exchange = current;
    switch (phase) {
      case HEAD -> late();
      case IDLE -> {
        if (WriteStall.isWaiting(channel)) {
          // The last answer is still on its way.
          within(limits().idleTime());
        } else {
          server.closeIdle(channel);
        }
      }
      case CLOSING -> {
        if (WriteStall.isWaiting(channel)) {
          within(LINGER);
        } else {
          channel.close();
        }
      }
      case SOCKET -> {}
      case EXCHANGE -> {
        if (exchange != null && !exchange.isRequestWhole()) {
          BodyPipe body = exchange.body();
          if (body != null) {
            body.late();
          }
        } else if (exchange != null && exchange.isStreaming()) {
          DecoderSlot.empty(channel.pipeline());
        }
      }
    }
  }

  private void late() {
    HttpException refusal =
        server.headLimits().over(Limit.HEADER_TIME, 408, "the request did not come in time");
    if (DecoderSlot.hasNothing(channel.pipeline())) {
      // Nothing was asked: a client that holds a connection ready would take the answer for its
      // own.
      channel.close();
    } else {
      refuse(refusal);
    }
  }

  /** What the socket has not taken is watched. */
  void flushed() {
    if (WriteStall.isWaiting(channel)) {
      if (stall == null) {
        stall = new WriteStall(channel, loop, limits().stallTime().toNanos(), this::stalled);
      }
      stall.watch();
    }
  }

  private void stalled() {
    log.debug("{} takes no byte of its response: it is closed", channel.remoteAddress());
    if (current == null) {
      server.dispatcher().counters().count(Limit.STALL);
    }
    end(CloseReason.Kind.STALLED);
    channel.close();
  }

  /** A stream has begun. If it stays, it does not need the decoder. */
  void settle() {
    within(SETTLED);
  }

  // --- a WebSocket ---

  /** From now on the exchange is a WebSocket. */
  void become(Http1Socket opened) {
    socket = opened;
    phase = Phase.SOCKET;
    channel.config().setAutoRead(true);
    loop.timers().cancel(deadline);
  }

  /** The head is on its way: what came early is the first input. */
  void opened(Http1Socket opened) {
    EarlyMessages queue = early;
    if (queue != null && phase == Phase.SOCKET) {
      early = null;
      queue.forEach(opened::receive);
    }
  }

  // --- the end of an exchange ---

  /** The response has been written. */
  void finished(Http1Exchange exchange) {
    current = null;
    boolean whole = exchange.isRequestWhole();
    exchange.tellFinished();
    if (socket != null) {
      socket.close();
      close(false);
      return;
    }
    if (!exchange.keepsAlive() || lastRequest || !whole) {
      close(whole);
      return;
    }
    phase = Phase.IDLE;
    within(limits().idleTime());
    next();
  }

  /**
   * Takes up what came early, one request at a time and only while the client reads its answers.
   */
  private void next() {
    EarlyMessages queue = early;
    if (queue != null && !channel.isWritable()) {
      // The decoder stays out if it is: what comes now would overtake what waits.
      return;
    }
    DecoderSlot.refill(channel.pipeline(), this, this::decoder);
    if (queue == null) {
      channel.config().setAutoRead(true);
      return;
    }
    early = null;
    queue.forEach(this::takeUp);
    if (early == null) {
      channel.config().setAutoRead(true);
    }
  }

  private void takeUp(Object message) {
    ChannelHandlerContext context = channel.pipeline().context(this);
    try {
      if (!(message instanceof ByteBuf) || !DecoderSlot.decode(channel.pipeline(), message)) {
        bytesArrived();
        channelRead(context, message);
      }
    } catch (Exception e) {
      exceptionCaught(context, e);
    }
  }

  /**
   * Closes after what was written. A request that is still coming would make the system reset the
   * connection, and the client lose the answer: so it is thrown away for a while first.
   */
  private void close(boolean requestWhole) {
    phase = Phase.CLOSING;
    if (requestWhole || !(channel instanceof DuplexChannel duplex)) {
      Http1Close.now(channel);
      flushed();
      return;
    }
    Http1Close.output(duplex);
    flushed();
    channel.config().setAutoRead(true);
    within(LINGER);
  }

  /** Answers a request that no handler may see, and closes. */
  private void refuse(HttpException refusal) {
    server.dispatcher().counters().countRefused();
    channel.write(Http1Refusal.of(refusal, loop.date()));
    close(false);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable()) {
      Http1Exchange exchange = current;
      if (exchange != null) {
        exchange.drain();
      } else if (phase == Phase.IDLE && early != null) {
        next();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end(CloseReason.Kind.DISCONNECTED);
    if (early != null) {
      early.release();
      early = null;
    }
  }

  private void end(CloseReason.Kind why) {
    if (socket != null) {
      socket.end();
    }
    phase = Phase.CLOSING;
    loop.timers().cancel(deadline);
    if (stall != null) {
      loop.timers().cancel(stall);
    }
    Http1Exchange exchange = current;
    current = null;
    if (exchange != null) {
      exchange.gone(why);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == NettyServer.Stop.GENTLY) {
      lastRequest = true;
      Http1Exchange exchange = current;
      if (exchange != null) {
        exchange.shutdown();
      } else if (phase == Phase.IDLE) {
        // After the last answer, if that is still on its way.
        close(true);
      }
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (Http1Head.isPeersFault(cause)) {
      log.debug("connection of {} failed", channel.remoteAddress(), cause);
    } else {
      log.error("connection of {} failed", channel.remoteAddress(), cause);
    }
    channel.close();
  }
}
