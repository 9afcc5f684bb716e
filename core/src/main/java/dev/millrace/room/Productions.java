package dev.millrace.room;

import dev.millrace.stream.Turns;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The producers behind the rooms of one node: those that wait for a member, those that run, and
 * those whose log is still kept, so that nobody makes another one.
 */
final class Productions {
  private static final Logger log = LoggerFactory.getLogger(Productions.class);

  /** Those whose log is still kept count too. */
  static final int MOST = 100_000;

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** What a production needs of its room. Called from any thread, and under no lock. */
  interface Stage {

    /** For the producer. Its sends are refused when the production has ended. */
    Recipients recipients();

    /**
     * Appends the end. On a virtual thread; may block.
     *
     * @param error the JSON of an error event; empty for none
     */
    void end(byte[] error);

    /** How many streams have joined on this node. Never blocks. */
    int listeners();

    /** How long the log is readable after the end. Never blocks. */
    Duration age();
  }

  private final ConcurrentHashMap<String, RoomProduction> table = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private final ThreadFactory threads = Thread.ofVirtual().name("millrace-producer-", 0).factory();
  private final Supplier<Turns> home;

  /**
   * None yet.
   *
   * @param home asked once for each production: where its timers are
   */
  Productions(Supplier<Turns> home) {
    this.home = home;
  }

  /**
   * That of the room, made if there is none. It starts at once when the room has members.
   *
   * @throws IllegalStateException when there are too many
   */
  Production produce(String room, Stage stage, Producer producer, ProducerOptions options) {
    RoomProduction before = table.get(room);
    if (before != null) {
      return before;
    }
    if (size.incrementAndGet() > MOST) {
      size.decrementAndGet();
      throw new IllegalStateException(
          ("%d rooms have a producer (expected: at most that many; one that has ended counts for as"
                  + " long as its room keeps messages, so perhaps keep them for a shorter time)")
              .formatted(MOST));
    }
    RoomProduction made =
        new RoomProduction(
            room,
            stage,
            producer,
            options,
            new RoomProduction.Place(threads, home.get(), this::forget));
    before = table.putIfAbsent(room, made);
    if (before != null) {
      size.decrementAndGet();
      return before;
    }
    made.open();
    return made;
  }

  private void forget(RoomProduction production) {
    if (table.remove(production.room(), production)) {
      size.decrementAndGet();
    }
  }

  /**
   * A stream has joined a room, and is counted by {@link Stage#listeners}: what waits for its first
   * member starts. Never blocks.
   */
  void joined(String room) {
    RoomProduction production = table.get(room);
    if (production != null) {
      production.start();
    }
  }

  /**
   * A stream has left, and is not counted by {@link Stage#listeners} any more; nobody may be left.
   * Never blocks.
   */
  void left(String room) {
    RoomProduction production = table.get(room);
    if (production != null) {
      production.left();
    }
  }

  /**
   * The server stops: interrupts all, waits a second at most for them to end, and forgets them. To
   * be called while the ends can still be stored.
   */
  void stop() {
    List<RoomProduction> all = List.copyOf(table.values());
    all.forEach(RoomProduction::stop);
    var ends = all.stream().map(each -> each.ended().toCompletableFuture());
    try {
      CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      log.warn(
          "{} producers go on, although they were interrupted",
          all.stream().filter(Production::isRunning).count());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    all.forEach(this::forget);
  }
}
