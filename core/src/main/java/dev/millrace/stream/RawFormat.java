package dev.millrace.stream;

/** The text or bytes themselves. */
final class RawFormat implements WireFormat {

  @Override
  public boolean keepsText() {
    return true;
  }

  @Override
  public void event(Event event, ByteBuilder out) {
    if (event.data() instanceof byte[] bytes) {
      out.put(bytes, 0, bytes.length);
    } else {
      out.utf8(String.valueOf(event.data()));
    }
  }
}
