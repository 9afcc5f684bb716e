package dev.millrace.netty;

import dev.millrace.engine.Dispatcher;
import dev.millrace.engine.Limit;
import dev.millrace.engine.Listener;
import dev.millrace.engine.Loop;
import dev.millrace.engine.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listening channels, the loops and the open connections of one server. */
final class NettyServer implements Transport.Running {
  private static final Logger log = LoggerFactory.getLogger(NettyServer.class);
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(32 * 1024, 64 * 1024);

  /** Connections over a limit that are answered at one time; others are closed at once. */
  private static final int MAX_TURNED_AWAY = 256;

  private static final Duration DEAD_PEER = Duration.ofSeconds(60);

  /** Told to all connections when the server stops. */
  enum Stop {
    /** End streams, finish requests, take no more. */
    GENTLY
  }

  private final Transport.Config config;
  private final Dispatcher dispatcher;
  private final Native io;
  private final MultiThreadIoEventLoopGroup group;
  private final IdentityHashMap<EventExecutor, NettyLoop> loops = new IdentityHashMap<>();
  private final Set<Channel> connections = ConcurrentHashMap.newKeySet();
  private final ChannelFutureListener forget = closed -> forget(closed.channel());
  private final Admission admission;
  private final AtomicInteger turnedAway = new AtomicInteger();
  private final HeadLimits headLimits;
  private final List<Channel> listening = new ArrayList<>();
  private volatile boolean stopping;

  private NettyServer(Transport.Config config, Dispatcher dispatcher, Native io) {
    this.config = config;
    this.dispatcher = dispatcher;
    this.io = io;
    this.admission = new Admission(config.limits());
    this.headLimits = new HeadLimits(config.limits(), dispatcher.counters());
    int threads = Integer.getInteger("millrace.loops", Runtime.getRuntime().availableProcessors());
    this.group =
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory("millrace-loop", false), io.handlers());
    for (EventExecutor executor : group) {
      loops.put(executor, new NettyLoop((EventLoop) executor, config.time()));
    }
  }

  static NettyServer start(Transport.Config config, Dispatcher dispatcher) throws IOException {
    List<@Nullable SslContext> contexts = new ArrayList<>();
    for (Listener listener : config.listeners()) {
      contexts.add(listener.tls() == null ? null : TlsContexts.of(listener.tls()));
    }
    NettyServer server = new NettyServer(config, dispatcher, Native.choose(config.io()));
    try {
      for (int i = 0; i < contexts.size(); i++) {
        server.listen(config.listeners().get(i), contexts.get(i));
      }
    } catch (IOException e) {
      server.unlisten();
      server.group.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
      throw e;
    }
    log.info("listening on {} with {}", server.addresses(), server.io.name());
    return server;
  }

  private void listen(Listener listener, @Nullable SslContext tls) throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(io.server())
            .option(ChannelOption.SO_BACKLOG, 4096)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .handler(new AcceptPause(this))
            .childHandler(new Pipeline(this, tls));
    if (io.isEpoll()) {
      bootstrap.childOption(EpollChannelOption.TCP_USER_TIMEOUT, deadPeerMillis());
    }
    var bound = bootstrap.bind(listener.host(), listener.port()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      bound.channel().close().awaitUninterruptibly();
      throw new IOException(
          "cannot listen on %s:%d: %s. Is another server running there? Choose another port, or 0 for a free one"
              .formatted(listener.host(), listener.port(), cause(bound.cause())),
          bound.cause());
    }
    listening.add(bound.channel());
  }

  /** To the system a reader that takes nothing is as good as gone: who may stall longer stays. */
  private int deadPeerMillis() {
    Duration stall = config.limits().stallTime();
    Duration most = stall.compareTo(DEAD_PEER) > 0 ? stall.plus(DEAD_PEER) : DEAD_PEER;
    return (int) Math.min(Integer.MAX_VALUE, most.toMillis());
  }

  /**
   * Waits, so that the ports are free afterwards; the end of the group alone may leave them open.
   */
  private void unlisten() {
    for (Channel channel : listening) {
      channel.close().awaitUninterruptibly();
    }
  }

  private static String cause(@Nullable Throwable failure) {
    String message = failure == null ? null : failure.getMessage();
    return message == null ? "the address is not available" : message;
  }

  private String addresses() {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < listening.size(); i++) {
      Listener listener = config.listeners().get(i);
      String scheme = listener.tls() == null ? "http" : "https";
      all.add("%s://%s:%d".formatted(scheme, listener.host(), ports().get(i)));
    }
    return String.join(", ", all);
  }

  // --- for pipelines ---

  /** Notes a new connection, unless it is one too many. */
  boolean opened(Channel channel) {
    Limit over = admission.admit(channel.remoteAddress());
    if (over != null) {
      dispatcher.counters().count(over);
      return false;
    }
    connections.add(channel);
    channel.closeFuture().addListener(forget);
    if (stopping) {
      channel.close();
    }
    return true;
  }

  private void forget(Channel channel) {
    connections.remove(channel);
    admission.left(channel.remoteAddress());
  }

  /** Ends a connection that is one too many; with an answer, unless even those are too many. */
  void turnAway(Channel channel, boolean secure) {
    if (secure || turnedAway.get() >= MAX_TURNED_AWAY) {
      channel.close();
      return;
    }
    turnedAway.incrementAndGet();
    channel.closeFuture().addListener(closed -> turnedAway.decrementAndGet());
    channel.pipeline().addLast(new TurnAway(loopOf(channel), channel));
  }

  /** Ends a connection that nobody uses. */
  void closeIdle(Channel channel) {
    dispatcher.counters().count(Limit.IDLE);
    channel.close();
  }

  /** A frame or a head broke the protocol or a limit. */
  void refused(@Nullable Http2Exception error) {
    dispatcher.counters().countRefused();
    Limit limit = error == null ? null : FloodGuard.limit(error);
    if (limit != null) {
      dispatcher.counters().count(limit);
    }
  }

  HeadLimits headLimits() {
    return headLimits;
  }

  Admission admission() {
    return admission;
  }

  NettyLoop loopOf(Channel channel) {
    return Objects.requireNonNull(loops.get(channel.eventLoop()), "a loop of another server");
  }

  Transport.Config config() {
    return config;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  // --- running ---

  @Override
  public List<Integer> ports() {
    return listening.stream()
        .map(channel -> ((InetSocketAddress) channel.localAddress()).getPort())
        .toList();
  }

  @Override
  public Loop loop() {
    return loops.values().iterator().next();
  }

  @Override
  public int connections() {
    return connections.size();
  }

  @Override
  public void stop(Duration patience) {
    stopping = true;
    unlisten();
    for (Channel channel : connections) {
      channel.eventLoop().execute(() -> channel.pipeline().fireUserEventTriggered(Stop.GENTLY));
    }
    long end = config.time().nanoTime() + patience.toNanos();
    while (!connections.isEmpty() && end - config.time().nanoTime() > 0) {
      LockSupport.parkNanos(5_000_000);
    }
    if (!connections.isEmpty()) {
      log.warn("{} connections did not end in {}: they are cut", connections.size(), patience);
      connections.forEach(NettyServer::cut);
    }
    loops.values().forEach(loop -> loop.execute(loop.direct()::release));
    group.shutdownGracefully(0, 1000, TimeUnit.MILLISECONDS).awaitUninterruptibly(2000);
  }

  /** Past the pipeline, where an HTTP/2 connection would wait for its streams to end. */
  private static void cut(Channel channel) {
    channel.eventLoop().execute(() -> channel.unsafe().close(channel.unsafe().voidPromise()));
  }
}
