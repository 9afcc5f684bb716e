package dev.millrace.room;

import dev.millrace.json.JsonCodec;
import dev.millrace.json.JsonException;
import dev.millrace.stream.Event;
import dev.millrace.stream.Message;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a message of a room says, before any wire. Backplanes keep it as bytes, and one that has
 * been read from those keeps the same array, so that a node that is its own backplane has each
 * message once.
 *
 * @param kind what the data are
 * @param name of the event
 * @param key for conflation
 * @param origin who must not get it: a stream's {@code node/number}; {@code null} for nobody
 * @param bytes that end with the data: UTF-8, but for {@link Kind#BINARY}; not to be changed
 * @param from where the data begin
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Payload(
    Kind kind,
    @Nullable String name,
    @Nullable String key,
    @Nullable String origin,
    byte[] bytes,
    int from) {
  private static final int MOST_FIELD = 1024;

  /** What the data are. */
  enum Kind {
    TEXT(0),
    JSON(1),
    BINARY(2),
    /** A producer has ended: the data are empty, or the JSON of an error event. */
    END(3);

    /** As it is kept. */
    private final byte code;

    Kind(int code) {
      this.code = (byte) code;
    }

    private static Kind of(byte code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IllegalArgumentException("kind " + code);
    }
  }

  Payload(
      Kind kind,
      @Nullable String name,
      @Nullable String key,
      @Nullable String origin,
      byte[] data) {
    this(kind, name, key, origin, data, 0);
  }

  /** The data; a copy, unless they are all that there is. */
  byte[] data() {
    return from == 0 ? bytes : Arrays.copyOfRange(bytes, from, bytes.length);
  }

  /** The data as text. */
  String text() {
    return new String(bytes, from, size(), StandardCharsets.UTF_8);
  }

  /** How many bytes the data have. */
  int size() {
    return bytes.length - from;
  }

  /** What an event says, with its data written. Runs the codec, so the user's code. */
  static Payload of(Event event, JsonCodec json) {
    if (event.id() != null) {
      throw new IllegalArgumentException(
          "event with id \"%s\" (expected: none, because messages of rooms have positions)"
              .formatted(event.id()));
    }
    if (event.retry() != null) {
      throw new IllegalArgumentException(
          "event with retry %s (expected: none in a room)".formatted(event.retry()));
    }
    check("name", event.name());
    check("key", event.key());
    Object data = event.data();
    if (data instanceof Message message) {
      return of(event, message.isText() ? Kind.TEXT : Kind.BINARY, message.bytes());
    }
    if (data instanceof byte[] bytes) {
      return of(event, Kind.BINARY, bytes.clone());
    }
    if (data instanceof CharSequence text) {
      return of(event, Kind.TEXT, text.toString().getBytes(StandardCharsets.UTF_8));
    }
    try {
      return of(event, Kind.JSON, json.encode(data));
    } catch (JsonException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Payload of(Event event, Kind kind, byte[] data) {
    return new Payload(kind, event.name(), event.key(), null, data);
  }

  private static void check(String what, @Nullable String text) {
    if (text != null && text.length() > MOST_FIELD) {
      throw new IllegalArgumentException(
          "event %s of %d characters (expected: at most %d in a room)"
              .formatted(what, text.length(), MOST_FIELD));
    }
  }

  /** The same, but not for one stream. */
  Payload without(String stream) {
    return new Payload(kind, name, key, stream, bytes, from);
  }

  /** As a backplane keeps it: kind, three fields with their lengths, data. */
  byte[] toBytes() {
    byte[] nameBytes = field(name);
    byte[] keyBytes = field(key);
    byte[] originBytes = field(origin);
    return ByteBuffer.allocate(7 + nameBytes.length + keyBytes.length + originBytes.length + size())
        .put(kind.code)
        .putShort(length(name, nameBytes))
        .putShort(length(key, keyBytes))
        .putShort(length(origin, originBytes))
        .put(nameBytes)
        .put(keyBytes)
        .put(originBytes)
        .put(bytes, from, size())
        .array();
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @param bytes kept, not copied
   * @throws IllegalArgumentException when it is something else
   */
  static Payload fromBytes(byte[] bytes) {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      Kind kind = Kind.of(in.get());
      short nameLength = in.getShort();
      short keyLength = in.getShort();
      short originLength = in.getShort();
      String name = field(in, nameLength);
      String key = field(in, keyLength);
      String origin = field(in, originLength);
      return new Payload(kind, name, key, origin, bytes, in.position());
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "a message of %d bytes that no room has written".formatted(bytes.length), e);
    }
  }

  private static byte[] field(@Nullable String text) {
    return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
  }

  private static short length(@Nullable String text, byte[] bytes) {
    return (short) (text == null ? -1 : bytes.length);
  }

  private static @Nullable String field(ByteBuffer in, short length) {
    if (length < 0) {
      return null;
    }
    byte[] text = new byte[length];
    in.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
