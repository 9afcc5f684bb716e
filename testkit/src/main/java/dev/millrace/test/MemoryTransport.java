package dev.millrace.test;

import dev.millrace.engine.Dispatcher;
import dev.millrace.engine.Loop;
import dev.millrace.engine.Transport;
import dev.millrace.http.Headers;
import dev.millrace.http.RequestHead;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An engine without sockets, for one server, and the client that reaches it. Each request has a
 * connection of its own, with a window that a stalled reader fills as it would fill a socket's
 * buffers.
 */
final class MemoryTransport implements Transport, Transport.Running, Client {
  private static final InetSocketAddress PEER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

  private final Set<MemoryExchange> exchanges = ConcurrentHashMap.newKeySet();
  private final Object change = new Object();
  private @Nullable Server server;
  private volatile boolean accepting = true;

  /** What there is once the transport has started. */
  private record Server(Config config, Dispatcher dispatcher, MemoryLoop loop) {}

  @Override
  public Running start(Config config, Dispatcher dispatcher) {
    MemoryLoop loop = new MemoryLoop(config.time(), dispatcher.counters());
    server = new Server(config, dispatcher, loop);
    if (config.time() instanceof FakeClock clock) {
      clock.follow(loop);
    }
    loop.start();
    return this;
  }

  private Server server() {
    Server started = server;
    if (started == null) {
      throw new IllegalStateException("the engine in memory has not started");
    }
    return started;
  }

  @Override
  public Loop loop() {
    return server().loop;
  }

  // --- the client ---

  @Override
  public Channel send(Wanted wanted, Transcript transcript) {
    return start(wanted, transcript);
  }

  @Override
  public Line open(Wanted wanted, SocketTranscript transcript) {
    return start(SocketHandshake.overHttp1(wanted), transcript);
  }

  private MemoryExchange start(Wanted wanted, Transcript transcript) {
    Server started = server();
    Duration stallTime = started.config.limits().stallTime();
    MemoryExchange exchange =
        new MemoryExchange(started.loop, transcript, stallTime, wanted, this::done);
    if (!accepting) {
      transcript.cut("the server has stopped and accepts no requests");
      return exchange;
    }
    var head =
        new RequestHead(
            wanted.method(),
            wanted.target(),
            "http",
            "localhost",
            "HTTP/1.1",
            framed(wanted),
            PEER,
            upgrade(wanted));
    exchanges.add(exchange);
    started.loop.execute(() -> exchange.begin(started.dispatcher, head));
    return exchange;
  }

  private static @Nullable String upgrade(Wanted wanted) {
    boolean asks =
        wanted.method().equals("GET")
            && wanted.body() == null
            && SocketHandshake.lists(wanted.headers(), "Upgrade", "websocket");
    return asks ? "websocket" : null;
  }

  /** As a client over HTTP/1.1 says how long its body is. */
  private static Headers framed(Wanted wanted) {
    byte[] body = wanted.body();
    if (body == null || wanted.headers().contains("Content-Length")) {
      return wanted.headers();
    }
    return wanted.sized()
        ? wanted.headers().with("Content-Length", Integer.toString(body.length))
        : wanted.headers().with("Transfer-Encoding", "chunked");
  }

  @Override
  public void close() {
    exchanges.forEach(MemoryExchange::close);
  }

  private void done(MemoryExchange exchange) {
    exchanges.remove(exchange);
    synchronized (change) {
      change.notifyAll();
    }
  }

  // --- the server ---

  @Override
  public List<Integer> ports() {
    return Collections.nCopies(server().config.listeners().size(), 0);
  }

  @Override
  public int connections() {
    return exchanges.size();
  }

  @Override
  public void stop(Duration patience) {
    accepting = false;
    Server started = server();
    exchanges.forEach(MemoryExchange::shutdown);
    await(patience);
    exchanges.forEach(MemoryExchange::cut);
    started.loop.stop();
    if (started.config.time() instanceof FakeClock clock) {
      clock.unfollow(started.loop);
    }
  }

  private void await(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    try {
      synchronized (change) {
        while (!exchanges.isEmpty()) {
          long left = (end - System.nanoTime()) / 1_000_000;
          if (left <= 0) {
            return;
          }
          change.wait(left);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
