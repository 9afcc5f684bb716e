package dev.millrace.engine;

import dev.millrace.stream.CloseReason;
import dev.millrace.stream.StreamClosedException;
import dev.millrace.stream.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a stream has started and how far it is on its way to the end. Its monitor guards all fields,
 * is held for a few instructions at a time and never while user code runs; no user code can reach
 * it.
 *
 * <p>The states are open, closing (a {@code reason} is set: nothing can be sent or attached any
 * more, what was sent is still leaving) and ended (nothing leaves any more, cleanups may run).
 */
final class Lifecycle {
  private static final Logger log = LoggerFactory.getLogger(Lifecycle.class);
  private static final int MAX_ATTACHED = 1000;

  private final Threads threads;
  private @Nullable Mailbox mailbox;
  private @Nullable List<AutoCloseable> attached;
  private @Nullable List<Consumer<CloseReason>> cleanups;
  private @Nullable CompletableFuture<CloseReason> closed;
  private @Nullable CloseReason reason;
  private volatile boolean committed;
  private boolean handlerReturned;
  private boolean keptOpen;

  /** How many rooms hold the stream open. */
  private int held;

  private boolean ended;
  private boolean cleaned;

  Lifecycle(Threads threads) {
    this.threads = threads;
  }

  /** Claims the right to send the head, or another response in its place. */
  boolean commit() {
    if (committed) {
      return false;
    }
    synchronized (this) {
      boolean first = !committed;
      committed = true;
      return first;
    }
  }

  synchronized boolean isOpen() {
    return reason == null;
  }

  synchronized @Nullable CloseReason reason() {
    return reason;
  }

  // --- what is attached ---

  synchronized void attach(AutoCloseable resource) {
    if (reason != null) {
      throw new StreamClosedException(reason);
    }
    if (attached == null) {
      attached = new ArrayList<>(2);
    } else if (attached.size() >= MAX_ATTACHED) {
      throw new IllegalStateException(
          "%d timers and subscriptions are attached to this stream already (expected: at most %d)"
              .formatted(attached.size(), MAX_ATTACHED));
    }
    attached.add(resource);
  }

  /**
   * Forgets something that ended by itself.
   *
   * @return whether nothing holds the stream open any more
   */
  synchronized boolean detach(AutoCloseable resource) {
    if (attached != null) {
      attached.remove(resource);
      if (attached.isEmpty()) {
        attached = null;
      }
    }
    return isIdle();
  }

  /** A room holds the stream open. */
  synchronized void hold() {
    if (reason != null) {
      throw new StreamClosedException(reason);
    }
    if (held >= MAX_ATTACHED) {
      throw new IllegalStateException(
          "this stream is in %d rooms already (expected: at most %d)"
              .formatted(held, MAX_ATTACHED));
    }
    held++;
  }

  /**
   * A room does not any more.
   *
   * @return whether nothing holds the stream open
   */
  synchronized boolean release() {
    held--;
    return isIdle();
  }

  synchronized boolean isHeld() {
    return held > 0;
  }

  synchronized void keepOpen() {
    keptOpen = true;
  }

  /** Notes the handler's return, and whether nothing holds the stream open any more. */
  synchronized boolean handlerReturned() {
    handlerReturned = true;
    return isIdle();
  }

  private boolean isIdle() {
    return handlerReturned && !keptOpen && held == 0 && attached == null && reason == null;
  }

  // --- work ---

  synchronized Mailbox mailbox() {
    if (mailbox == null) {
      mailbox = new Mailbox(threads);
    }
    return mailbox;
  }

  // --- the end ---

  /**
   * Begins the end, once: interrupts timers that run and lets go of what is attached.
   *
   * @return whether this call was the one
   */
  boolean close(CloseReason why) {
    List<AutoCloseable> release;
    synchronized (this) {
      if (reason != null) {
        return false;
      }
      reason = why;
      release = attached == null ? List.of() : attached;
      attached = null;
      if (mailbox != null) {
        mailbox.interrupt();
      }
    }
    List<AutoCloseable> userOwned = new ArrayList<>();
    for (AutoCloseable resource : release.reversed()) {
      if (resource instanceof StreamTimer timer) {
        timer.cancel();
      } else {
        userOwned.add(resource);
      }
    }
    if (!userOwned.isEmpty()) {
      mailbox().submit(() -> userOwned.forEach(Lifecycle::closeQuietly));
    }
    return true;
  }

  /** Notes that nothing leaves any more; {@code true} the first time. */
  synchronized boolean markEnded() {
    boolean first = !ended;
    ended = true;
    return first;
  }

  /**
   * Runs the cleanups, if there are any.
   *
   * @param gone runs before them on their thread, so that nobody finds the stream gone and its
   *     cleanups not begun; at once when there are none
   * @param last runs after them
   */
  void cleanUpLater(Runnable gone, @Nullable Consumer<CloseReason> last) {
    if (needsCleanUp(last)) {
      mailbox()
          .submit(() -> {
            gone.run();
            cleanUp(last);
          });
    } else {
      gone.run();
    }
  }

  private synchronized boolean needsCleanUp(@Nullable Consumer<CloseReason> last) {
    cleaned = cleanups == null && closed == null && last == null;
    return !cleaned;
  }

  private void cleanUp(@Nullable Consumer<CloseReason> last) {
    CloseReason why = Objects.requireNonNull(reason());
    for (Consumer<CloseReason> next = pop(); next != null; next = pop()) {
      runCleanup(next, why);
    }
    if (last != null) {
      runCleanup(last, why);
    }
    CompletableFuture<CloseReason> future;
    synchronized (this) {
      cleaned = true;
      future = closed;
    }
    if (future != null) {
      future.complete(why);
    }
  }

  private synchronized @Nullable Consumer<CloseReason> pop() {
    if (cleanups == null || cleanups.isEmpty()) {
      cleanups = null;
      return null;
    }
    return cleanups.removeLast();
  }

  void onClose(Consumer<CloseReason> cleanup) {
    CloseReason why;
    synchronized (this) {
      if (!ended) {
        if (cleanups == null) {
          cleanups = new ArrayList<>(2);
        }
        cleanups.add(cleanup);
        return;
      }
      why = Objects.requireNonNull(reason);
    }
    mailbox().submit(() -> runCleanup(cleanup, why));
  }

  static Consumer<CloseReason> cleanup(Task task) {
    return why -> {
      try {
        task.run();
      } catch (Exception e) {
        log.error("a cleanup of a stream failed; the others still run", e);
      }
    };
  }

  synchronized CompletableFuture<CloseReason> closed() {
    if (closed == null) {
      closed = new CompletableFuture<>();
      if (cleaned) {
        closed.complete(Objects.requireNonNull(reason));
      }
    }
    return closed;
  }

  private static void runCleanup(Consumer<CloseReason> cleanup, CloseReason why) {
    try {
      cleanup.accept(why);
    } catch (Throwable t) {
      log.error("a cleanup of a stream failed; the others still run", t);
    }
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Throwable t) {
      log.error("closing what was attached to a stream failed: {}", resource, t);
    }
  }
}
