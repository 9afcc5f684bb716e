package dev.millrace.test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Writes the frames of a socket's client, one after the other, on a virtual thread that exists only
 * while there is something to write: neither the one who reads nor a test waits for ever for a
 * server that takes nothing. What cannot be sent because the connection is over is lost.
 */
final class SocketSender {
  /** A client needs to answer the latest ping only (RFC 6455, section 5.5.3). */
  private static final int MOST_ANSWERS = 64;

  /** Something to be written, or the end where it is no bytes. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Item(byte @Nullable [] bytes, CompletableFuture<Boolean> done) {
    Item(byte @Nullable [] bytes) {
      this(bytes, new CompletableFuture<>());
    }
  }

  private final Deque<Item> answers = new ArrayDeque<>();
  private final Deque<Item> items = new ArrayDeque<>();
  private Client.@Nullable Line line;
  private boolean running;

  /** Where to write: what was put in before was kept. */
  synchronized void begin(Client.Line to) {
    line = to;
    run();
  }

  /** Sends a frame before those that wait. Does not block. */
  synchronized void answer(byte[] frame) {
    if (answers.size() == MOST_ANSWERS) {
      answers.remove();
    }
    answers.add(new Item(frame));
    run();
  }

  /**
   * Sends bytes and waits until the connection has taken them, or is over.
   *
   * @return whether that was in time
   */
  boolean send(byte[] bytes, Duration patience) {
    return await(add(bytes), patience);
  }

  /** Sends no more after what waits; otherwise as {@link #send}. */
  boolean finish(Duration patience) {
    return await(add(null), patience);
  }

  private synchronized Item add(byte @Nullable [] bytes) {
    Item item = new Item(bytes);
    items.add(item);
    run();
    return item;
  }

  private static boolean await(Item item, Duration patience) {
    try {
      return item.done.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new AssertionError("cannot send", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while sending", e);
    }
  }

  /** Under the monitor. */
  private void run() {
    Client.Line to = line;
    if (to != null && !running && (!answers.isEmpty() || !items.isEmpty())) {
      running = true;
      to.work(() -> write(to));
    }
  }

  private synchronized @Nullable Item next() {
    Item next = answers.isEmpty() ? items.poll() : answers.poll();
    running = next != null;
    return next;
  }

  private void write(Client.Line to) {
    for (Item item = next(); item != null; item = next()) {
      try {
        byte[] bytes = item.bytes;
        if (bytes == null) {
          to.finish();
        } else {
          to.write(bytes);
        }
        item.done.complete(true);
      } catch (IOException e) {
        item.done.complete(true);
      } catch (InterruptedException | RuntimeException e) {
        item.done.completeExceptionally(e);
      }
    }
  }
}
