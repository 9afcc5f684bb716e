package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionData;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionUtil;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtension;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Makes a WebSocket of an HTTP/1.1 connection: what Netty's {@code WebSocketServerProtocolHandler}
 * does, without what stays of it. The codec of HTTP goes, one encoder serves all connections, and
 * texts are not checked to be UTF-8: what they say is not looked at.
 */
final class SocketUpgrade {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int MAX_PAYLOAD = 64 << 20;
  private static final int MAX_FRAGMENTS = 100_000;

  /** Without memory of earlier messages on the server's side where the client offers that. */
  private static final PerMessageDeflateServerExtensionHandshaker DEFLATE =
      new PerMessageDeflateServerExtensionHandshaker(6, true, 15, true, true, MAX_PAYLOAD);

  /** It has no state, so all connections can share it. */
  @Sharable
  private static final class Encoder extends WebSocket13FrameEncoder {
    static final Encoder INSTANCE = new Encoder();

    private Encoder() {
      super(false);
    }
  }

  private SocketUpgrade() {}

  /** Gathers fragments without copying them. */
  static ChannelHandler wholeMessages() {
    WebSocketFrameAggregator aggregator = new WebSocketFrameAggregator(MAX_PAYLOAD);
    aggregator.setMaxCumulationBufferComponents(MAX_FRAGMENTS);
    return aggregator;
  }

  /**
   * Answers a handshake and puts the handlers in the place of the context's own.
   *
   * @param handlers of the messages, in the pipeline's order
   */
  static void answer(
      ChannelHandlerContext context, HttpRequest request, ChannelHandler... handlers) {
    String key = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    if (key == null) {
      var _ = context.close();
      return;
    }
    WebSocketServerExtension deflate =
        deflate(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS));
    StringBuilder head = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
    head.append("upgrade: websocket\r\nconnection: upgrade\r\n");
    head.append("sec-websocket-accept: ").append(accept(key)).append("\r\n");
    if (deflate != null) {
      head.append("sec-websocket-extensions: ").append(text(deflate.newReponseData()));
      head.append("\r\n");
    }
    byte[] bytes = head.append("\r\n").toString().getBytes(US_ASCII);
    var _ = context.writeAndFlush(Unpooled.wrappedBuffer(bytes), context.voidPromise());
    upgrade(context, deflate, handlers);
  }

  private static void upgrade(
      ChannelHandlerContext context,
      @Nullable WebSocketServerExtension deflate,
      ChannelHandler... handlers) {
    ChannelPipeline pipeline = context.pipeline();
    WebSocketDecoderConfig config =
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(MAX_PAYLOAD)
            .allowExtensions(deflate != null)
            .withUTF8Validator(false)
            .build();
    pipeline.addLast(Encoder.INSTANCE, new WebSocket13FrameDecoder(config));
    if (deflate != null) {
      pipeline.addLast(deflate.newExtensionDecoder(), deflate.newExtensionEncoder());
    }
    pipeline.addLast(handlers);
    pipeline.remove(context.handler());
    // Removal hands the bytes read so far to the handler that follows.
    pipeline.remove("decoder");
  }

  private static @Nullable WebSocketServerExtension deflate(@Nullable String offers) {
    if (offers != null) {
      for (WebSocketExtensionData offer : WebSocketExtensionUtil.extractExtensions(offers)) {
        WebSocketServerExtension extension = DEFLATE.handshakeExtension(offer);
        if (extension != null) {
          return extension;
        }
      }
    }
    return null;
  }

  private static String text(WebSocketExtensionData extension) {
    StringBuilder text = new StringBuilder(extension.name());
    extension
        .parameters()
        .forEach((name, value) ->
            text.append("; ").append(name).append(value == null ? "" : "=" + value));
    return text.toString();
  }

  private static String accept(String key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
