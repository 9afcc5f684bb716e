package dev.millrace.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection of HTTP/1.1 in the room, with server-sent events or as a WebSocket. It stands first
 * in the pipeline, so that what it writes passes no other handler. A client that is behind by the
 * channel's water mark is left out until it has read.
 */
final class RoomMember extends ChannelInboundHandlerAdapter implements RoomLoop.Member {
  /**
   * A client that does not read otherwise makes the system keep megabytes for it, although what is
   * in its buffer is out of date.
   */
  private static final long UNSENT_BYTES = 16 * 1024;

  private final RoomLoop loop;
  private final boolean socket;
  private @Nullable ChannelHandlerContext context;
  private int index;

  /** Drops what clients say, and answers pings and closes. One for all. */
  @Sharable
  private static final class Deaf extends SocketMessages {
    static final Deaf INSTANCE = new Deaf();

    @Override
    void frame(ChannelHandlerContext context, WebSocketFrame frame) {
      frame.release();
    }

    /** A client that does not read what others say may go on speaking. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {}
  }

  private RoomMember(RoomLoop loop, boolean socket) {
    this.loop = loop;
    this.socket = socket;
  }

  /**
   * Answers with a stream that joins, behind a {@code Last-Event-ID} if there is one. The codec and
   * the context's handler go.
   */
  static void stream(ChannelHandlerContext context, HttpRequest request, ByteBuf head) {
    ChannelPipeline pipeline = context.pipeline();
    RoomLoop loop = NettyRoom.BENCH.loop(context.channel().eventLoop());
    NettyRoom.Start start =
        loop.start(NettyRoom.position(request.headers().get("last-event-id")), true);
    var _ = context.write(head.duplicate(), context.voidPromise());
    var _ = context.write(start.begin(), context.voidPromise());
    enter(pipeline, new RoomMember(loop, false));
    context.flush();
    pipeline.addLast(Silence.INSTANCE);
    pipeline.remove("decoder");
    pipeline.remove(context.handler());
  }

  /** Answers the handshake and joins. */
  static void socket(ChannelHandlerContext context, HttpRequest request) {
    ChannelPipeline pipeline = context.pipeline();
    RoomLoop loop = NettyRoom.BENCH.loop(context.channel().eventLoop());
    loop.start(NettyRoom.NOWHERE, false).begin().release();
    SocketUpgrade.answer(context, request, Deaf.INSTANCE);
    enter(pipeline, new RoomMember(loop, true));
  }

  private static void enter(ChannelPipeline pipeline, RoomMember member) {
    if (pipeline.channel().isActive()) {
      pipeline.channel().config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES);
      pipeline.addFirst(member);
      member.loop.enter(member);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    loop.leave(this);
    inactive.fireChannelInactive();
  }

  @Override
  public void write(List<RoomEntry> entries) {
    ChannelHandlerContext here = context;
    if (here == null || !here.channel().isWritable()) {
      return;
    }
    for (int i = 0; i < entries.size(); i++) {
      RoomEntry entry = entries.get(i);
      ByteBuf bytes = socket ? entry.frame() : entry.chunk();
      var _ = here.write(bytes.retainedDuplicate(), here.voidPromise());
    }
    here.flush();
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
