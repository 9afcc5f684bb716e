package dev.millrace.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Pumps bursts into the streams of one HTTP/2 connection, at the client's speed.
 *
 * <p>DATA waits in the flow controller until a flush, where neither the channel's water mark nor a
 * large window holds it back. So each round of writing is bounded by a batch, and ends by a flush
 * through the connection handler: a flush of the context alone would pass the flow controller by.
 */
final class Http2Bursts implements Http2RemoteFlowController.Listener {
  private static final int BATCH_BYTES = 128 * 1024;

  private final ChannelHandlerContext context;
  private final Http2ConnectionHandler handler;
  private final Http2Connection connection;
  private final Http2Connection.PropertyKey burstKey;
  private boolean pumpDue;

  Http2Bursts(ChannelHandlerContext context, Http2ConnectionHandler handler) {
    this.context = context;
    this.handler = handler;
    this.connection = handler.connection();
    this.burstKey = connection.newKey();
    connection.remote().flowController().listener(this);
  }

  void start(int streamId, Burst burst) {
    connection.stream(streamId).setProperty(burstKey, burst);
    pumpSoon();
  }

  /** Called in the midst of the flow controller's work, so the pump has to wait for its end. */
  @Override
  public void writabilityChanged(Http2Stream stream) {
    if (stream.getProperty(burstKey) != null) {
      pumpSoon();
    }
  }

  private void pumpSoon() {
    if (!pumpDue) {
      pumpDue = true;
      context.executor().execute(this::pump);
    }
  }

  private void pump() {
    pumpDue = false;
    try {
      connection.forEachActiveStream(stream -> {
        pump(stream);
        return true;
      });
      handler.flush(context);
    } catch (Exception e) {
      handler.onError(context, true, e);
    }
  }

  private void pump(Http2Stream stream) {
    Burst burst = stream.getProperty(burstKey);
    if (burst == null) {
      return;
    }
    Http2RemoteFlowController flow = connection.remote().flowController();
    Http2ConnectionEncoder encoder = handler.encoder();
    int written = 0;
    while (burst.hasMore() && written < BATCH_BYTES && flow.isWritable(stream)) {
      ByteBuf chunk = burst.nextChunk(context.alloc());
      written += chunk.readableBytes();
      boolean last = !burst.hasMore();
      var _ = encoder.writeData(context, stream.id(), chunk, 0, last, context.newPromise());
    }
    if (!burst.hasMore()) {
      stream.removeProperty(burstKey);
    } else if (written >= BATCH_BYTES) {
      pumpSoon();
    }
  }
}
