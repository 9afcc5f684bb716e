package dev.millrace.netty;

import dev.millrace.stream.Outbound;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Where an {@link Outbound} is read to. A loop has one, because it reads to one buffer at a time,
 * and often so little that an object for it would be half of the work.
 */
final class BufferSink implements Outbound.Sink {
  private ByteBuf target = Unpooled.EMPTY_BUFFER;

  /** Reads as many bytes as are available and may be had. */
  int read(Outbound from, ByteBuf into, int most) {
    target = into;
    try {
      return from.read(this, most);
    } finally {
      target = Unpooled.EMPTY_BUFFER;
    }
  }

  @Override
  public void write(byte[] bytes, int from, int length) {
    target.writeBytes(bytes, from, length);
  }
}
