package dev.millrace.test;

import dev.millrace.http.Headers;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;

/** Puts the heads of one connection's responses together and decodes them (RFC 7541). */
final class Http2ResponseHead {
  private static final long MOST = 64 * 1024;

  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(true, MOST);
  private final ByteArrayOutputStream block = new ByteArrayOutputStream();
  private int status;
  private Headers headers = Headers.EMPTY;

  /** Adds what a frame has of the head. */
  void add(byte[] part) throws ProtocolException {
    block.writeBytes(part);
    if (block.size() > MOST) {
      throw new ProtocolException("a head has over " + MOST + " bytes");
    }
  }

  /** The head is whole. */
  void decode() throws ProtocolException {
    Http2Headers fields;
    try {
      fields = decoder.decodeHeaders(Http2Wire.STREAM, Unpooled.wrappedBuffer(block.toByteArray()));
    } catch (Http2Exception e) {
      throw new ProtocolException("a head that cannot be read: " + e.getMessage());
    }
    block.reset();
    List<String> all = new ArrayList<>();
    fields.forEach(field -> {
      if (field.getKey().charAt(0) != ':') {
        all.add(field.getKey().toString());
        all.add(field.getValue().toString());
      }
    });
    headers = Headers.of(all.toArray(String[]::new));
    String text = fields.status() == null ? "" : fields.status().toString();
    status = text.matches("[1-5]\\d\\d") ? Integer.parseInt(text) : 0;
  }

  /** The last head's; 0 where it had none, as trailers. */
  int status() {
    return status;
  }

  Headers headers() {
    return headers;
  }
}
