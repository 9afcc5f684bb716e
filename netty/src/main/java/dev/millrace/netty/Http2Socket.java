package dev.millrace.netty;

import dev.millrace.engine.SocketInput;
import dev.millrace.time.Timeout;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in of an HTTP/2 stream that is, or asks to become, a WebSocket (RFC 8441); the way out is
 * that of every stream, in {@link Http2Exchange}. Belongs to the loop.
 *
 * <p>What comes before the request is answered is kept, and bounded by the stream's window, for
 * which the client gets credit only when the bytes have been taken. While no more is wanted it gets
 * none either; the connection's window is not touched by that, so its other streams go on.
 */
final class Http2Socket implements NettyLoop.EndOfTurn {
  private static final Logger log = LoggerFactory.getLogger(Http2Socket.class);
  private static final Duration LINGER = Duration.ofSeconds(2);

  /** The client does not end its side although ours has ended. */
  private final class Linger extends Timeout {
    @Override
    protected void expired() {
      linger = null;
      // Nothing is cut: all that was sent is there, and the rest is not wanted.
      connection.reset(exchange.stream().id(), Http2Error.NO_ERROR);
    }
  }

  private final Http2Connection connection;
  private final Http2Exchange exchange;
  private @Nullable SocketInput input;
  private @Nullable ByteBuf early;
  private @Nullable Linger linger;

  /** What the client has sent and got no credit for yet. */
  private int withheld;

  private boolean stopped;
  private boolean inputEnded;
  private boolean receiving;
  private boolean over;

  Http2Socket(Http2Connection connection, Http2Exchange exchange, boolean inputEnded) {
    this.connection = connection;
    this.exchange = exchange;
    this.inputEnded = inputEnded;
  }

  /** Takes bytes, and returns for how many the client gets credit now. */
  int receive(ByteBuf bytes, boolean last) {
    int length = bytes.readableBytes();
    if (over) {
      return length;
    }
    inputEnded |= last;
    if (input == null) {
      keep(bytes);
      withheld += length;
      return 0;
    }
    handOver(input, bytes);
    if (stopped) {
      withheld += length;
      return 0;
    }
    return length;
  }

  private void keep(ByteBuf bytes) {
    if (bytes.isReadable()) {
      if (early == null) {
        early = connection.channel().alloc().buffer(bytes.readableBytes());
      }
      early.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
    }
  }

  private void handOver(SocketInput to, ByteBuf bytes) {
    if (!receiving) {
      receiving = true;
      connection.loop().atEndOfTurn(this);
    }
    if (bytes.isReadable() && !to.receive(connection.loop().show(bytes))) {
      stopped = true;
    }
  }

  /** The request has been accepted. */
  void open(SocketInput newInput) {
    input = newInput;
    ByteBuf first = early;
    early = null;
    if (first != null) {
      try {
        handOver(newInput, first);
      } finally {
        first.release();
      }
    } else if (inputEnded) {
      receiving = true;
      connection.loop().atEndOfTurn(this);
    }
    if (!stopped) {
      credit();
    }
  }

  void readMore() {
    stopped = false;
    if (!over && input != null) {
      credit();
    }
  }

  private void credit() {
    int bytes = withheld;
    withheld = 0;
    if (bytes > 0 && exchange.stream().state() != Http2Stream.State.CLOSED) {
      connection.credit(exchange.stream(), bytes);
    }
  }

  /** Whether the exchange is looked at before the loop waits. From any thread. */
  boolean looksAgain() {
    return connection.loop().inLoop() && receiving;
  }

  boolean isOpen() {
    return input != null;
  }

  @Override
  public void endOfTurn() {
    SocketInput to = input;
    if (!receiving || to == null) {
      return;
    }
    try {
      to.received();
      if (inputEnded && !over) {
        to.inputEnded();
      }
      receiving = false;
      if (exchange.isWoken()) {
        exchange.run();
      } else if (!over) {
        connection.loop().yieldAtEnd();
      }
    } catch (RuntimeException e) {
      receiving = false;
      log.error("WebSocket of {} failed", connection.channel().remoteAddress(), e);
      exchange.abort();
    }
  }

  /** Our side has ended: the client may end its own in its own time, but not take for ever. */
  void linger() {
    credit();
    linger = new Linger();
    connection.loop().timers().schedule(linger, LINGER.toNanos());
  }

  /** The client has gone: what it sent before is begun to be handled, and nothing more comes. */
  void end() {
    endOfTurn();
    close();
    if (linger != null) {
      connection.loop().timers().cancel(linger);
      linger = null;
    }
  }

  /** Nothing more is handed over. */
  void close() {
    receiving = false;
    over = true;
    if (early != null) {
      early.release();
      early = null;
    }
  }
}
