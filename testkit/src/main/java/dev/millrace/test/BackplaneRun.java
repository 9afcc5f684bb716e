package dev.millrace.test;

import dev.millrace.cluster.Link;
import dev.millrace.cluster.Position;
import dev.millrace.cluster.Retention;
import dev.millrace.cluster.Stored;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run of a case of {@link BackplaneContract}: what it is tried on, and what cases need. */
final class BackplaneRun implements AutoCloseable {

  /** Keeps all that a case sends. */
  static final Retention ALL = Retention.DEFAULT;

  /** How often a condition is looked at that tells nobody. */
  private static final long POLL_MILLIS = 10;

  /** What a thread of a case does. */
  interface Task {
    void run() throws Exception;
  }

  final Random random;
  private final BackplaneContract.Store store;
  private final Duration patience;
  private final Object changed = new Object();
  private final List<Link> nodes = new ArrayList<>();

  BackplaneRun(BackplaneContract.Store store, Duration patience, long seed) {
    this.store = store;
    this.patience = patience;
    this.random = new Random(seed);
  }

  Link node() throws Exception {
    Link node = store.node();
    nodes.add(node);
    return node;
  }

  void crash(Link node) throws Exception {
    if (!store.crash(node)) {
      throw new BackplaneContract.UntestableException("the store cannot crash a node");
    }
  }

  void lose() throws Exception {
    if (!store.lose()) {
      throw new BackplaneContract.UntestableException("the store cannot lose messages");
    }
  }

  /** An ear that listens already. */
  RoomEar hear(Link node, String room) {
    return hear(node, room, entry -> {});
  }

  RoomEar hear(Link node, String room, Consumer<Stored> hook) {
    RoomEar ear = ear(hook);
    node.subscribe(room, ear);
    return ear;
  }

  /** An ear that does not listen yet. */
  RoomEar ear(Consumer<Stored> hook) {
    return new RoomEar(changed, hook);
  }

  /** What somebody is told who comes now, and goes again. */
  RoomEar look(Link node, String room) {
    RoomEar ear = ear(entry -> {});
    node.subscribe(room, ear).close();
    return ear;
  }

  static Position send(Link node, String room, String text) {
    return send(node, room, text, ALL);
  }

  static Position send(Link node, String room, String text, Retention retention) {
    return node.append(room, bytes(text), retention);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Waits until an ear has heard as many messages, those of its history too. */
  void awaitAll(RoomEar ear, int messages) {
    await(
        () -> ear.all().size() >= messages,
        () -> "%d messages came (expected: %d)".formatted(ear.all().size(), messages));
  }

  /** Waits for a condition. */
  void await(BooleanSupplier condition, Supplier<String> otherwise) {
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      while (!condition.getAsBoolean()) {
        check(deadline - System.nanoTime() > 0, "%s, after %s", otherwise.get(), patience);
        synchronized (changed) {
          changed.wait(POLL_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting", e);
    }
  }

  /**
   * Something that others do amid messages. Senders wait until all who are due have begun, so that
   * quick ones are not done before; what has begun then goes on beside them.
   */
  final class Amid {
    private final List<Integer> due = new ArrayList<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger sent = new AtomicInteger();

    /** What begins when some messages have been sent, fewer than those that will be. */
    Task after(int messages, Task task) {
      due.add(messages);
      return () -> {
        await(() -> sent.get() >= messages, () -> sent + " were sent, others did not come");
        begun.incrementAndGet();
        task.run();
      };
    }

    /** A message has been sent. */
    void sent() {
      int now = sent.incrementAndGet();
      long before = due.stream().filter(messages -> messages <= now).count();
      await(() -> begun.get() >= before, () -> "others did not begin");
    }
  }

  /** Runs tasks at the same time, each on a thread of its own, and waits for all. */
  void together(List<Task> tasks) throws Exception {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (Task task : tasks) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  start.await();
                  task.run();
                } catch (Throwable e) {
                  failure.compareAndSet(null, e);
                }
              }));
    }
    start.countDown();
    for (Thread thread : threads) {
      check(thread.join(patience), "a thread was not done after %s", patience);
    }
    Throwable failed = failure.get();
    if (failed != null) {
      throw new AssertionError("a thread failed: " + failed, failed);
    }
  }

  /** Throws when something does not hold. */
  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  static void check(boolean holds, String otherwise, Object... arguments) {
    if (!holds) {
      throw new AssertionError(otherwise.formatted(arguments));
    }
  }

  static void checkEqual(Object actual, Object expected, String what) {
    check(actual.equals(expected), "%s: %s (expected: %s)", what, actual, expected);
  }

  /** Closes the nodes. */
  @Override
  public void close() {
    nodes.forEach(Link::close);
  }
}
