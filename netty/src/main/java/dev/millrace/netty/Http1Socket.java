package dev.millrace.netty;

import dev.millrace.engine.SocketInput;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.ReferenceCountUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in of an HTTP/1.1 connection that has become a WebSocket; the way out is that of every
 * stream, in {@link Http1Exchange}. Belongs to the loop.
 *
 * <p>What the connections of a loop receive in one turn is handled at its end, all together. What
 * is answered there, on the loop, leaves with one write for each connection, and no task is needed
 * to make it leave.
 */
final class Http1Socket implements NettyLoop.EndOfTurn {
  private static final Logger log = LoggerFactory.getLogger(Http1Socket.class);

  private final Channel channel;
  private final NettyLoop loop;
  private final Http1Exchange exchange;
  private final SocketInput input;

  /** Something has come in this turn that is still to be handled. */
  private boolean receiving;

  private boolean over;

  Http1Socket(Channel channel, NettyLoop loop, Http1Exchange exchange, SocketInput input) {
    this.channel = channel;
    this.loop = loop;
    this.exchange = exchange;
    this.input = input;
  }

  /** Hands over bytes, a {@link ByteBuf} that is this one's to release. */
  void receive(Object message) {
    try {
      if (message instanceof ByteBuf bytes && bytes.isReadable() && !over) {
        if (!receiving) {
          receiving = true;
          loop.atEndOfTurn(this);
        }
        if (!input.receive(loop.show(bytes))) {
          channel.config().setAutoRead(false);
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  void readMore() {
    if (!over) {
      channel.config().setAutoRead(true);
    }
  }

  /** Whether the exchange is looked at before the loop waits. From any thread. */
  boolean looksAgain() {
    return loop.inLoop() && receiving;
  }

  @Override
  public void endOfTurn() {
    if (!receiving) {
      return;
    }
    try {
      input.received();
      receiving = false;
      if (exchange.isWoken()) {
        exchange.run();
      } else if (!over) {
        loop.yieldAtEnd();
      }
    } catch (RuntimeException e) {
      receiving = false;
      log.error("WebSocket of {} failed", channel.remoteAddress(), e);
      channel.close();
    }
  }

  /** The client has gone: what it sent before is begun to be handled, and nothing more comes. */
  void end() {
    endOfTurn();
    close();
  }

  /** Nothing more is handed over. */
  void close() {
    receiving = false;
    over = true;
  }
}
