package dev.millrace.engine;

import dev.millrace.json.JsonCodec;
import dev.millrace.json.JsonException;
import dev.millrace.stream.CloseReason;
import dev.millrace.stream.Event;
import dev.millrace.stream.LiveStream;
import dev.millrace.stream.Offered;
import dev.millrace.stream.Outbound;
import dev.millrace.stream.StreamClosedException;
import dev.millrace.stream.Wire;
import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The half of a stream that sends: data is encoded on the sender's thread, for the codec is the
 * user's code, and then added to the {@link Outbound}. A superclass and not a part, because a
 * hundred thousand idle streams would each hold one object more.
 */
abstract class Sending implements LiveStream {
  private static final Logger log = LoggerFactory.getLogger(Sending.class);

  private static final int PART = 16 * 1024;

  private final Wire wire;
  private final Outbound outbound;
  private final @Nullable Declared declared;
  private volatile @Nullable Writer text;

  Sending(Wire wire, Outbound outbound, @Nullable Declared declared) {
    this.wire = wire;
    this.outbound = outbound;
    this.declared = declared;
  }

  /** Something has been added: the first time this sends the head with it. */
  abstract void proceed();

  /** Why the stream ended; {@code null} while it is open. */
  abstract @Nullable CloseReason reason();

  abstract JsonCodec json();

  public final Wire wire() {
    return wire;
  }

  public final Outbound outbound() {
    return outbound;
  }

  /** What has gone wrong if the stream ends now; {@code null} when nothing has. */
  final @Nullable RuntimeException shortfall() {
    return declared == null || declared.left() == 0 ? null : declared.tooShort();
  }

  @Override
  public void send(@Nullable Object data) {
    send(data instanceof Event event ? event : Event.of(data));
  }

  @Override
  public void send(String name, @Nullable Object data) {
    send(Event.of(data).name(name));
  }

  @Override
  public void send(Event event) {
    checkId(event);
    sendEncoded(encode(event));
  }

  /** Whether the stream has the ids of rooms, so that it can have none of its own. */
  abstract boolean isInRoom();

  private void checkId(Event event) {
    if (event.id() != null && isInRoom()) {
      throw new IllegalStateException(
          "event with id \"%s\" (expected: none, because this stream has joined a room, and its"
                  .formatted(event.id())
              + " ids are positions)");
    }
  }

  /** Sends an event whose data are as the wire has them. */
  final void sendEncoded(Event encoded) {
    take(encoded);
    try {
      if (!outbound.send(encoded)) {
        throw closedException();
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
    proceed();
  }

  /** Only text and bytes themselves have a declared length. */
  private void take(Event encoded) {
    if (declared != null) {
      declared.take(length(encoded));
    }
  }

  private static int length(Event encoded) {
    return encoded.data() instanceof byte[] bytes
        ? bytes.length
        : String.valueOf(encoded.data()).getBytes(StandardCharsets.UTF_8).length;
  }

  @Override
  public Offered offer(@Nullable Object data) {
    return offer(data instanceof Event event ? event : Event.of(data));
  }

  @Override
  public Offered offer(Event event) {
    Event encoded;
    try {
      checkId(event);
      encoded = encode(event);
      take(encoded);
    } catch (RuntimeException e) {
      log.warn("an offered event was dropped", e);
      outbound.countDropped();
      return Offered.DROPPED;
    }
    Offered offered = outbound.offer(encoded);
    if (offered == Offered.QUEUED) {
      proceed();
    } else if (declared != null) {
      declared.giveBack(length(encoded));
    }
    return offered;
  }

  /** Offers an event whose data are as the wire has them, on a wire without a declared length. */
  final Offered offerEncoded(Event encoded) {
    Offered offered = outbound.offer(encoded);
    if (offered == Offered.QUEUED) {
      proceed();
    }
    return offered;
  }

  /** Adds an event that the high-water mark need not hold back. */
  boolean push(Event event) {
    Event encoded = encode(event);
    take(encoded);
    boolean added = outbound.push(encoded);
    if (added) {
      proceed();
    }
    return added;
  }

  final Event encode(Event event) {
    try {
      return wire.encode(event, json());
    } catch (JsonException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public void error(String message) {
    if (wire == Wire.RAW) {
      log.warn("no place for an error on {}: {}", request(), message);
    } else {
      send("error", Map.of("error", message));
    }
  }

  @Override
  public void comment(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "comment: NUL at index " + text.indexOf('\0') + " (expected: no NUL)");
    }
    try {
      if (!outbound.comment(text)) {
        throw closedException();
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
    proceed();
  }

  @Override
  public OutputStream output() {
    return new RawOutput(this);
  }

  @Override
  public Writer writer() {
    Writer made = text;
    if (made == null) {
      // One buffer because the encoder of OutputStreamWriter takes each short text by itself, the
      // other because it hands on 8 KiB at once, for each of which the loop would be woken.
      var bytes = new BufferedOutputStream(output(), PART);
      made = new BufferedWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8));
      text = made;
    }
    return made;
  }

  /** Sends what the handler has written as text and not flushed. Waits as {@link #send} does. */
  final void flushText() throws IOException {
    Writer made = text;
    if (made != null && isOpen()) {
      made.flush();
    }
  }

  /** A part at a time: what is sent must be on its way before the next part can wait for room. */
  void write(byte[] bytes, int from, int length) {
    if (declared != null) {
      declared.take(length);
    }
    int end = from + length;
    for (int at = from; at < end; at += PART) {
      try {
        if (!outbound.write(bytes, at, Math.min(PART, end - at))) {
          throw closedException();
        }
      } catch (InterruptedException e) {
        throw interrupted();
      }
      proceed();
    }
  }

  private StreamClosedException closedException() {
    return new StreamClosedException(reason());
  }

  final RuntimeException interrupted() {
    CloseReason reason = reason();
    Thread.currentThread().interrupt();
    return reason != null
        ? new StreamClosedException(reason)
        : new CancellationException("interrupted while the stream waited for its reader or source");
  }
}
