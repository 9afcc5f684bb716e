package dev.millrace.netty;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.function.Consumer;

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
    // A buffer may hold much less than it could: a client can send its bytes one by one.
    bytes += message instanceof ByteBuf raw ? MESSAGE + raw.capacity() : MESSAGE;
    bytes += message instanceof HttpContent content ? content.content().readableBytes() : 0;
    return bytes;
  }

  /** Gives all away, the oldest first. */
  void forEach(Consumer<Object> taker) {
    for (Object next = queue.poll(); next != null; next = queue.poll()) {
      taker.accept(next);
    }
  }

  void release() {
    queue.forEach(ReferenceCountUtil::release);
  }
}
