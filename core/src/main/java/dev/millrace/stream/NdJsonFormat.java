package dev.millrace.stream;

import dev.millrace.json.JsonText;
import org.jspecify.annotations.Nullable;

/** One JSON document a line. Events with a name or an id travel in an envelope. */
final class NdJsonFormat implements WireFormat {

  @Override
  public boolean keepsText() {
    return false;
  }

  @Override
  public void event(Event event, ByteBuilder out) {
    element(event, out);
    out.put('\n');
  }

  /** The data alone, or an object with {@code event}, {@code id} and {@code data}. */
  static void element(Event event, ByteBuilder out) {
    boolean bare = event.name() == null && event.id() == null;
    if (!bare) {
      out.put('{');
      if (event.name() != null) {
        out.ascii("\"event\":").utf8(JsonText.quote(event.name())).put(',');
      }
      if (event.id() != null) {
        out.ascii("\"id\":").utf8(JsonText.quote(event.id())).put(',');
      }
      out.ascii("\"data\":");
    }
    if (event.data() instanceof byte[] json) {
      out.put(json, 0, json.length);
    } else {
      out.utf8(String.valueOf(event.data()));
    }
    if (!bare) {
      out.put('}');
    }
  }

  @Override
  public void position(String id, ByteBuilder out) {
    positionElement(id, out);
    out.put('\n');
  }

  /** An envelope without data. */
  static void positionElement(String id, ByteBuilder out) {
    out.ascii("{\"id\":").utf8(JsonText.quote(id)).put('}');
  }

  @Override
  public void heartbeat(@Nullable String eventName, ByteBuilder out) {
    if (eventName != null) {
      out.ascii("{\"event\":").utf8(JsonText.quote(eventName)).ascii(",\"data\":\"\"}");
    }
    out.put('\n');
  }
}
