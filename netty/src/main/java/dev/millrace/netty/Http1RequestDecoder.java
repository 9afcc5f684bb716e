package dev.millrace.netty;

import dev.millrace.http.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/** Netty's decoder, made strict, which also tells when bytes come. */
final class Http1RequestDecoder extends HttpRequestDecoder {
  private static final int METHOD_AND_VERSION = 64;

  private final Http1Connection connection;
  private final HeadScan head = new HeadScan();
  private boolean inHead = true;

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

  /** Whether nothing of a request has been taken that is not passed on yet. */
  boolean isBetweenRequests() {
    return inHead && !head.hasBegun();
  }

  /** Whether nothing of a request has come. */
  boolean hasNothing() {
    return isBetweenRequests() && actualReadableBytes() == 0;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    connection.bytesArrived();
    super.channelRead(ctx, message);
  }

  /** Netty takes a head and passes it on before it takes anything of what follows. */
  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
      throws Exception {
    int start = buffer.readerIndex();
    int decoded = out.size();
    super.decode(ctx, buffer, out);
    if (inHead) {
      head.scan(buffer, start, buffer.readerIndex());
    }
    for (int i = decoded; i < out.size(); i++) {
      if (out.get(i) instanceof HttpRequest request) {
        inHead = false;
        refuseFaulty(request);
      }
      if (out.get(i) instanceof LastHttpContent) {
        inHead = true;
        head.reset();
      }
    }
  }

  private void refuseFaulty(HttpRequest request) {
    if (head.fault() != null && request.decoderResult().isSuccess()) {
      request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(head.fault())));
    }
  }

  /**
   * A higher minor version is taken for the highest that is known (RFC 9110, section 2.5), before
   * the framing is looked at.
   */
  @Override
  protected HttpMessage createMessage(String[] words) throws Exception {
    HttpMessage message = super.createMessage(words);
    HttpVersion version = message.protocolVersion();
    if (version.majorVersion() == 1 && version.minorVersion() > 1) {
      message.setProtocolVersion(HttpVersion.HTTP_1_1);
    }
    return message;
  }

  /** Two framings at once: the classic of request smuggling (RFC 9112, section 6.3). */
  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
  }
}
