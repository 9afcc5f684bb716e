package dev.millrace.engine;

import dev.millrace.stream.Event;
import dev.millrace.stream.Subscription;
import dev.millrace.stream.TextChunks;
import dev.millrace.stream.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what a source holds, whatever kind of source it is. Pulls on the caller's thread at the
 * reader's speed, because every send waits for room.
 */
final class Pump {
  private static final Logger log = LoggerFactory.getLogger(Pump.class);
  private static final int PIECE = 8192;

  private final StreamSession out;
  private final Wire wire;

  Pump(StreamSession out, Wire wire) {
    this.out = out;
    this.wire = wire;
  }

  void pipe(@Nullable Object source) throws InterruptedException {
    // What the stream lets go of by itself, or what needs no letting go, is not closed here.
    switch (source) {
      case Flow.Publisher<?> publisher -> new PublisherPump(out).subscribe(publisher);
      case CompletionStage<?> future -> await(future);
      case null, default -> closing(source);
    }
  }

  private void closing(@Nullable Object source) throws InterruptedException {
    try {
      pull(source);
    } finally {
      discard(source);
    }
  }

  private void pull(@Nullable Object source) throws InterruptedException {
    switch (source) {
      case Path file -> file(file);
      case InputStream in -> bytes(in);
      case ReadableByteChannel channel -> bytes(Channels.newInputStream(channel));
      case Reader reader -> text(reader);
      case Subscription<?> subscription -> queue(subscription.queue());
      case BlockingQueue<?> queue -> queue(queue);
      case Iterable<?> iterable -> elements(iterable.iterator());
      case Iterator<?> iterator -> elements(iterator);
      case BaseStream<?, ?> stream -> elements(stream.iterator());
      case byte[] bytes -> out.send(Event.of(bytes));
      case null -> out.send(Event.of(null));
      default -> {
        if (source.getClass().isArray()) {
          array(source);
        } else {
          out.send(source);
        }
      }
    }
  }

  private void elements(Iterator<?> iterator) {
    while (iterator.hasNext()) {
      out.send(iterator.next());
    }
  }

  private void array(Object array) {
    int length = Array.getLength(array);
    for (int i = 0; i < length; i++) {
      out.send(Array.get(array, i));
    }
  }

  private void queue(BlockingQueue<?> queue) throws InterruptedException {
    out.open();
    while (out.isOpen()) {
      out.send(queue.take());
    }
  }

  private void file(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      bytes(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private void bytes(InputStream in) {
    byte[] piece = new byte[PIECE];
    TextChunks chunks = new TextChunks();
    try {
      while (true) {
        int length = in.read(piece);
        if (wire.isRaw()) {
          if (length < 0) {
            return;
          }
          out.write(piece, 0, length);
        } else {
          String text = chunks.next(piece, 0, Math.max(0, length), length < 0);
          if (!text.isEmpty()) {
            out.send(text);
          }
          if (length < 0) {
            return;
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the stream's source", e);
    }
  }

  private void text(Reader reader) {
    char[] piece = new char[PIECE];
    try {
      for (int length = reader.read(piece); length >= 0; length = reader.read(piece)) {
        out.send(new String(piece, 0, length));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the stream's source", e);
    }
  }

  /** Holds no thread: the future itself is what keeps the stream open. */
  private void await(CompletionStage<?> future) {
    // Not cancelled when the client leaves: others may wait for it too.
    AutoCloseable attached = out.attach(() -> {});
    future.whenComplete((value, failure) -> {
      if (failure != null) {
        out.failed(unwrapped(failure));
        return;
      }
      try {
        out.push(value instanceof Event event ? event : Event.of(value));
        out.detached(attached);
      } catch (RuntimeException e) {
        out.failed(e);
      }
    });
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  /** Lets go of a source, whether it was read or not. */
  static void discard(@Nullable Object source) {
    if (source instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        log.error("closing a stream's source failed: {}", source, e);
      }
    }
  }
}
