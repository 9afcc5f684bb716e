package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cluster.Retention;
import dev.millrace.cluster.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is kept of a room, against a list that keeps the same, and read while it is written. */
class RingTest {
  private static final Retention TEN = Retention.DEFAULT.count(10);

  private long previous;

  private Stored stored(long sequence, long millis) {
    Stored stored = new Stored(sequence, previous, millis, new byte[0]);
    previous = sequence;
    return stored;
  }

  private static Payload payload(@Nullable String key, int length) {
    return new Payload(Payload.Kind.TEXT, null, key, null, new byte[length]);
  }

  private void add(Ring ring, long sequence) {
    ring.add("e", stored(sequence, 0), payload(null, 1));
  }

  private static List<Long> kept(Ring ring) {
    List<Long> all = new ArrayList<>();
    for (Entry entry = ring.oldest(); entry != null; entry = ring.at(entry.index + 1)) {
      all.add(entry.sequence);
    }
    return all;
  }

  @Test
  void anEmptyOneHasNothing() {
    Ring ring = new Ring(TEN, false);
    assertThat(ring.oldest()).isNull();
    assertThat(ring.newest()).isNull();
    assertThat(ring.from(0)).isNull();
    assertThat(ring.at(0)).isNull();
    assertThat(ring.evicted()).isZero();
    assertThat(ring.size()).isZero();
    assertThat(ring.isFull(1_000_000)).isFalse();
  }

  @Test
  void theNewestAreKeptByTheirNumber() {
    Ring ring = new Ring(TEN, false);
    for (int i = 1; i <= 25; i++) {
      add(ring, i * 3L);
    }
    assertThat(kept(ring)).startsWith(48L).endsWith(75L).hasSize(10);
    assertThat(ring.evicted()).isEqualTo(45);
    assertThat(ring.size()).isEqualTo(10);
    assertThat(ring.bytes()).isEqualTo(10);
  }

  @Test
  void theNewestAreKeptByTheirBytesAndTheNewestInAnyCase() {
    Ring ring = new Ring(Retention.DEFAULT.bytes(100), false);
    for (int i = 1; i <= 5; i++) {
      ring.add("e", stored(i, 0), payload(null, 30));
    }
    assertThat(kept(ring)).containsExactly(3L, 4L, 5L);
    ring.add("e", stored(6, 0), payload(null, 1000));
    assertThat(kept(ring)).containsExactly(6L);
    assertThat(ring.bytes()).isEqualTo(1000);
    ring.add("e", stored(7, 0), payload(null, 0));
    assertThat(kept(ring)).containsExactly(7L);
  }

  @Test
  void theNewestAreKeptByTheirAge() {
    Ring ring = new Ring(Retention.DEFAULT.age(Duration.ofMillis(100)), false);
    for (int i = 1; i <= 5; i++) {
      ring.add("e", stored(i, i * 50L), payload(null, 1));
    }
    assertThat(kept(ring)).containsExactly(3L, 4L, 5L);
    ring.expire(300);
    assertThat(kept(ring)).containsExactly(4L, 5L);
    ring.expire(10_000);
    assertThat(kept(ring)).isEmpty();
    assertThat(ring.newest()).isNull();
    assertThat(ring.evicted()).isEqualTo(5);
    add(ring, 9);
    assertThat(kept(ring)).containsExactly(9L);
    assertThat(ring.from(3)).isSameAs(ring.newest());
  }

  @Test
  void whatANewerOneWithItsKeyHasReplacedIsNotLost() {
    Ring ring = new Ring(Retention.DEFAULT.count(2), true);
    ring.add("e", stored(1, 0), payload("a", 1));
    ring.add("e", stored(2, 0), payload("b", 1));
    ring.add("e", stored(3, 0), payload("a", 1));
    assertThat(ring.evicted()).isEqualTo(1);
    // It went for the very message that replaces it.
    assertThat(ring.lost()).isIn(0L, 1L);
    ring.add("e", stored(4, 0), payload("a", 1));
    assertThat(ring.lost()).isEqualTo(2);
    ring.add("e", stored(5, 0), payload("a", 1));
    ring.add("e", stored(6, 0), payload("a", 1));
    assertThat(ring.evicted()).isEqualTo(4);
    assertThat(ring.lost()).isEqualTo(2);
    assertThat(ring.at(4)).isNotNull();
    Entry fifth = ring.oldest();
    assertThat(fifth.isReplaced(5)).isFalse();
    assertThat(fifth.isReplaced(6)).isTrue();
  }

