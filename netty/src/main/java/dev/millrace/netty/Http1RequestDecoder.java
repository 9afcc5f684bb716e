package dev.millrace.netty;

import dev.millrace.http.Limits;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Netty's decoder, made strict, which also tells when bytes come. */
final class Http1RequestDecoder extends HttpRequestDecoder {
  private static final int METHOD_AND_VERSION = 64;

  private final Http1Connection connection;

  Http1RequestDecoder(Http1Connection connection, Limits limits) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.urlBytes() + METHOD_AND_VERSION)
            .setMaxHeaderSize(limits.headerBytes())
            .setMaxChunkSize(16 * 1024)
            .setStrictLineParsing(true)
            .setAllowDuplicateContentLengths(false));
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    connection.bytesArrived();
    super.channelRead(ctx, message);
  }

  /** Two framings at once: the classic of request smuggling (RFC 9112, section 6.3). */
  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
  }
}
