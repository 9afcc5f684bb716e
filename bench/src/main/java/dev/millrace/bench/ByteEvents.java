package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;

/**
 * Events that never were text: the digits go between two constant arrays. This saves the making of
 * the string, which every program that sends text has to do, and so shows the transport's own
 * limit.
 */
final class ByteEvents implements EventWriter {
  private static final byte[] BEFORE = "data: {\"id\":".getBytes(US_ASCII);
  private static final byte[] AFTER =
      ",\"name\":\"sensor-17\",\"value\":21.5,\"unit\":\"C\"}\n\n".getBytes(US_ASCII);

  /** One copy of a finished array into the buffer is cheaper than three small ones. */
  private final byte[] event = new byte[MAX_BYTES];

  ByteEvents() {
    System.arraycopy(BEFORE, 0, event, 0, BEFORE.length);
  }

  @Override
  public void write(int id, ByteBuf out) {
    int end = BEFORE.length + digits(id);
    int rest = id;
    for (int at = end - 1; at >= BEFORE.length; at--) {
      event[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    System.arraycopy(AFTER, 0, event, end, AFTER.length);
    out.writeBytes(event, 0, end + AFTER.length);
  }

  private static int digits(int number) {
    int digits = 1;
    for (int rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    return digits;
  }
}