  @Test
  void whatItNeverHadIsGone() {
    Ring ring = new Ring(TEN, true);
    ring.missing(17);
    assertThat(ring.evicted()).isEqualTo(17);
    assertThat(ring.lost()).isEqualTo(17);
  }

  @Test
  void itSaysWhatWouldHaveToGo() {
    Ring ring = new Ring(Retention.DEFAULT.count(4).bytes(100), false);
    assertThat(ring.goesFor(1000)).isZero();
    for (int i = 1; i <= 3; i++) {
      ring.add("e", stored(i * 10L, 0), payload(null, 20));
    }
    assertThat(ring.goesFor(40)).isZero();
    assertThat(ring.goesFor(41)).isEqualTo(10);
    assertThat(ring.goesFor(61)).isEqualTo(20);
    assertThat(ring.goesFor(1000)).isEqualTo(30);
    ring.add("e", stored(40, 0), payload(null, 20));
    assertThat(ring.goesFor(0)).isEqualTo(10);
    assertThat(ring.goesFor(50)).isEqualTo(20);
  }

  @Test
  void itFindsWhatAListFinds() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      previous = 0;
      Retention retention =
          new Retention(
              1 + random.nextInt(40),
              1 + random.nextInt(2000),
              Duration.ofMillis(1 + random.nextInt(500)));
      Ring ring = new Ring(retention, random.nextBoolean());
      List<long[]> list = new ArrayList<>();
      long sequence = 0;
      long now = 1000;
      for (int i = 0; i < 200; i++) {
        sequence += 1 + random.nextInt(3);
        now += random.nextInt(20);
        int length = random.nextInt(100);
        String key = random.nextInt(3) == 0 ? "k" + random.nextInt(4) : null;
        if (random.nextInt(10) == 0) {
          now += 100;
          ring.expire(now);
          trim(list, retention, now, 0, false);
        }
        trim(list, retention, now, length, true);
        list.add(new long[] {sequence, length, now});
        ring.add("e", stored(sequence, now), payload(key, length));
        assertThat(kept(ring))
            .as("seed %d", seed)
            .isEqualTo(list.stream().map(each -> each[0]).toList());
        assertThat(ring.bytes()).isEqualTo(list.stream().mapToLong(each -> each[1]).sum());
        long wanted = random.nextLong(sequence + 3);
        Entry found = ring.from(wanted);
        assertThat(found == null ? -1 : found.sequence)
            .as("seed %d", seed)
            .isEqualTo(
                list.stream()
                    .mapToLong(each -> each[0])
                    .filter(s -> s >= wanted)
                    .findFirst()
                    .orElse(-1));
      }
    }
  }

  private static void trim(
      List<long[]> list, Retention retention, long now, int more, boolean adding) {
    while (!list.isEmpty()
        && ((adding
                && (list.size() >= retention.count()
                    || list.stream().mapToLong(each -> each[1]).sum() + more > retention.bytes()))
            || list.getFirst()[2] < now - retention.age().toMillis())) {
      list.removeFirst();
    }
  }

  @Test
  void readersOnOtherThreadsFindEachEntryOrThatItHasGone() throws InterruptedException {
    Ring ring = new Ring(Retention.DEFAULT.count(50), false);
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      readers.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  read(ring, done);
                } catch (Throwable e) {
                  failure.set(e);
                }
              }));
    }
    for (int i = 1; i <= 300_000; i++) {
      add(ring, 2L * i);
    }
    done.set(true);
    for (Thread reader : readers) {
      reader.join();
    }
    assertThat(failure.get()).isNull();
  }

  /** Goes on from entry to entry; where one has gone, it must be told of that. */
  private static void read(Ring ring, AtomicBoolean done) {
    long next = 1;
    while (true) {
      boolean last = done.get();
      Entry entry = ring.from(next);
      if (entry == null) {
        if (last) {
          return;
        }
        continue;
      }
      assertThat(entry.sequence).isGreaterThanOrEqualTo(next).isEven();
      if (entry.previous >= next) {
        assertThat(ring.evicted()).isGreaterThanOrEqualTo(entry.previous);
      }
      Entry following = ring.at(entry.index + 1);
      if (following != null) {
        assertThat(following.previous).isEqualTo(entry.sequence);
      }
      next = entry.sequence + 1;
    }
  }
}
