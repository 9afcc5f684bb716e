package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests of one HTTP/2 connection.
 *
 * <p>It stands on Netty's connection handler and frames, without a channel or a handler per stream:
 * all that an idle stream costs is Netty's own state of it. Responses are flushed once per read
 * pass, by the connection handler itself.
 */
final class Http2Exchange extends Http2FrameAdapter {
  private static final int MAX_STREAMS = 10_000;

  private static final Http2Headers HELLO_HEAD = head("200", "text/plain", "content-length", "11");
  private static final Http2Headers STREAM_HEAD =
      head("200", "text/event-stream", "cache-control", "no-cache");
  private static final Http2Headers NOT_FOUND = head("404", "text/plain", "content-length", "0");
  private static final ByteBuf HELLO =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer(11).writeBytes("Hello World".getBytes(US_ASCII)));

  private @Nullable Http2Bursts bursts;
  private @Nullable Http2Members members;

  private Http2Exchange() {}

  /** The handler to add to a pipeline; it reads the connection's preface first. */
  static Http2ConnectionHandler newConnectionHandler() {
    Http2Connection connection = new DefaultHttp2Connection(true);
    // The weighted distributor, which is the default, costs memory and time on every stream. It has
    // to be replaced before the encoder is made.
    connection
        .remote()
        .flowController(
            new DefaultHttp2RemoteFlowController(
                connection, new UniformStreamByteDistributor(connection)));
    return new Http2ConnectionHandlerBuilder()
        .connection(connection)
        .initialSettings(Http2Settings.defaultSettings().maxConcurrentStreams(MAX_STREAMS))
        // A client ends a stream by a reset, so as many at once are normal as there are streams.
        .decoderEnforceMaxRstFramesPerWindow(2 * MAX_STREAMS, 30)
        .frameListener(new Http2Exchange())
        .build();
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int streamId,
      Http2Headers headers,
      int streamDependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean endOfStream) {
    onHeadersRead(context, streamId, headers, padding, endOfStream);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int streamId,
      Http2Headers headers,
      int padding,
      boolean endOfStream) {
    Http2ConnectionHandler handler = (Http2ConnectionHandler) context.handler();
    Http2ConnectionEncoder encoder = handler.encoder();
    String path = String.valueOf(headers.path());
    if (path.equals("/hello")) {
      var _ = encoder.writeHeaders(context, streamId, HELLO_HEAD, 0, false, context.newPromise());
      var _ =
          encoder.writeData(context, streamId, HELLO.duplicate(), 0, true, context.newPromise());
    } else if (path.equals("/idle")) {
      var _ = encoder.writeHeaders(context, streamId, STREAM_HEAD, 0, false, context.newPromise());
    } else if (path.equals("/sse")) {
      var _ = encoder.writeHeaders(context, streamId, STREAM_HEAD, 0, false, context.newPromise());
      if (members == null) {
        members = new Http2Members(context);
      }
      members.join(streamId, NettyRoom.position(headers.get("last-event-id")));
    } else if (path.startsWith("/burst") || path.startsWith("/csv?")) {
      var _ = encoder.writeHeaders(context, streamId, STREAM_HEAD, 0, false, context.newPromise());
      bursts(context, handler).start(streamId, Burst.of(path));
    } else {
      var _ = encoder.writeHeaders(context, streamId, NOT_FOUND, 0, true, context.newPromise());
    }
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext context, int streamId, long errorCode) {
    if (members != null) {
      members.leave(streamId);
    }
  }

  /** Made late: its listener costs each change of a window a walk over all active streams. */
  private Http2Bursts bursts(ChannelHandlerContext context, Http2ConnectionHandler handler) {
    if (bursts == null) {
      bursts = new Http2Bursts(context, handler);
    }
    return bursts;
  }

  private static Http2Headers head(String status, String type, String name, String value) {
    return ReadOnlyHttp2Headers.serverHeaders(
        false,
        AsciiString.cached(status),
        AsciiString.cached("content-type"),
        AsciiString.cached(type),
        AsciiString.cached(name),
        AsciiString.cached(value));
  }
}
