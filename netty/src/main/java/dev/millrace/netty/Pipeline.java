package dev.millrace.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * Puts the protocols on a new connection: TLS if there is a certificate, then what the client
 * speaks.
 */
final class Pipeline extends ChannelInitializer<Channel> {
  private final NettyServer server;
  private final @Nullable SslContext tls;

  Pipeline(NettyServer server, @Nullable SslContext tls) {
    this.server = server;
    this.tls = tls;
  }

  @Override
  public boolean isSharable() {
    return true;
  }

  @Override
  protected void initChannel(Channel channel) {
    if (!server.opened(channel)) {
      server.turnAway(channel, tls != null);
    } else if (tls == null) {
      channel.pipeline().addLast(new PrefaceDetector(server));
    } else {
      channel.pipeline().addLast(handshake(tls, channel), new AlpnSelector(server));
    }
  }

  /** Until the handshake is over nothing else watches the time. */
  private SslHandler handshake(SslContext context, Channel channel) {
    SslHandler handler = context.newHandler(channel.alloc());
    handler.setHandshakeTimeoutMillis(server.config().limits().headerTime().toMillis());
    return handler;
  }

  static void http1(NettyServer server, Channel channel, boolean secure) {
    Http1Connection.install(server, channel, secure);
  }

  static void http2(NettyServer server, Channel channel, boolean secure) {
    channel.pipeline().addLast(Http2Connection.create(server, channel, secure));
  }
}
