package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.json.JsonCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is in a room, and what readers are told of it. Needs no port. */
class PresenceTest {
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration BATCH = Duration.ofMillis(250);

  /** A timer is late by two ticks at most. */
  private static final Duration LATE = Duration.ofMillis(20);

  private final HandTurns home = new HandTurns();
  private final List<String> announced = new ArrayList<>();
  private int changes;
  private Presence presence = presence(PresenceOptions.DEFAULT);
  private PresenceReader reader = new PresenceReader(presence);

  private Presence presence(PresenceOptions options) {
    return new Presence(
        options,
        JsonCodec.standard(),
        home,
        (member, attributes) -> announced.add(member + " " + text(attributes)),
        () -> changes++);
  }

  private void use(PresenceOptions options) {
    presence = presence(options);
    reader = new PresenceReader(presence);
  }

  private static String text(byte[] bytes) {
    return bytes == null ? "-" : new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private List<String> ids() {
    return presence.members().stream().map(Member::id).toList();
  }

  private void passBatch() {
    home.pass(BATCH.plus(LATE));
  }

  @Test
  void givesAFirstReaderTheListOfNobody() {
    assertThat(reader.follow()).containsExactly("members {\"members\":[],\"size\":0}");
    assertThat(reader.follow()).isEmpty();
    assertThat(presence.isIdle()).isTrue();
  }

  @Test
  void tellsWhoHasJoinedWhenTheBatchIsOver() {
    reader.follow();
    presence.joined(new Member("ann", Map.of("name", "Ann")));
    presence.joined(Member.of("bob"));
    assertThat(ids()).containsExactly("ann", "bob");
    home.pass(BATCH.minusMillis(10));
    assertThat(reader.follow()).isEmpty();
    home.pass(LATE);
    assertThat(reader.follow())
        .containsExactly(
            "presence {\"joined\":[{\"id\":\"ann\",\"attributes\":{\"name\":\"Ann\"}},"
                + "{\"id\":\"bob\",\"attributes\":{}}],\"left\":[],\"size\":2}");
    assertThat(changes).isOne();
  }

  @Test
  void givesALaterReaderTheListThatTheOthersHave() {
    presence.joined(Member.of("ann"));
    passBatch();
    presence.joined(Member.of("bob"));
    assertThat(reader.follow())
        .containsExactly("members {\"members\":[{\"id\":\"ann\",\"attributes\":{}}],\"size\":1}");
    passBatch();
    assertThat(reader.follow())
        .containsExactly(
            "presence {\"joined\":[{\"id\":\"bob\",\"attributes\":{}}],\"left\":[],\"size\":2}");
  }

  @Test
  void tellsAtOnceWithoutABatch() {
    use(PresenceOptions.DEFAULT.batch(Duration.ZERO));
    reader.follow();
    presence.joined(Member.of("ann"));
    presence.joined(Member.of("bob"));
    home.turn();
    assertThat(reader.follow()).hasSize(1);
    assertThat(reader.known).containsOnlyKeys("ann", "bob");
  }

  @Test
  void tellsOfALeaveWhenTheGraceIsOver() {
    presence.joined(Member.of("ann"));
    passBatch();
    reader.follow();
    presence.left("ann");
    home.pass(GRACE.minusMillis(10));
    assertThat(ids()).containsExactly("ann");
    home.pass(LATE);
    assertThat(ids()).isEmpty();
    assertThat(reader.follow()).isEmpty();
    passBatch();
    assertThat(reader.follow())
        .containsExactly("presence {\"joined\":[],\"left\":[\"ann\"],\"size\":0}");
    assertThat(presence.isIdle()).isTrue();
    assertThat(home.waiting()).isZero();
  }

  @Test
  void tellsNothingOfAReconnectWithinGrace() {
    presence.joined(new Member("ann", Map.of("name", "Ann", "age", 7, "tags", Map.of("a", 1))));
    passBatch();
    reader.follow();
    for (int i = 0; i < 10; i++) {
      presence.left("ann");
      home.pass(GRACE.minusMillis(10));
      presence.joined(new Member("ann", Map.of("age", 7, "tags", Map.of("a", 1), "name", "Ann")));
      home.pass(Duration.ofSeconds(i));
    }
    assertThat(reader.follow()).isEmpty();
    assertThat(announced).hasSize(1);
    home.pass(GRACE);
    assertThat(home.waiting()).isZero();
    assertThat(changes).isOne();
  }

  @Test
  void beginsTheGraceAnewWithEachLeave() {
    presence.joined(Member.of("ann"));
    presence.left("ann");
    home.pass(GRACE.minusMillis(50));
    presence.joined(Member.of("ann"));
    presence.left("ann");
    home.pass(GRACE.minusMillis(10));
    assertThat(ids()).containsExactly("ann");
    home.pass(LATE);
    assertThat(ids()).isEmpty();
  }

  @Test
  void countsAMemberOnceHoweverManyStreamsSheHas() {
    use(PresenceOptions.DEFAULT.grace(Duration.ZERO));
    presence.joined(Member.of("ann"));
    presence.joined(Member.of("ann"));
    presence.joined(Member.of("ann"));
    presence.left("ann");
    presence.left("ann");
    passBatch();
    assertThat(ids()).containsExactly("ann");
    presence.left("ann");
    assertThat(ids()).isEmpty();
  }

  @Test
  void tellsNothingOfWhoHasComeAndGoneWithinABatch() {
    use(PresenceOptions.DEFAULT.grace(Duration.ZERO));
    reader.follow();
    presence.joined(Member.of("ann"));
    presence.left("ann");
    passBatch();
    assertThat(reader.follow()).isEmpty();
    assertThat(presence.isIdle()).isTrue();
    assertThat(changes).as("it can be forgotten").isOne();
  }

  @Test
  void tellsOfOtherAttributesAsJoinedAgain() {
    presence.joined(new Member("ann", Map.of("mood", "glad")));
    passBatch();
    reader.follow();
    presence.joined(new Member("ann", Map.of("mood", "sad")));
    passBatch();
    assertThat(reader.follow())
        .containsExactly(
            "presence {\"joined\":[{\"id\":\"ann\",\"attributes\":{\"mood\":\"sad\"}}],"
                + "\"left\":[],\"size\":1}");
    assertThat(presence.members()).containsExactly(new Member("ann", Map.of("mood", "sad")));
    assertThat(announced).containsExactly("ann {\"mood\":\"glad\"}", "ann {\"mood\":\"sad\"}");
  }

  @Test
  void givesAReaderThatIsFarBehindTheListInstead() {
    reader.follow();
    PresenceReader late = new PresenceReader(presence);
    late.follow();
    for (int i = 0; i < 16; i++) {
      presence.joined(Member.of("m" + i));
      passBatch();
    }
    assertThat(late.follow()).hasSize(16).allMatch(text -> text.startsWith("presence"));
    presence.joined(Member.of("last"));
    passBatch();
    assertThat(late.follow()).hasSize(1).allMatch(text -> text.startsWith("presence"));
    assertThat(reader.follow()).hasSize(1).allMatch(text -> text.startsWith("members"));
    assertThat(reader.known).isEqualTo(late.known).hasSize(17);
  }

  @Test
  void sharesWhatAllReadersAreTold() {
    presence.joined(Member.of("ann"));
    passBatch();
    assertThat(presence.after(0)).isSameAs(presence.after(0)).isSameAs(presence.after(77));
    assertThat(presence.after(1)).isSameAs(presence.after(1)).isNotSameAs(presence.after(0));
    assertThat(presence.after(presence.version())).isNull();
  }

  @Test
  void tellsTheNumberAloneAboveTheThresholdAndTheListAgainBelow() {
    use(PresenceOptions.DEFAULT.threshold(2).grace(Duration.ZERO));
    reader.follow();
    presence.joined(Member.of("a"));
    presence.joined(Member.of("b"));
    passBatch();
    presence.joined(Member.of("c"));
    assertThat(presence.members()).isEmpty();
    passBatch();
    presence.joined(Member.of("d"));
    passBatch();
    assertThat(reader.follow()).containsExactly("members {\"size\":4}");
    presence.joined(Member.of("e"));
    passBatch();
    assertThat(reader.follow()).containsExactly("presence {\"size\":5}");
    presence.left("e");
    presence.joined(Member.of("f"));
    passBatch();
    assertThat(reader.follow()).as("the number has not changed").isEmpty();
    presence.left("f");
    presence.left("a");
    presence.left("c");
    passBatch();
    assertThat(reader.follow())
        .containsExactly(
            "members {\"members\":[{\"id\":\"b\",\"attributes\":{}},"
                + "{\"id\":\"d\",\"attributes\":{}}],\"size\":2}");
    assertThat(ids()).containsExactly("b", "d");
  }

  @Test
  void countsStreamsBeyondAHundredThousandMembersAndForgetsThem() {
    use(PresenceOptions.DEFAULT.grace(Duration.ZERO));
    int most = Presence.MOST_MEMBERS;
    for (int i = 0; i < most + 10; i++) {
      presence.joined(Member.of("m" + i));
    }
    presence.joined(Member.of("m7"));
    presence.joined(Member.of("m" + most));
    presence.present("other", "m" + (most + 50), json("{}"));
    passBatch();
    reader.follow();
    assertThat(reader.size).isEqualTo(most + 11);
    presence.left("m" + most);
    presence.left("m7");
    for (int i = 0; i < most + 10; i++) {
      presence.left("m" + i);
    }
    presence.present("other", "m" + (most + 50), null);
    passBatch();
    reader.follow();
    assertThat(reader.size).isZero();
    assertThat(presence.isIdle()).isTrue();
  }

  @Test
  void refusesAttributesOfMoreThanFourKibibytes() {
    presence.joined(new Member("ann", Map.of("a", "x".repeat(4096 - 8))));
    presence.left("ann");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> presence.joined(new Member("bob", Map.of("a", "x".repeat(4096 - 7)))))
        .withMessageContaining("\"bob\": 4097 bytes of JSON (expected: at most 4096");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> presence.joined(new Member("bob", Map.of("a", new Object()))))
        .withMessageContaining("attributes of member \"bob\"");
    assertThat(ids()).containsExactly("ann");
  }

  @Test
  void refusesIdsAndAttributesThatNobodyCouldBeTold() {
    assertThatIllegalArgumentException().isThrownBy(() -> Member.of(""));
    assertThatIllegalArgumentException().isThrownBy(() -> Member.of("a".repeat(257)));
    assertThatIllegalArgumentException().isThrownBy(() -> Member.of("a\ud800"));
    Map<String, Object> holed = new java.util.HashMap<>();
    holed.put("name", null);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Member("ann", holed))
        .withMessageContaining("\"name\"");
    assertThat(Member.of("\ud83d\ude00".repeat(128)).id()).hasSize(256);
  }

  @ParameterizedTest
  @CsvSource({"PT-1S,PT0S,1", "PT0S,PT-1S,1", "PT61S,PT0S,1", "PT0S,PT25H,1", "PT0S,PT0S,0"})
  void refusesOptionsThatCannotBe(Duration batch, Duration grace, int threshold) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PresenceOptions(batch, grace, threshold))
        .withMessageContaining("expected");
  }

  @Test
  void quotesWhatAMemberIsCalled() {
    presence.joined(Member.of("\"\n{\u2028é"));
    passBatch();
    reader.follow();
    assertThat(reader.known).containsOnlyKeys("\"\n{\u2028é");
  }

  @Test
  void tellsOtherNodesOfTheFirstStreamAndOfTheEndOfTheGrace() {
    presence.joined(Member.of("ann"));
    presence.joined(Member.of("ann"));
    home.turn();
    presence.left("ann");
    presence.left("ann");
    home.turn();
    assertThat(announced).containsExactly("ann {}");
    home.pass(GRACE.plus(LATE));
    assertThat(announced).containsExactly("ann {}", "ann ", "ann -");
  }

  @Test
  void countsWhoIsOnOtherNodes() {
    reader.follow();
    presence.present("n2", "ann", json("{\"name\":\"Ann\"}"));
    presence.present("n3", "ann", json("{\"name\":\"Ann\"}"));
    presence.joined(new Member("ann", Map.of("name", "Ann")));
    passBatch();
    assertThat(reader.follow()).hasSize(1);
    assertThat(presence.members()).containsExactly(new Member("ann", Map.of("name", "Ann")));
    presence.left("ann");
    presence.present("n2", "ann", json(""));
    presence.present("n2", "ann", null);
    home.pass(GRACE.plus(BATCH).plus(LATE));
    assertThat(reader.follow()).isEmpty();
    presence.present("n3", "ann", json(""));
    presence.present("n3", "ann", null);
    passBatch();
    assertThat(reader.follow())
        .containsExactly("presence {\"joined\":[],\"left\":[\"ann\"],\"size\":0}");
  }

  @Test
  void tellsNothingOfAReconnectToAnotherNodeWithinGrace() {
    presence.joined(new Member("ann", Map.of("a", 1, "b", 2, "c", 3)));
    passBatch();
    reader.follow();
    presence.left("ann");
    home.pass(GRACE.minusMillis(20));
    presence.present("n2", "ann", json("{\"a\":1,\"b\":2,\"c\":3}"));
    home.pass(GRACE.multipliedBy(3));
    assertThat(reader.follow()).isEmpty();
    assertThat(announced).hasSize(3);
    assertThat(home.waiting()).isZero();
  }

  @Test
  void givesThoseOfANodeThatHasEndedTheirGraceHere() {
    presence.present("n2", "ann", json("{}"));
    presence.present("n2", "bob", json("{}"));
    passBatch();
    reader.follow();
    presence.present("n2", "ann", null);
    presence.present("n2", "bob", null);
    home.pass(Duration.ofSeconds(2));
    presence.joined(Member.of("ann"));
    home.pass(GRACE);
    assertThat(reader.follow())
        .containsExactly("presence {\"joined\":[],\"left\":[\"bob\"],\"size\":1}");
    assertThat(announced).containsExactly("ann {}");
  }

  @Test
  void showsWhatIsStillSaidWhenTheNewestAttributesAreTakenBack() {
    presence.joined(new Member("ann", Map.of("on", 1)));
    presence.present("n2", "ann", json("{\"on\":2}"));
    presence.present("n3", "ann", json("{\"on\":3}"));
    passBatch();
    assertThat(presence.members().getFirst().attributes()).isEqualTo(Map.of("on", 3));
    presence.present("n3", "ann", json(""));
    assertThat(presence.members().getFirst().attributes()).isEqualTo(Map.of("on", 1));
    presence.left("ann");
    home.pass(GRACE.plus(BATCH).plus(LATE));
    assertThat(presence.members().getFirst().attributes()).isEqualTo(Map.of("on", 2));
    reader.follow();
    assertThat(reader.known).isEqualTo(Map.of("ann", Map.of("on", 2)));
  }

  @Test
  void passesOverALeaveOfSomebodyWhoIsNotThere() {
    presence.left("ann");
    presence.present("n2", "ann", null);
    presence.present("n2", "ann", json(""));
    passBatch();
    assertThat(changes).isZero();
    assertThat(presence.isIdle()).isTrue();
  }

  @Test
  void leavesOneTaskOnTheLoopForManyChanges() {
    int[] tasks = {0};
    HandTurns counted = home;
    var turns =
        new dev.millrace.stream.Turns() {
          @Override
          public void execute(Runnable task) {
            tasks[0]++;
            counted.execute(task);
          }

          @Override
          public dev.millrace.time.TimerWheel timers() {
            return counted.timers();
          }

          @Override
          public void nextTurn(Runnable task) {
            throw new AssertionError("not on the loop");
          }

          @Override
          public boolean inLoop() {
            return counted.inLoop();
          }
        };
    presence =
        new Presence(
            PresenceOptions.DEFAULT, JsonCodec.standard(), turns, (member, data) -> {}, () -> {});
    for (String id : Arrays.asList("a", "b", "c", "a")) {
      presence.joined(Member.of(id));
      presence.left(id);
    }
    assertThat(tasks[0]).isOne();
  }
}
