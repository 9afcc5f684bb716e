package dev.millrace.netty;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What has come on an HTTP/1.1 connection before its turn: messages, or bytes not yet decoded. */
final class EarlyMessages {
  /** What a message weighs beside its bytes. */
  private static final int MESSAGE = 256;

  private final ArrayDeque<Object> queue = new ArrayDeque<>();
  private int bytes;

  /**
   * Keeps a message, which this owns from now on.
   *
   * @return how many bytes are kept, about
   */
  int add(Object message) {
    queue.add(message);
    bytes += message instanceof ByteBuf raw ? raw.readableBytes() : MESSAGE;
    bytes += message instanceof HttpContent content ? content.content().readableBytes() : 0;
    return bytes;
  }

  /** Gives away the oldest. */
  @Nullable Object poll() {
    return queue.poll();
  }

  void release() {
    queue.forEach(ReferenceCountUtil::release);
  }
}
