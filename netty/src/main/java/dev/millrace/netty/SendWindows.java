package dev.millrace.netty;

import static io.netty.handler.codec.http2.Http2CodecUtil.CONNECTION_STREAM_ID;
import static io.netty.handler.codec.http2.Http2CodecUtil.DEFAULT_WINDOW_SIZE;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Connection.PropertyKey;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * How much the peer is ready to take, of the connection and of each stream (RFC 9113, section 5.2).
 *
 * <p>Netty's own controller keeps a queue per stream; ours need none, because {@link
 * dev.millrace.netty.Http2Connection} only sends what is allowed at that moment. So a stream's
 * window is a number in its exchange.
 *
 * <p>One reader that stalls must not stop the others, so a stream may have half of the connection's
 * window in flight, and more only while more than half of it is left. To the byte, because clients
 * wait with their credit until half of a window has been read: with one byte less, those that wait
 * for more than half of the stream's would wait for ever; with one byte more, those that wait for
 * half of the connection's would when a stream stalls.
 */
final class SendWindows implements Http2RemoteFlowController {
  private final Http2Connection connection;
  private final PropertyKey exchangeKey;
  private final ArrayDeque<Http2Exchange> held = new ArrayDeque<>(2);
  private @Nullable ChannelHandlerContext context;
  private int initial = DEFAULT_WINDOW_SIZE;
  private int connectionWindow = DEFAULT_WINDOW_SIZE;
  private int largestConnectionWindow = DEFAULT_WINDOW_SIZE;

  SendWindows(Http2Connection connection) {
    this.connection = connection;
    this.exchangeKey = connection.newKey();
  }

  PropertyKey exchangeKey() {
    return exchangeKey;
  }

  private @Nullable Http2Exchange exchange(Http2Stream stream) {
    return stream.getProperty(exchangeKey);
  }

  // --- for the connection ---

  /** How many bytes a stream may send now; zero or less when it must wait. */
  int allowed(Http2Exchange exchange) {
    int half = largestConnectionWindow / 2;
    int inFlight = Math.max(0, initial - exchange.window());
    int share = Math.max(half + 1 - inFlight, connectionWindow - half);
    return Math.max(0, Math.min(share, Math.min(exchange.window(), connectionWindow)));
  }

  /** Has a stream that is over its share look again when the connection's window has grown. */
  void hold(Http2Exchange exchange) {
    if (exchange.hold()) {
      held.add(exchange);
    }
  }

  private void releaseHeld() {
    for (Http2Exchange next = held.poll(); next != null; next = held.poll()) {
      next.release();
      next.takeTurn();
    }
  }

  boolean connectionIsExhausted() {
    return connectionWindow <= 0;
  }

  void sent(Http2Exchange exchange, int bytes) {
    exchange.window(exchange.window() - bytes);
    connectionWindow -= bytes;
  }

  // --- for Netty ---

  @Override
  public void channelHandlerContext(ChannelHandlerContext ctx) {
    this.context = ctx;
  }

  @Override
  public @Nullable ChannelHandlerContext channelHandlerContext() {
    return context;
  }

  @Override
  public int initialWindowSize() {
    return initial;
  }

  /** SETTINGS_INITIAL_WINDOW_SIZE changes all streams, and may make windows negative (6.9.2). */
  @Override
  public void initialWindowSize(int size) throws Http2Exception {
    int change = size - initial;
    initial = size;
    connection.forEachActiveStream(stream -> {
      Http2Exchange exchange = exchange(stream);
      if (exchange != null) {
        // Above the maximum this is the connection's error, not the stream's.
        exchange.window(added(connection.connectionStream(), exchange.window(), change));
        if (change > 0) {
          exchange.takeTurn();
        }
      }
      return true;
    });
  }

  @Override
  public int windowSize(Http2Stream stream) {
    if (stream.id() == CONNECTION_STREAM_ID) {
      return connectionWindow;
    }
    Http2Exchange exchange = exchange(stream);
    return exchange == null ? initial : exchange.window();
  }

  @Override
  public void incrementWindowSize(Http2Stream stream, int bytes) throws Http2Exception {
    if (stream.id() == CONNECTION_STREAM_ID) {
      connectionWindow = added(stream, connectionWindow, bytes);
      releaseHeld();
      if (connectionWindow > largestConnectionWindow) {
        largestConnectionWindow = connectionWindow;
        // The share of each stream has grown.
        wakeAll();
      }
      return;
    }
    Http2Exchange exchange = exchange(stream);
    if (exchange != null) {
      exchange.window(added(stream, exchange.window(), bytes));
      exchange.takeTurn();
    }
  }

  private void wakeAll() throws Http2Exception {
    connection.forEachActiveStream(stream -> {
      Http2Exchange exchange = exchange(stream);
      if (exchange != null) {
        exchange.takeTurn();
      }
      return true;
    });
  }

  private static int added(Http2Stream stream, int window, int change) throws Http2Exception {
    long sum = (long) window + change;
    if (sum > Integer.MAX_VALUE) {
      String message = "a window above 2^31-1";
      throw stream.id() == CONNECTION_STREAM_ID
          ? Http2Exception.connectionError(Http2Error.FLOW_CONTROL_ERROR, message)
          : Http2Exception.streamError(stream.id(), Http2Error.FLOW_CONTROL_ERROR, message);
    }
    return (int) sum;
  }

  /** DATA goes another way; nothing else of ours is flow-controlled. */
  @Override
  public void addFlowControlled(Http2Stream stream, FlowControlled frame) {
    frame.error(
        java.util.Objects.requireNonNull(context),
        new IllegalStateException("DATA is written by Http2Connection"));
  }

  @Override
  public boolean hasFlowControlled(Http2Stream stream) {
    return false;
  }

  @Override
  public void writePendingBytes() {}

  @Override
  public void listener(@Nullable Listener listener) {}

  @Override
  public boolean isWritable(Http2Stream stream) {
    return windowSize(stream) > 0 && connectionWindow > 0;
  }

  @Override
  public void channelWritabilityChanged() {}

  @Override
  public void updateDependencyTree(int child, int parent, short weight, boolean exclusive) {}
}
