package dev.millrace.room;

import dev.millrace.stream.Outbound;
import dev.millrace.stream.Wire;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads what has left, in pieces of any size, more strictly than any client. */
final class ModelParser implements Outbound.Sink {

  /** What it has read. */
  interface Reader {
    void message(@Nullable String id, @Nullable String name, String data);

    void position(String id);

    /** So many bytes of messages have been read; what they say is said next. */
    void come(long bytes);

    void failed(String what);
  }

  private final Wire wire;
  private final Reader reader;
  private byte[] buffer = new byte[256];
  private int size;

  // The event of SSE that has begun.
  private @Nullable String id;
  private @Nullable String name;
  private @Nullable String data;

  ModelParser(Wire wire, Reader reader) {
    this.wire = wire;
    this.reader = reader;
  }

  /** Whether something has begun that has not ended. */
  boolean isInside() {
    return size > 0 || id != null || name != null || data != null;
  }

  @Override
  public void write(byte[] bytes, int from, int length) {
    if (size + length > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + length));
    }
    System.arraycopy(bytes, from, buffer, size, length);
    int scan = size;
    size += length;
    int used = wire == Wire.WEBSOCKET ? frames() : lines(scan);
    System.arraycopy(buffer, used, buffer, 0, size - used);
    size -= used;
  }

  private int lines(int scan) {
    int start = 0;
    for (int i = scan; i < size; i++) {
      if (buffer[i] == '\n') {
        String line = new String(buffer, start, i - start, StandardCharsets.ISO_8859_1);
        reader.come(i + 1 - start);
        start = i + 1;
        if (wire == Wire.SSE) {
          field(line);
        } else {
          envelope(line);
        }
      }
    }
    return start;
  }

  private void field(String line) {
    if (line.isEmpty()) {
      dispatch();
    } else if (line.startsWith("id: ") && id == null) {
      id = line.substring(4);
    } else if (line.startsWith("event: ") && name == null) {
      name = line.substring(7);
    } else if (line.startsWith("data: ") && data == null) {
      data = line.substring(6);
    } else {
      reader.failed("not a line of an event: " + line);
    }
  }

  private void dispatch() {
    String ofId = id;
    String ofData = data;
    String ofName = name;
    id = null;
    name = null;
    data = null;
    if (ofData != null) {
      reader.message(ofId, ofName, ofData);
    } else if (ofId != null && ofName == null) {
      reader.position(ofId);
    } else {
      reader.failed("an empty event");
    }
  }

  private void envelope(String line) {
    String ofName = null;
    String ofId = null;
    int at = 1;
    if (line.startsWith("{\"event\":\"")) {
      int end = line.indexOf('"', 10);
      ofName = line.substring(10, end);
      at = end + 2;
    }
    if (line.startsWith("\"id\":\"", at)) {
      int end = line.indexOf('"', at + 6);
      ofId = line.substring(at + 6, end);
      at = end + 2;
      if (at == line.length() && ofName == null && line.endsWith("\"}")) {
        reader.position(ofId);
        return;
      }
    }
    if (!line.startsWith("{") || !line.startsWith("\"data\":", at) || !line.endsWith("}")) {
      reader.failed("not an envelope: " + line);
      return;
    }
    String ofData = line.substring(at + 7, line.length() - 1);
    boolean text = ofData.startsWith("\"") && ofData.endsWith("\"");
    reader.message(ofId, ofName, text ? ofData.substring(1, ofData.length() - 1) : ofData);
  }

  private int frames() {
    int at = 0;
    while (size - at >= 2) {
      int length = buffer[at + 1] & 0xff;
      int header = 2;
      if (length == 126) {
        header = 4;
        if (size - at < header) {
          return at;
        }
        length = (buffer[at + 2] & 0xff) << 8 | (buffer[at + 3] & 0xff);
      } else if (length > 126) {
        reader.failed("a frame of length " + length);
        return size;
      }
      if (size - at < header + length) {
        return at;
      }
      if ((buffer[at] & 0xff) == 0x81) {
        reader.come(header + length);
        envelope(new String(buffer, at + header, length, StandardCharsets.ISO_8859_1));
      } else if ((buffer[at] & 0xff) != 0x8a && (buffer[at] & 0xff) != 0x88) {
        reader.failed("a frame that begins with " + (buffer[at] & 0xff));
      }
      at += header + length;
    }
    return at;
  }
}
