package dev.millrace.netty;

import dev.millrace.engine.Limit;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** After the TLS handshake: the protocol that was agreed on, HTTP/1.1 for clients without ALPN. */
final class AlpnSelector extends ApplicationProtocolNegotiationHandler {
  private static final Logger log = LoggerFactory.getLogger(AlpnSelector.class);

  private final NettyServer server;

  AlpnSelector(NettyServer server) {
    super(ApplicationProtocolNames.HTTP_1_1);
    this.server = server;
  }

  @Override
  protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
    if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
      Pipeline.http2(server, ctx.channel(), true);
    } else {
      Pipeline.http1(server, ctx.channel(), true);
    }
  }

  @Override
  protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
    log.debug("TLS handshake with {} failed", ctx.channel().remoteAddress(), cause);
    server.dispatcher().counters().countRefused();
    if (cause instanceof SslHandshakeTimeoutException) {
      server.dispatcher().counters().count(Limit.HEADER_TIME);
    }
    ctx.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.debug("connection of {} failed", ctx.channel().remoteAddress(), cause);
    ctx.close();
  }
}
