package dev.millrace.stream;

import org.jspecify.annotations.Nullable;

/** One array, an event an element, written as they come. */
final class JsonArrayFormat implements WireFormat {

  @Override
  public boolean keepsText() {
    return false;
  }

  @Override
  public void begin(StreamOptions options, ByteBuilder out) {
    out.put('[');
  }

  @Override
  public void separate(ByteBuilder out) {
    out.put(',');
  }

  @Override
  public void event(Event event, ByteBuilder out) {
    NdJsonFormat.element(event, out);
  }

  @Override
  public void position(String id, ByteBuilder out) {
    NdJsonFormat.positionElement(id, out);
  }

  /** White space is allowed between all tokens. */
  @Override
  public void heartbeat(@Nullable String eventName, ByteBuilder out) {
    out.put('\n');
  }

  @Override
  public void end(ByteBuilder out) {
    out.put(']');
  }
}
