package dev.millrace.stream;

import dev.millrace.http.Decoding;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What has come from a client of a {@link LiveSocket}: a text or bytes. Immutable, as long as
 * nobody changes the bytes that it was made of. Sent to a socket it leaves as it is.
 */
public final class Message {
  private final byte[] content;
  private final boolean text;
  private final @Nullable Decoding decoding;

  /**
   * Made by an engine.
   *
   * @param content not copied; UTF-8 where it is a text
   * @param decoding how {@link #json} reads; {@code null} for the standard way
   */
  public Message(byte[] content, boolean text, @Nullable Decoding decoding) {
    this.content = content;
    this.text = text;
    this.decoding = decoding;
  }

  /**
   * For engines: another content, of the same kind and read in the same way.
   *
   * @param other not copied
   */
  public Message withBytes(byte[] other) {
    return new Message(other, text, decoding);
  }

  /** A text. */
  public static Message of(String text) {
    return new Message(text.getBytes(StandardCharsets.UTF_8), true, null);
  }

  /**
   * Bytes.
   *
   * @param content not copied: to be left alone from now on
   */
  public static Message of(byte[] content) {
    return new Message(content, false, null);
  }

  /** Whether this is a text and not bytes. */
  public boolean isText() {
    return text;
  }

  /** How many bytes it has; of a text in UTF-8. */
  public int length() {
    return content.length;
  }

  /**
   * The text.
   *
   * @throws IllegalStateException when this is bytes
   */
  public String text() {
    if (!text) {
      throw new IllegalStateException(
          "a message of %d bytes has no text (expected: a text; ask isText first)"
              .formatted(content.length));
    }
    return new String(content, StandardCharsets.UTF_8);
  }

  /** The bytes; of a text in UTF-8. Not a copy: to be left alone. */
  public byte[] bytes() {
    return content;
  }

  /**
   * Makes a value of a text that is JSON, and has it checked as request bodies are. Each call reads
   * the text anew.
   *
   * @throws dev.millrace.http.HttpException 400 when this is bytes, or no such JSON; says where and
   *     what was expected, in words that may be shown to the one who sent it
   */
  public <T> T json(Class<T> type) {
    return decoding().message(content, text, type);
  }

  /** As {@link #json(Class)}, for generic types. */
  public Object json(Type type) {
    return decoding().message(content, text, type);
  }

  private Decoding decoding() {
    return decoding == null ? Decoding.standard() : decoding;
  }

  /** For logs: what kind and how long, not what it says. */
  @Override
  public String toString() {
    return (text ? "text of " : "binary of ") + content.length + " bytes";
  }
}
