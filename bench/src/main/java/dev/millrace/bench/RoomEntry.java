package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * A message of bare Netty's room, as bytes that all members share: what is written is a duplicate.
 *
 * @param event a server-sent event, with its epoch and number as its id
 * @param chunk the same in a chunk of HTTP/1.1
 * @param frame a WebSocket's text frame
 */
record RoomEntry(ByteBuf event, ByteBuf chunk, ByteBuf frame) {
  private static final int TEXT_FRAME = 0x81;
  private static final int SHORT_FRAME = 125;

  static RoomEntry of(long number, ByteBuf body) {
    String text = body.toString(UTF_8);
    byte[] event =
        "id: %s%d\ndata: %s\n\n"
            .formatted(NettyRoom.EPOCH, number, text.replace("\n", "\ndata: "))
            .getBytes(UTF_8);
    byte[] size = Integer.toHexString(event.length).getBytes(US_ASCII);
    ByteBuf chunk = ByteBufAllocator.DEFAULT.directBuffer(size.length + event.length + 4);
    chunk.writeBytes(size).writeShort('\r' << 8 | '\n').writeBytes(event);
    chunk.writeShort('\r' << 8 | '\n');
    return new RoomEntry(
        chunk.retainedSlice(size.length + 2, event.length), chunk, frameOf(body.duplicate()));
  }

  private static ByteBuf frameOf(ByteBuf body) {
    int length = body.readableBytes();
    ByteBuf frame = ByteBufAllocator.DEFAULT.directBuffer(length + 10).writeByte(TEXT_FRAME);
    if (length <= SHORT_FRAME) {
      frame.writeByte(length);
    } else if (length <= 0xffff) {
      frame.writeByte(126).writeShort(length);
    } else {
      frame.writeByte(127).writeLong(length);
    }
    return frame.writeBytes(body);
  }

  void retain() {
    event.retain();
    chunk.retain();
    frame.retain();
  }

  void release() {
    event.release();
    chunk.release();
    frame.release();
  }
}
