package dev.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** The backplane in memory against a list for each room. Seeded. Needs no port. */
class MemoryModelTest {
  private static final int ROOMS = 6;

  /** What is true of a room. */
  private static final class Truth {
    final List<Stored> kept = new ArrayList<>();
    final List<Long> nanos = new ArrayList<>();
    final List<Long> all = new ArrayList<>();
    final List<Hearing> hearing = new ArrayList<>();
    Retention retention = Retention.DEFAULT;
    long evicted;

    void add(Stored stored, long now, Retention next) {
      expire(now);
      retention = next;
      kept.add(stored);
      nanos.add(now);
      all.add(stored.sequence());
      while (kept.size() > next.count() || (kept.size() > 1 && bytes() > next.bytes())) {
        drop();
      }
      expire(now);
    }

    long bytes() {
      return kept.stream().mapToLong(stored -> stored.payload().length).sum();
    }

    void expire(long now) {
      while (!kept.isEmpty() && now - nanos.getFirst() >= retention.age().toNanos()) {
        drop();
      }
    }

    private void drop() {
      evicted = kept.removeFirst().sequence();
      nanos.removeFirst();
    }
  }

  /** One subscription, and what it must be told. */
  private record Hearing(
      Link link, HeardRoom heard, Link.Subscription subscription, List<Long> expected) {}

  private final HandTime time = new HandTime();
  private final MemoryBackplane backplane = Backplane.inMemory(time);
  private final List<Link> links = new ArrayList<>(List.of(backplane.attach(), backplane.attach()));
  private final List<Truth> rooms = new ArrayList<>();
  private long head;

