package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;

/** Events whose data is a string, made for each one as a program on any server makes it. */
final class TextEvents implements EventWriter {
  private static final byte[] BEFORE = "data: ".getBytes(US_ASCII);
  private static final byte[] AFTER = "\n\n".getBytes(US_ASCII);

  @Override
  public void write(int id, ByteBuf out) {
    String text = "{\"id\":" + id + ",\"name\":\"sensor-17\",\"value\":21.5,\"unit\":\"C\"}";
    // The JDK's conversion is one array copy where all is ASCII, and faster than any loop of chars.
    out.writeBytes(BEFORE).writeBytes(text.getBytes(UTF_8)).writeBytes(AFTER);
  }
}
