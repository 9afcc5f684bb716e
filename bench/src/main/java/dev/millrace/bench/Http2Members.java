package dev.millrace.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import java.util.Arrays;
import java.util.List;

/** The streams of one HTTP/2 connection that are in the room: one flush for all of them. */
final class Http2Members implements RoomLoop.Member {
  private final RoomLoop loop;
  private final ChannelHandlerContext context;
  private final Http2ConnectionHandler handler;
  private int[] streams = new int[4];
  private int count;
  private int index;

  Http2Members(ChannelHandlerContext context) {
    this.context = context;
    this.handler = (Http2ConnectionHandler) context.handler();
    this.loop = NettyRoom.BENCH.loop(context.channel().eventLoop());
    loop.enter(this);
    context.channel().closeFuture().addListener(closed -> loop.leave(this));
  }

  /** The response's head has been written. */
  void join(int streamId, long after) {
    ByteBuf begin = loop.start(after, false).begin();
    var _ = handler.encoder().writeData(context, streamId, begin, 0, false, context.newPromise());
    if (count == streams.length) {
      streams = Arrays.copyOf(streams, 2 * count);
    }
    streams[count++] = streamId;
  }

  void leave(int streamId) {
    for (int i = 0; i < count; i++) {
      if (streams[i] == streamId) {
        streams[i] = streams[--count];
        return;
      }
    }
  }

  @Override
  public void write(List<RoomEntry> entries) {
    if (count == 0 || !context.channel().isWritable()) {
      return;
    }
    Http2ConnectionEncoder encoder = handler.encoder();
    for (int i = 0; i < count; i++) {
      for (int entry = 0; entry < entries.size(); entry++) {
        ByteBuf bytes = entries.get(entry).event().retainedDuplicate();
        var _ = encoder.writeData(context, streams[i], bytes, 0, false, context.newPromise());
      }
    }
    // Of the handler: a flush of the context alone would pass the flow controller by.
    handler.flush(context);
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public void index(int newIndex) {
    index = newIndex;
  }
}
