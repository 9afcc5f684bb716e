package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.json.JsonCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Presence against a simple truth, with joins, leaves, other nodes and time at random. */
class PresenceModelTest {
  private static final int PEOPLE = 12;
  private static final int NODES = 3;

  /** The clock stands at multiples of 50 ms when it is looked at, and no grace ends near those. */
  private static final int BEAT = 50;

  private static final int GRACE = 1025;
  private static final PresenceOptions OPTIONS =
      new PresenceOptions(Duration.ofMillis(225), Duration.ofMillis(GRACE), 8);

  private final HandTurns home = new HandTurns();
  private final Map<String, String> announced = new HashMap<>();
  private final Presence presence =
      new Presence(OPTIONS, JsonCodec.standard(), home, this::announce, this::told);
  private final PresenceReader attentive = new PresenceReader(presence);
  private final Map<String, Truth> truth = new TreeMap<>();

  private static final class Truth {
    int streams;
    String local = "";
    final Set<String> nodes = new HashSet<>();

    /** Until when she is here by grace, because her streams here have ended, or her node has. */
    long graceOfStreams = -1;

    long graceOfNode = -1;

    boolean isHere(long now) {
      return streams > 0 || now < graceOfStreams;
    }

    boolean isPresent(long now) {
      return isHere(now) || !nodes.isEmpty() || now < graceOfNode;
    }
  }

  private void announce(String member, byte[] attributes) {
    assertThat(home.inLoop()).isTrue();
    if (attributes == null) {
      assertThat(announced.remove(member)).as("said that %s has left", member).isEqualTo("");
    } else {
      String text = new String(attributes, StandardCharsets.UTF_8);
      assertThat(announced.put(member, text)).as("what was said of %s", member).isNotEqualTo(text);
    }
  }

  /** The one that follows at once never hears of a leave within the grace. */
  private void told() {
    Set<String> before = attentive.known == null ? Set.of() : Set.copyOf(attentive.known.keySet());
    attentive.follow();
    if (attentive.known != null) {
      for (String id : before) {
        if (!attentive.known.containsKey(id)) {
          assertThat(truth.get(id).isPresent(home.millis())).as("%s is present", id).isFalse();
        }
      }
    }
  }

