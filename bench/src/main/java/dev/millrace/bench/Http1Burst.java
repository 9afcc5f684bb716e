package dev.millrace.bench;

import static io.netty.handler.codec.http.HttpHeaderNames.CACHE_CONTROL;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_TYPE;
import static io.netty.handler.codec.http.HttpHeaderNames.TRANSFER_ENCODING;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Pumps a burst into an HTTP/1.1 response, one chunk object per chunk, at the client's speed.
 *
 * <p>Chunks are written until the channel says that it holds enough, then flushed. What the socket
 * does not take waits in the channel, whose next change to writable calls {@link #pump} again.
 */
final class Http1Burst {
  private final Channel channel;
  private final Burst burst;
  private final Runnable afterwards;
  private boolean pumping;

  Http1Burst(Channel channel, Burst burst, Runnable afterwards) {
    this.channel = channel;
    this.burst = burst;
    this.afterwards = afterwards;
  }

  void start() {
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers()
        .set(CONTENT_TYPE, HttpHeaderValues.TEXT_EVENT_STREAM)
        .set(CACHE_CONTROL, HttpHeaderValues.NO_CACHE)
        .set(TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    var _ = channel.write(head, channel.voidPromise());
    pump();
  }

  void pump() {
    if (pumping) {
      // A flush that empties the channel reports it writable from within; the loop below goes on.
      return;
    }
    pumping = true;
    while (burst.hasMore() && channel.isWritable()) {
      writeUntilFull();
      channel.flush();
    }
    pumping = false;
    if (!burst.hasMore()) {
      var _ = channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT, channel.voidPromise());
      afterwards.run();
    }
  }

  private void writeUntilFull() {
    while (burst.hasMore() && channel.isWritable()) {
      DefaultHttpContent chunk = new DefaultHttpContent(burst.nextChunk(channel.alloc()));
      var _ = channel.write(chunk, channel.voidPromise());
    }
  }
}
