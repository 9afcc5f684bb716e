package dev.millrace.test;

import dev.millrace.json.JsonCodec;
import java.nio.charset.StandardCharsets;

/** A whole message of a server on a WebSocket, put together and inflated. Immutable. */
public final class TestMessage {
  private final boolean text;
  private final byte[] content;

  TestMessage(boolean text, byte[] content) {
    this.text = text;
    this.content = content;
  }

  /** Whether it is a text and not bytes. */
  public boolean isText() {
    return text;
  }

  /**
   * The text.
   *
   * @throws AssertionError when this is bytes
   */
  public String text() {
    if (!text) {
      throw new AssertionError("the message is " + this + " (expected: a text)");
    }
    return new String(content, StandardCharsets.UTF_8);
  }

  /** The bytes; of a text in UTF-8. */
  public byte[] bytes() {
    return content.clone();
  }

  /** How many bytes it has; of a text in UTF-8. */
  public int length() {
    return content.length;
  }

  /**
   * A text as a value read from JSON, by the standard codec.
   *
   * @throws AssertionError when this is bytes
   * @throws dev.millrace.json.JsonException when it is not JSON or does not fit the type
   */
  public <T> T json(Class<T> type) {
    return JsonCodec.standard().decode(text().getBytes(StandardCharsets.UTF_8), type);
  }

  /** For a failed assertion: kind, length and the beginning. */
  @Override
  public String toString() {
    return (text ? "text of " : "binary of ")
        + content.length
        + " bytes"
        + (content.length == 0 ? "" : ": ")
        + (text ? RawFrame.start(text()) : RawFrame.hex(content));
  }
}
