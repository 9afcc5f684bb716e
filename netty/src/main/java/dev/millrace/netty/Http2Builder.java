package dev.millrace.netty;

import dev.millrace.http.Limits;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Settings;

/** Builds the parts of an {@link Http2Connection} with our limits. */
final class Http2Builder
    extends AbstractHttp2ConnectionHandlerBuilder<Http2Connection, Http2Builder> {
  private final NettyServer server;
  private final Channel channel;
  private final boolean secure;
  private final SendWindows windows;

  Http2Builder(NettyServer server, Channel channel, boolean secure) {
    this.server = server;
    this.channel = channel;
    this.secure = secure;
    DefaultHttp2Connection connection = new DefaultHttp2Connection(true, 0);
    this.windows = new SendWindows(connection);
    connection.remote().flowController(windows);
    // A stream that is not read stops itself, by its own window, and never the others.
    connection.local().flowController(new DefaultHttp2LocalFlowController(connection, 0.5f, true));
    Limits limits = server.config().limits();
    connection(connection);
    validateHeaders(true);
    validateRequiredPseudoHeaders(true);
    encoderEnforceMaxQueuedControlFrames(1000);
    decoderEnforceMaxConsecutiveEmptyDataFrames(8);
    decoderEnforceMaxSmallContinuationFrames(16);
    // Leaving an open stream is a reset too: FloodGuard counts those that did nothing.
    decoderEnforceMaxRstFramesPerWindow(0, 0);
    encoderEnforceMaxRstFramesPerWindow(0, 0);
    gracefulShutdownTimeoutMillis(-1);
    initialSettings(
        Http2Settings.defaultSettings()
            .maxConcurrentStreams(limits.streamsPerConnection())
            .maxHeaderListSize(limits.headerBytes())
            .connectProtocolEnabled(true));
    // The real listener needs the connection that is being built, and replaces this one.
    frameListener(new Http2FrameAdapter());
  }

  @Override
  protected Http2Connection build(
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    return new Http2Connection(server, channel, secure, windows, decoder, encoder, settings);
  }

  @Override
  protected Http2Connection build() {
    return super.build();
  }
}
