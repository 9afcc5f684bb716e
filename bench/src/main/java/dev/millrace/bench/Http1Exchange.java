package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.File;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests of one HTTP/1.1 connection, one after the other.
 *
 * <p>Whole responses are bytes made once: what is written is a view of them. The answers to all
 * requests of one read pass leave in one flush. A response that becomes a silent stream takes the
 * codec and this handler with it, which is most of what an idle connection would hold on to.
 */
final class Http1Exchange extends ChannelInboundHandlerAdapter {
  private static final ByteBuf HELLO =
      response(
          """
          HTTP/1.1 200 OK
          content-type: text/plain
          content-length: 11

          Hello World\
          """);
  private static final ByteBuf NOT_FOUND =
      response(
          """
          HTTP/1.1 404 Not Found
          content-length: 0

          """);
  private static final ByteBuf STREAM_HEAD =
      response(
          """
          HTTP/1.1 200 OK
          content-type: text/event-stream
          cache-control: no-cache
          transfer-encoding: chunked

          """);

  private static final ByteBuf ACCEPTED =
      response(
          """
          HTTP/1.1 202 Accepted
          content-length: 0

          """);

  private @Nullable Http1Burst burst;

  /** Of a message that is being published, as far as it has come. */
  private @Nullable ByteBuf body;

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof HttpRequest request) {
        answer(context, request);
      }
      if (message instanceof HttpContent content && body != null) {
        body.writeBytes(content.content());
        if (message instanceof LastHttpContent) {
          publish(context, body);
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void publish(ChannelHandlerContext context, ByteBuf whole) {
    body = null;
    NettyRoom.BENCH.publish(whole);
    whole.release();
    var _ = context.write(ACCEPTED.duplicate(), context.voidPromise());
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (body != null) {
      body.release();
      body = null;
    }
  }

  private void answer(ChannelHandlerContext context, HttpRequest request) {
    if (burst != null) {
      // Holding a pipelined request until the burst ends is more than this measure needs.
      var _ = context.close();
      return;
    }
    String uri = request.uri();
    if (uri.equals("/hello")) {
      respond(context, request, HELLO);
    } else if (uri.equals("/idle")) {
      becomeSilent(context);
    } else if (uri.equals("/file")) {
      sendFile(context);
    } else if (uri.equals("/ws")) {
      SocketUpgrade.answer(context, request, SocketEcho.INSTANCE);
    } else if (uri.equals("/ws-sink")) {
      SocketUpgrade.answer(context, request, SocketUpgrade.wholeMessages(), SocketSink.INSTANCE);
    } else if (uri.equals("/publish")) {
      body = context.alloc().buffer();
    } else if (uri.equals("/sse")) {
      RoomMember.stream(context, request, STREAM_HEAD);
    } else if (uri.equals("/wsroom")) {
      RoomMember.socket(context, request);
    } else if (uri.equals("/stats")) {
      respond(context, request, textResponse(ServerStats.text()));
    } else if (uri.equals("/stats-watched")) {
      respond(context, request, textResponse(ServerStats.watched()));
    } else if (uri.startsWith("/burst") || uri.startsWith("/csv?")) {
      startBurst(context, uri);
    } else {
      respond(context, request, NOT_FOUND);
    }
  }

  private static void respond(ChannelHandlerContext context, HttpRequest request, ByteBuf bytes) {
    if (HttpUtil.isKeepAlive(request)) {
      var _ = context.write(bytes.duplicate(), context.voidPromise());
    } else {
      context.writeAndFlush(bytes.duplicate()).addListener(ChannelFutureListener.CLOSE);
    }
  }

  private void becomeSilent(ChannelHandlerContext context) {
    var _ = context.writeAndFlush(STREAM_HEAD.duplicate(), context.voidPromise());
    context.pipeline().addLast(Silence.INSTANCE);
    context.pipeline().remove("decoder");
    context.pipeline().remove(this);
  }

  /** From the system's cache to the socket, all of it as one region. */
  private static void sendFile(ChannelHandlerContext context) {
    try {
      File file = BenchFile.get().toFile();
      ByteBuf head =
          response(
              """
              HTTP/1.1 200 OK
              content-type: application/octet-stream
              content-length: %d

              """
                  .formatted(file.length()));
      var _ = context.write(head, context.voidPromise());

      var _ = context.writeAndFlush(new DefaultFileRegion(file, 0, file.length()));
    } catch (IOException e) {
      Failures.close(context, e);
    }
  }

  private void startBurst(ChannelHandlerContext context, String uri) {
    // Behind this handler, the encoder sees what the channel writes and not what the context does.
    HttpResponseEncoder encoder = new HttpResponseEncoder();
    context.pipeline().addLast(encoder);
    burst =
        new Http1Burst(
            context.channel(),
            Burst.of(uri),
            () -> {
              context.pipeline().remove(encoder);
              burst = null;
            });
    burst.start();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (burst != null) {
      burst.pump();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.flush();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Failures.close(context, cause);
  }

  private static ByteBuf textResponse(String text) {
    return response(
        """
        HTTP/1.1 200 OK
        content-type: text/plain
        content-length: %d

        %s\
        """
            .formatted(text.length() + text.lines().count(), text));
  }

  private static ByteBuf response(String text) {
    byte[] bytes = text.replace("\n", "\r\n").getBytes(US_ASCII);
    ByteBuf direct = Unpooled.directBuffer(bytes.length).writeBytes(bytes);
    return Unpooled.unreleasableBuffer(direct);
  }
}
