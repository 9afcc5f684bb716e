package dev.millrace.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/** The frames of a connection that mean something to us, after Netty has checked them. */
final class Http2Frames extends Http2FrameAdapter {
  private final Http2Connection connection;

  Http2Frames(Http2Connection connection) {
    this.connection = connection;
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean last)
      throws Http2Exception {
    Http2Stream stream = connection.connection().stream(streamId);
    if (stream == null) {
      return;
    }
    Http2Exchange exchange = connection.exchange(stream);
    if (exchange == null) {
      connection.request(stream, headers, last);
    } else {
      // Trailers: they end the body and are not passed on.
      exchange.receive(Unpooled.EMPTY_BUFFER, true);
    }
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean last)
      throws Http2Exception {
    onHeadersRead(ctx, streamId, headers, padding, last);
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean last) {
    Http2Exchange exchange = connection.exchange(streamId);
    int length = data.readableBytes();
    if (exchange == null) {
      return length + padding;
    }
    return padding + exchange.receive(data, last);
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode)
      throws Http2Exception {
    Http2Exchange exchange = connection.exchange(streamId);
    if (exchange == null || !exchange.hasResponded()) {
      guarded(connection.floods().resetForNothing(connection.limits().streamsPerConnection()));
    }
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
      throws Http2Exception {
    guarded(connection.floods().controlFrame());
  }

  @Override
  public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
    guarded(connection.floods().controlFrame());
  }

  @Override
  public void onPriorityRead(
      ChannelHandlerContext ctx, int streamId, int dependency, short weight, boolean exclusive) {
    // Deprecated by RFC 9113, section 5.3; nothing is done for it.
  }

  @Override
  public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment) {
    connection.flushLater();
  }

  /** Writes the header of a DATA frame (RFC 9113, section 6.1) into its place before the data. */
  static void dataHeader(ByteBuf out, int start, int length, boolean last, int streamId) {
    out.setMedium(start, length);
    out.setByte(start + 3, 0);
    out.setByte(start + 4, last ? 1 : 0);
    out.setInt(start + 5, streamId);
  }

  private static void guarded(@Nullable Http2Exception flood) throws Http2Exception {
    if (flood != null) {
      throw flood;
    }
  }
}
