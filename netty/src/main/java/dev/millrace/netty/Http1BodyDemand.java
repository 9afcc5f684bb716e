package dev.millrace.netty;

import dev.millrace.engine.BodyPipe;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * Has the body of an HTTP/1.1 request read as fast as its handler takes it. Only requests with a
 * body have one.
 */
final class Http1BodyDemand implements BodyPipe.Demand {
  /** Reading goes on when no more than this waits for the handler. */
  private static final int LOW_WATER = 16 * 1024;

  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Http1Exchange exchange;
  private final Http1Connection connection;
  private final boolean expectsContinue;

  Http1BodyDemand(Http1Exchange exchange, Http1Connection connection, boolean expectsContinue) {
    this.exchange = exchange;
    this.connection = connection;
    this.expectsContinue = expectsContinue;
  }

  @Override
  public void wanted() {
    connection.loop().execute(this::wantBody);
  }

  private void wantBody() {
    if (!exchange.isDone()) {
      if (expectsContinue && !exchange.isRequestWhole()) {
        connection.channel().writeAndFlush(Unpooled.wrappedBuffer(CONTINUE));
      }
      connection.wantBody();
    }
  }

  @Override
  public void consumed(int bytes) {
    BodyPipe body = exchange.body();
    boolean paused = !connection.channel().config().isAutoRead();
    if (paused && body != null && body.waiting() <= LOW_WATER) {
      connection.loop().execute(connection::wantBody);
    }
  }
}
