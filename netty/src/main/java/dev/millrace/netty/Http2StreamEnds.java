package dev.millrace.netty;

import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Stream;

/** Tells an {@link Http2Connection} of the streams that have closed, for whatever reason. */
final class Http2StreamEnds extends Http2ConnectionAdapter {
  private final Http2Connection connection;

  Http2StreamEnds(Http2Connection connection) {
    this.connection = connection;
  }

  @Override
  public void onStreamClosed(Http2Stream stream) {
    connection.ended(stream);
  }
}