  @RepeatedTest(30)
  void itDoesAsListsWould(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int i = 0; i < ROOMS; i++) {
      rooms.add(new Truth());
    }
    for (int step = 0; step < 3_000; step++) {
      int room = random.nextInt(ROOMS);
      switch (random.nextInt(12)) {
        case 0, 1 -> subscribe(random, room);
        case 2 -> unsubscribe(random, rooms.get(room));
        case 3 -> time.pass(Duration.ofMillis(random.nextInt(400)));
        case 4 -> backplane.sweep();
        case 5 -> exchangeLink(random);
        default -> append(random, room);
      }
    }
    assertThat(head).isGreaterThan(1_000);
    checkStats();
  }

  private void append(Random random, int room) {
    byte[] payload = new byte[random.nextInt(20)];
    Retention retention =
        new Retention(
            1 + random.nextInt(12),
            1 + random.nextInt(120),
            Duration.ofMillis(1 + random.nextInt(2_000)));
    Link link = links.get(random.nextInt(links.size()));
    Truth truth = rooms.get(room);
    Position position = link.append("room-" + room, payload, retention);
    head++;
    assertThat(position.sequence()).isEqualTo(head);
    assertThat(link.position()).isEqualTo(position);
    long before = truth.all.isEmpty() ? 0 : truth.all.getLast();
    Stored stored = new Stored(head, before, 0, payload);
    truth.add(stored, time.nanoTime(), retention);
    for (Hearing hearing : truth.hearing) {
      hearing.expected.add(head);
      assertThat(hearing.heard.sequences()).isEqualTo(hearing.expected);
      assertThat(hearing.heard.entries.getLast().payload()).isSameAs(payload);
      assertThat(hearing.heard.entries.getLast().previous()).isBetween(before, head - 1);
      if (hearing.expected.size() > 1) {
        assertThat(hearing.heard.entries.getLast().previous()).isEqualTo(before);
      }
      assertThat(hearing.heard.delivered).hasValue(hearing.expected.size());
    }
  }

  private void subscribe(Random random, int room) {
    Truth truth = rooms.get(room);
    truth.expire(time.nanoTime());
    Link link = links.get(random.nextInt(links.size()));
    HeardRoom heard = new HeardRoom();
    Link.Subscription subscription = link.subscribe("room-" + room, heard);
    History history = heard.history();
    assertThat(heard.kept()).isEqualTo(truth.kept.stream().map(Stored::sequence).toList());
    assertThat(history.head()).isEqualTo(head);
    long most = truth.kept.isEmpty() ? head : truth.kept.getFirst().sequence() - 1;
    assertThat(history.evicted()).isBetween(truth.evicted, most);
    for (int i = 1; i < truth.kept.size(); i++) {
      assertThat(history.entries().get(i).previous()).isEqualTo(truth.kept.get(i - 1).sequence());
    }
    truth.hearing.add(new Hearing(link, heard, subscription, new ArrayList<>()));
    if (truth.hearing.size() > 4) {
      unsubscribe(random, truth);
    }
  }

  private static void unsubscribe(Random random, Truth truth) {
    // All of them now and then, so that rooms are forgotten.
    int most = random.nextInt(3) == 0 ? 10 : 1;
    for (int i = 0; i < most && !truth.hearing.isEmpty(); i++) {
      Hearing hearing = truth.hearing.remove(random.nextInt(truth.hearing.size()));
      hearing.subscription.close();
      assertThat(hearing.heard.sequences()).isEqualTo(hearing.expected);
    }
  }

  private void exchangeLink(Random random) {
    Link old = links.remove(random.nextInt(links.size()));
    old.close();
    links.add(backplane.attach());
    for (Truth truth : rooms) {
      truth.hearing.removeIf(hearing -> hearing.link.equals(old));
    }
  }

  private void checkStats() {
    for (Truth truth : rooms) {
      truth.expire(time.nanoTime());
    }
    // To the end of all messages, and once more from their beginning.
    backplane.sweep();
    backplane.sweep();
    MemoryStats stats = backplane.stats();
    long messages = rooms.stream().mapToLong(truth -> truth.kept.size()).sum();
    long bytes = rooms.stream().mapToLong(Truth::bytes).sum();
    assertThat(stats)
        .isEqualTo(
            new MemoryStats(
                (int) rooms.stream().filter(truth -> !truth.kept.isEmpty()).count(),
                messages,
                bytes + messages * MemoryLimits.OVERHEAD,
                head - messages,
                0,
                0));
  }

  /** Whoever comes and goes meanwhile hears a part without a hole. */
  @RepeatedTest(5)
  void manyThreadsAtOnceMakeOneTruth(RepetitionInfo repetition) throws InterruptedException {
    Random seeds = new Random(repetition.getCurrentRepetition());
    Map<String, Map<Long, Boolean>> truth = new HashMap<>();
    for (int i = 0; i < 3; i++) {
      truth.put("room-" + i, new ConcurrentSkipListMap<>());
    }
    Map<HeardRoom, String> heard = new ConcurrentHashMap<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Random random = new Random(seeds.nextLong());
      Link link = links.get(i % 2);
      threads.add(Thread.ofVirtual().unstarted(() -> appendAndHear(random, link, truth, heard)));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(heard).hasSizeGreaterThan(100);
    truth.forEach((room, all) -> {
      List<Long> sequences = List.copyOf(all.keySet());
      heard.forEach((one, name) -> {
        if (name.equals(room)) {
          checkPart(one, sequences);
        }
      });
    });
    assertThat(truth.values().stream().mapToInt(Map::size).sum())
        .isEqualTo(links.getFirst().position().sequence());
  }

  private static void appendAndHear(
      Random random,
      Link link,
      Map<String, Map<Long, Boolean>> truth,
      Map<HeardRoom, String> heard) {
    List<Link.Subscription> open = new ArrayList<>();
    for (int n = 0; n < 10_000; n++) {
      String room = "room-" + random.nextInt(3);
      if (random.nextInt(50) == 0) {
        HeardRoom one = new HeardRoom();
        heard.put(one, room);
        open.add(link.subscribe(room, one));
      }
      if (open.size() > 3) {
        open.remove(random.nextInt(open.size())).close();
      }
      Retention retention = Retention.DEFAULT.count(1 + random.nextInt(20));
      truth.get(room).put(link.append(room, new byte[1], retention).sequence(), true);
    }
    open.forEach(Link.Subscription::close);
  }

  private static void checkPart(HeardRoom one, List<Long> sequences) {
    List<Long> told = new ArrayList<>(one.kept());
    told.addAll(one.sequences());
    if (!told.isEmpty()) {
      int from = sequences.indexOf(told.getFirst());
      assertThat(told).isEqualTo(sequences.subList(from, from + told.size()));
      long before = from == 0 ? 0 : sequences.get(from - 1);
      assertThat(one.history().evicted()).isBetween(before, told.getFirst() - 1);
    }
  }
}
