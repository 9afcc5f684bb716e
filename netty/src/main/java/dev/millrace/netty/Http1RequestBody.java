package dev.millrace.netty;

import dev.millrace.engine.BodyPipe;
import dev.millrace.http.HttpException;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;

/** Passes pieces of a request's body on to its handler. */
final class Http1RequestBody {
  private static final int MAX_WAITING = 64 * 1024;

  private Http1RequestBody() {}

  static void take(Http1Connection connection, Http1Exchange exchange, HttpContent content) {
    BodyPipe body = exchange.body();
    if (content.decoderResult().isFailure()) {
      if (body != null) {
        body.refuse(new HttpException(400, "the body's chunks are not well formed"));
      }
      exchange.closeAfter();
      return;
    }
    if (body != null && content.content().isReadable()) {
      long waiting = body.feed(ByteBufUtil.getBytes(content.content()));
      if (waiting > MAX_WAITING) {
        connection.stopBody();
        if (body.waiting() <= MAX_WAITING) {
          // Read in between, by a handler that did not see that reading had stopped.
          connection.wantBody();
        }
      } else {
        connection.bodyMoved(false);
      }
    }
    if (content instanceof LastHttpContent) {
      exchange.requestWhole();
      connection.bodyMoved(true);
      if (body != null) {
        body.end();
      }
      if (exchange.isStreaming()) {
        connection.settle();
      }
    }
  }
}
