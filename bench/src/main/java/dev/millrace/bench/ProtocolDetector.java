package dev.millrace.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.util.List;

/**
 * Tells HTTP/2 with prior knowledge from HTTP/1.1 by the first bytes, then makes room for the
 * codec.
 *
 * <p>The preface of HTTP/2 (RFC 9113, section 3.4) begins with {@code PRI}, which no HTTP/1.1
 * method in use does, so three bytes decide. The codec checks the rest of the preface.
 */
final class ProtocolDetector extends ByteToMessageDecoder {
  private static final int PRI = ('P' << 16) | ('R' << 8) | 'I';

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (in.readableBytes() < 3) {
      return;
    }
    ChannelPipeline pipeline = context.pipeline();
    if (in.getUnsignedMedium(in.readerIndex()) == PRI) {
      pipeline.addLast(Http2Exchange.newConnectionHandler());
    } else {
      pipeline.addLast("decoder", new HttpRequestDecoder(new HttpDecoderConfig()));
      pipeline.addLast("exchange", new Http1Exchange());
    }
    // Removal hands the bytes read so far to the handler that follows.
    pipeline.remove(this);
  }
}
