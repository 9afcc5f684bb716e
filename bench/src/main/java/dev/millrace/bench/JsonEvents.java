package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** The same events as records, which Jackson makes into JSON. */
final class JsonEvents implements EventWriter {
  private static final ObjectWriter JSON = JsonMapper.shared().writerFor(Reading.class);
  private static final byte[] BEFORE = "data: ".getBytes(US_ASCII);
  private static final byte[] AFTER = "\n\n".getBytes(US_ASCII);

  /** What a sensor says. */
  record Reading(int id, String name, double value, String unit) {}

  @Override
  public void write(int id, ByteBuf out) {
    byte[] json = JSON.writeValueAsBytes(new Reading(id, "sensor-17", 21.5, "C"));
    out.writeBytes(BEFORE).writeBytes(json).writeBytes(AFTER);
  }
}