  private Set<String> present() {
    return truth.entrySet().stream()
        .filter(each -> each.getValue().isPresent(home.millis()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void step(Random random) {
    String id = "m" + random.nextInt(PEOPLE);
    Truth one = truth.computeIfAbsent(id, any -> new Truth());
    String node = "n" + random.nextInt(NODES);
    String attributes = "{\"mood\":" + random.nextInt(2) + "}";
    long grace = home.millis() + GRACE;
    switch (random.nextInt(10)) {
      case 0, 1 -> {
        presence.joined(new Member(id, Map.of("mood", attributes.charAt(8) - '0')));
        one.streams++;
        one.local = attributes;
        one.graceOfStreams = -1;
        one.graceOfNode = -1;
      }
      case 2, 3, 4, 5 -> {
        if (one.streams > 0) {
          presence.left(id);
          if (--one.streams == 0) {
            one.graceOfStreams = grace;
          }
        }
      }
      case 6 -> {
        presence.present(node, id, attributes.getBytes(StandardCharsets.UTF_8));
        one.nodes.add(node);
        one.graceOfNode = -1;
      }
      case 7, 8 -> {
        presence.present(node, id, new byte[0]);
        presence.present(node, id, null);
        one.nodes.remove(node);
      }
      default -> {
        presence.present(node, id, null);
        if (one.nodes.remove(node) && one.nodes.isEmpty() && one.streams == 0) {
          if (one.isHere(home.millis())) {
            one.graceOfStreams = grace;
          } else {
            one.graceOfNode = grace;
          }
        }
      }
    }
  }

  private void check() {
    Set<String> present = present();
    List<Member> members = presence.members();
    if (present.size() > OPTIONS.threshold()) {
      assertThat(members).isEmpty();
    } else {
      assertThat(members).extracting(Member::id).containsExactlyInAnyOrderElementsOf(present);
    }
  }

  private void checkQuiet(List<PresenceReader> readers) {
    Map<String, Object> now = new HashMap<>();
    presence.members().forEach(each -> now.put(each.id(), each.attributes()));
    for (PresenceReader reader : readers) {
      reader.follow();
      assertThat(reader.size).isEqualTo(present().size());
      if (present().size() > OPTIONS.threshold()) {
        assertThat(reader.known).isNull();
      } else {
        assertThat(reader.known).isEqualTo(now);
      }
    }
    Map<String, String> here = new HashMap<>();
    truth.forEach((id, one) -> {
      if (one.isHere(home.millis())) {
        here.put(id, one.local);
      }
    });
    assertThat(announced).isEqualTo(here);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void everyReaderEndsWithWhoIsThere(long seed) {
    Random random = new Random(seed);
    List<PresenceReader> readers = new ArrayList<>(List.of(attentive));
    for (int i = 0; i < 5; i++) {
      readers.add(new PresenceReader(presence));
    }
    for (int round = 0; round < 1500; round++) {
      // Now crowded, now lonely: so that the threshold is crossed both ways.
      int steps = random.nextInt(8);
      for (int i = 0; i < steps; i++) {
        step(random);
        check();
      }
      home.pass(Duration.ofMillis((long) BEAT * random.nextInt(random.nextInt(20) == 0 ? 60 : 6)));
      check();
      PresenceReader some = readers.get(random.nextInt(readers.size()));
      some.follow();
      if (random.nextInt(50) == 0) {
        some.seen = random.nextBoolean() ? 0 : random.nextInt();
      }
      if (random.nextInt(30) == 0) {
        home.pass(Duration.ofMillis(2 * GRACE + 50));
        checkQuiet(readers);
      }
    }
    truth.values().forEach(one -> one.graceOfNode = -1);
    truth.forEach((id, one) -> {
      for (; one.streams > 0; one.streams--) {
        presence.left(id);
      }
      one.nodes.forEach(node -> presence.present(node, id, null));
      one.nodes.clear();
      one.graceOfStreams = -1;
    });
    home.pass(Duration.ofMillis(2 * GRACE));
    checkQuiet(readers);
    assertThat(presence.isIdle()).isTrue();
    assertThat(home.waiting()).isZero();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void nodesAgree(long seed) {
    Random random = new Random(seed);
    ArrayDeque<Runnable> network = new ArrayDeque<>();
    List<Presence> nodes = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      String name = "n" + i;
      nodes.add(
          new Presence(
              OPTIONS,
              JsonCodec.standard(),
              home,
              (member, attributes) ->
                  network.add(() ->
                      nodes.forEach(other -> {
                        if (other != nodes.get(name.charAt(1) - '0')) {
                          other.present(name, member, attributes);
                        }
                      })),
              () -> {}));
    }
    int[][] streams = new int[NODES][PEOPLE];
    for (int round = 0; round < 5000; round++) {
      int node = random.nextInt(NODES);
      int who = random.nextInt(PEOPLE / 2);
      if (random.nextInt(3) == 0) {
        nodes.get(node).joined(Member.of("m" + who));
        streams[node][who]++;
      } else if (streams[node][who] > 0) {
        streams[node][who]--;
        nodes.get(node).left("m" + who);
      }
      home.pass(Duration.ofMillis(random.nextInt(60)));
      while (!network.isEmpty() && random.nextInt(4) > 0) {
        network.poll().run();
      }
      if (round % 100 == 99) {
        home.pass(Duration.ofMillis(GRACE + 50));
        network.forEach(Runnable::run);
        network.clear();
        Set<String> all = new TreeSet<>();
        for (int i = 0; i < NODES * PEOPLE; i++) {
          if (streams[i / PEOPLE][i % PEOPLE] > 0) {
            all.add("m" + i % PEOPLE);
          }
        }
        for (Presence each : nodes) {
          assertThat(each.members())
              .extracting(Member::id)
              .containsExactlyInAnyOrderElementsOf(all);
        }
      }
    }
  }
}
