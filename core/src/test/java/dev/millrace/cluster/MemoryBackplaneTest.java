package dev.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What only the backplane in memory does; the rest is in the contract. Needs no port. */
class MemoryBackplaneTest {
  private static final Retention MINUTE = Retention.DEFAULT.age(Duration.ofMinutes(1));
  private static final Retention HOUR = Retention.DEFAULT.age(Duration.ofHours(1));

  private final HandTime time = new HandTime();
  private final MemoryBackplane backplane = Backplane.inMemory(time);
  private final Link link = backplane.attach();

  private static MemoryStats held(int rooms, long messages, long payload) {
    return new MemoryStats(rooms, messages, messages * MemoryLimits.OVERHEAD + payload, 0, 0, 0);
  }

  private HeardRoom hear(String room) {
    return hear(link, room);
  }

  private static HeardRoom hear(Link on, String room) {
    HeardRoom heard = new HeardRoom();
    on.subscribe(room, heard);
    return heard;
  }

  private Position send(String room, Retention retention) {
    return link.append(room, new byte[10], retention);
  }

  // Order

  @Test
  void eachInstanceHasAnEpochOfItsOwnWhichIsShort() {
    String other = Backplane.inMemory().attach().position().epoch();
    assertThat(link.position().epoch()).hasSize(8).isNotEqualTo(other);
    assertThat(Position.parse(link.position().toString())).contains(link.position());
  }

  @Test
  void aMessageSaysWhenItWasAppendedByTheGivenClock() {
    time.pass(Duration.ofSeconds(5));
    send("a", HOUR);
    assertThat(hear("a").history().entries().getFirst().millis())
        .isEqualTo(time.instant().toEpochMilli());
  }

  @Test
  void aNodesPositionIsBehindAMessageOnlyWhenItsListenersHaveBeenTold() {
    List<Long> positions = new ArrayList<>();
    link.subscribe(
        "a",
        new HeardRoom() {
          @Override
          public void entry(Stored entry) {
            positions.add(link.position().sequence());
          }

          @Override
          public void delivered() {
            positions.add(link.position().sequence());
          }
        });
    send("a", HOUR);
    assertThat(positions).containsExactly(0L, 1L);
  }

  @Test
  void deliveredIsCalledWhenOthersMayGoOnAndMayAppend() {
    HeardRoom b = hear("b");
    link.subscribe(
        "a",
        new HeardRoom() {
          @Override
          public void delivered() {
            send("b", HOUR);
          }
        });
    send("a", HOUR);
    assertThat(b.sequences()).containsExactly(2L);
  }

  // Listeners that do what they must not

  @Test
  void aListenerThatAppendsOrSubscribesIsToldThatItMustNot() {
    List<String> refused = new ArrayList<>();
    link.subscribe(
        "a",
        new HeardRoom() {
          @Override
          public void history(History told) {
            refuse();
          }

          @Override
          public void entry(Stored entry) {
            refuse();
          }

          @Override
          public void present(String node, String member, byte[] attributes) {
            refuse();
          }

          private void refuse() {
            assertThatIllegalStateException()
                .isThrownBy(() -> send("b", HOUR))
                .satisfies(e -> refused.add(e.getMessage()));
            assertThatIllegalStateException()
                .isThrownBy(() -> hear("b"))
                .satisfies(e -> refused.add(e.getMessage()));
          }
        });
    send("a", HOUR);
    backplane.attach().announce("a", "Ada", new byte[1]);
    assertThat(refused).hasSize(6);
    assertThat(refused.getFirst())
        .isEqualTo(
            "append was called from a listener (expected: from elsewhere, because it may block)");
    assertThat(link.position().sequence()).isEqualTo(1);
    assertThat(backplane.stats()).isEqualTo(held(1, 1, 10));
  }

  @Test
  void aListenerThatThrowsHurtsNeitherOthersNorTheSenderAndIsCalledFurther() {
    List<String> calls = new ArrayList<>();
    Link.Listener broken =
        new HeardRoom() {
          @Override
          public void history(History told) {
            calls.add("history");
            throw new IllegalArgumentException("a test's");
          }

          @Override
          public void entry(Stored entry) {
            calls.add("entry");
            throw new AssertionError("a test's");
          }

          @Override
          public void delivered() {
            calls.add("delivered");
            throw new IllegalArgumentException("a test's");
          }

          @Override
          public void present(String node, String member, byte[] attributes) {
            calls.add("present");
            throw new IllegalArgumentException("a test's");
          }
        };
    link.subscribe("a", broken);
    HeardRoom sound = hear("a");
    send("a", HOUR);
    send("a", HOUR);
    backplane.attach().announce("a", "Ada", new byte[1]);
    assertThat(sound.sequences()).containsExactly(1L, 2L);
    assertThat(sound.delivered).hasValue(2);
    assertThat(sound.present).hasSize(1);
    assertThat(calls)
        .containsExactly("history", "entry", "delivered", "entry", "delivered", "present");
  }

  @Test
  void aListenerMayEndItsSubscriptionWhileItIsCalled() {
    AtomicReference<Link.Subscription> own = new AtomicReference<>();
    HeardRoom once =
        new HeardRoom() {
          @Override
          public void entry(Stored entry) {
            super.entry(entry);
            own.get().close();
          }
        };
    own.set(link.subscribe("a", once));
    HeardRoom other = hear("a");
    send("a", HOUR);
    send("a", HOUR);
    assertThat(once.sequences()).containsExactly(1L);
    assertThat(once.delivered).hasValue(0);
    assertThat(other.sequences()).containsExactly(1L, 2L);
  }

  // Age

  @Test
  void whatIsTooOldIsLetGoByTheNextMessageOfItsRoom() {
    send("a", MINUTE);
    time.pass(Duration.ofSeconds(30));
    send("a", MINUTE);
    time.pass(Duration.ofSeconds(30));
    send("a", MINUTE);
    assertThat(backplane.stats().messages()).isEqualTo(2);
    assertThat(backplane.stats().retired()).isEqualTo(1);
  }

  @Test
  void whatIsTooOldIsNotGivenToWhoComes() {
    send("a", MINUTE);
    time.pass(Duration.ofMinutes(1).minusNanos(1));
    assertThat(hear("a").kept()).containsExactly(1L);
    time.pass(Duration.ofNanos(1));
    HeardRoom heard = hear("a");
    assertThat(heard.kept()).isEmpty();
    assertThat(heard.history().evicted()).isEqualTo(1);
    assertThat(heard.history().head()).isEqualTo(1);
  }

  @Test
  void messagesOfOtherRoomsCarryAwayWhatIsTooOld() {
    send("long", HOUR);
    for (int i = 0; i < 10; i++) {
      send("short-" + i, MINUTE);
    }
    time.pass(Duration.ofMinutes(1));
    for (int i = 0; i < 6; i++) {
      send("other", HOUR);
    }
    assertThat(backplane.stats().rooms()).isEqualTo(2);
    assertThat(backplane.stats().retired()).isEqualTo(10);
  }

  @Test
  void aSweepCarriesAwayWhatIsTooOldWhereNothingHappens() {
    send("long", HOUR);
    for (int i = 0; i < 100; i++) {
      send("short-" + i, MINUTE);
    }
    backplane.sweep();
    assertThat(backplane.stats().messages()).isEqualTo(101);
    time.pass(Duration.ofMinutes(1));
    backplane.sweep();
    assertThat(backplane.stats().messages()).isEqualTo(1);
    time.pass(Duration.ofHours(1));
    backplane.sweep();
    assertThat(backplane.stats()).isEqualTo(new MemoryStats(0, 0, 0, 101, 0, 0));
  }

  @Test
  void sweepsGoRoundAllMessagesHoweverManyThereAre() {
    int many = 70_000;
    send("short", Retention.DEFAULT.age(Duration.ofNanos(1)));
    for (int i = 0; i < many; i++) {
      send("long-" + i % 100, HOUR);
    }
    send("last", MINUTE);
    time.pass(Duration.ofMinutes(1));
    for (int i = 0; i < 80; i++) {
      backplane.sweep();
    }
    assertThat(hear("last").history().evicted()).isEqualTo(many + 2);
    assertThat(backplane.stats().messages()).isEqualTo(many);
  }

  @Test
  void anAgeOfManyYearsIsNoOverflow() {
    send("a", Retention.DEFAULT.age(Duration.ofDays(3650)));
    time.pass(Duration.ofDays(3649));
    backplane.sweep();
    assertThat(hear("a").kept()).containsExactly(1L);
  }

  // Bounds over all rooms

  @Test
  void overTheBoundOfBytesTheOldestMessageOfAllGoesFirst() {
    MemoryBackplane small =
        Backplane.inMemory(MemoryLimits.DEFAULT.bytes(3 * (MemoryLimits.OVERHEAD + 10)), time);
    Link node = small.attach();
    for (String room : List.of("a", "b", "a", "c", "c")) {
      node.append(room, new byte[10], HOUR);
    }
    assertThat(hear(node, "a").kept()).containsExactly(3L);
    assertThat(hear(node, "a").history().evicted()).isEqualTo(1);
    assertThat(hear(node, "b").kept()).isEmpty();
    assertThat(hear(node, "b").history().evicted()).isEqualTo(2);
    assertThat(hear(node, "c").kept()).containsExactly(4L, 5L);
    assertThat(small.stats().droppedForBytes()).isEqualTo(2);
    assertThat(small.stats().bytes()).isEqualTo(3 * (MemoryLimits.OVERHEAD + 10));
  }

  @Test
  void aMessageLongerThanAllThatMayBeKeptIsKeptAlone() {
    MemoryBackplane small = Backplane.inMemory(MemoryLimits.DEFAULT.bytes(1), time);
    Link node = small.attach();
    node.append("a", new byte[10], HOUR);
    node.append("b", new byte[1000], HOUR);
    assertThat(hear(node, "b").kept()).containsExactly(2L);
    assertThat(small.stats())
        .isEqualTo(new MemoryStats(1, 1, 1000 + MemoryLimits.OVERHEAD, 0, 1, 0));
  }

  @Test
  void overTheBoundOfRoomsTheOldestMessageOfAllGoesFirst() {
    MemoryBackplane small = Backplane.inMemory(MemoryLimits.DEFAULT.rooms(2), time);
    Link node = small.attach();
    for (String room : List.of("a", "b", "a", "c")) {
      node.append(room, new byte[10], HOUR);
    }
    assertThat(small.stats().rooms()).isEqualTo(2);
    assertThat(small.stats().droppedForRooms()).isEqualTo(2);
    assertThat(hear(node, "a").kept()).containsExactly(3L);
    assertThat(hear(node, "b").history().evicted()).isEqualTo(2);
    assertThat(hear(node, "c").kept()).containsExactly(4L);
  }

  // Rooms that are forgotten

  @Test
  void aForgottenRoomStillSaysThatSomethingWasThere() {
    send("a", MINUTE);
    send("b", HOUR);
    time.pass(Duration.ofMinutes(1));
    backplane.sweep();
    assertThat(hear("a").history().evicted()).isEqualTo(1);
    assertThat(hear("a").history().after(0)).isEqualTo(new Resume.Gap(0, 1, List.of()));
    send("a", HOUR);
    assertThat(hear("a").history().after(0)).isInstanceOf(Resume.Gap.class);
    assertThat(hear("a").history().after(1)).isInstanceOf(Resume.Resumed.class);
  }

  @Test
  void hundredThousandForgottenRoomsAllStillSaySo() {
    int many = 100_000;
    for (int i = 0; i < many; i++) {
      send("room-" + i, MINUTE);
    }
    time.pass(Duration.ofMinutes(1));
    while (backplane.stats().rooms() > 0) {
      backplane.sweep();
    }
    for (int i = 0; i < many; i++) {
      HeardRoom heard = new HeardRoom();
      link.subscribe("room-" + i, heard).close();
      assertThat(heard.history().evicted()).isBetween(i + 1L, (long) many);
    }
  }

  @Test
  void aRoomThatSomebodyHearsIsNotForgottenAndKnowsItsMessageBefore() {
    HeardRoom heard = hear("a");
    send("a", MINUTE);
    time.pass(Duration.ofMinutes(1));
    backplane.sweep();
    for (int i = 0; i < 5; i++) {
      send("b", HOUR);
    }
    send("a", HOUR);
    assertThat(heard.entries.getLast().previous()).isEqualTo(1);
    assertThat(hear("a").history().evicted()).isEqualTo(1);
  }

  // Presence

  @Test
  void whoIsPresentIsToldToOtherLinksAndNotToItsOwn() {
    HeardRoom own = hear("a");
    Link other = backplane.attach();
    HeardRoom there = hear(other, "a");
    HeardRoom elsewhere = hear(other, "b");
    link.announce("a", "Ada", new byte[3]);
    link.announce("a", "Ada", new byte[4]);
    link.announce("a", "Ada", null);
    link.announce("a", "Ada", null);
    link.announce("a", "Bob", null);
    String node = link.node();
    assertThat(there.present)
        .containsExactly("Ada on " + node + " 3", "Ada on " + node + " 4", "Ada left " + node);
    assertThat(own.present).isEmpty();
    assertThat(elsewhere.present).isEmpty();
    assertThat(there.entries).isEmpty();
    assertThat(there.delivered).hasValue(0);
  }

  @Test
  void whoComesIsToldWhoIsPresentAndWhoHasGoneWithALink() {
    Link other = backplane.attach();
    other.announce("a", "Ada", new byte[1]);
    other.announce("a", "Bob", new byte[2]);
    link.announce("a", "Own", new byte[1]);
    HeardRoom heard = hear("a");
    other.close();
    other.announce("a", "Late", new byte[1]);
    String node = other.node();
    assertThat(heard.present)
        .containsExactly(
            "Ada on " + node + " 1",
            "Bob on " + node + " 2",
            "Ada left " + node,
            "Bob left " + node);
  }

  // The end

  @Test
  void aLinkThatHasEndedHearsNothingAndRefuses() {
    HeardRoom heard = hear("a");
    send("a", HOUR);
    Link other = backplane.attach();
    link.close();
    link.close();
    other.append("a", new byte[0], HOUR);
    assertThat(heard.sequences()).containsExactly(1L);
    assertThatIllegalStateException()
        .isThrownBy(() -> send("a", HOUR))
        .withMessage("link memory-1 has been closed");
    assertThatIllegalStateException().isThrownBy(() -> hear("a"));
    assertThat(link.position().sequence()).isEqualTo(2);
  }

  @Test
  void aBackplaneThatHasEndedHasEndedItsLinksAndHoldsNothing() {
    Link.Subscription subscription = link.subscribe("a", new HeardRoom());
    send("a", HOUR);
    backplane.close();
    backplane.close();
    subscription.close();
    assertThatIllegalStateException().isThrownBy(() -> send("a", HOUR));
    assertThatIllegalStateException()
        .isThrownBy(backplane::attach)
        .withMessage("the backplane has been closed");
    assertThat(backplane.stats()).isEqualTo(held(0, 0, 0));
  }

  @Test
  @SuppressWarnings("NullAway") // which is what is tested
  void whatIsMissingIsRefusedAndLeavesNothing() {
    assertThatNullPointerException().isThrownBy(() -> link.append(null, new byte[0], HOUR));
    assertThatNullPointerException().isThrownBy(() -> link.append("a", null, HOUR));
    assertThatNullPointerException().isThrownBy(() -> link.append("a", new byte[0], null));
    assertThatNullPointerException().isThrownBy(() -> link.subscribe("a", null));
    assertThatNullPointerException().isThrownBy(() -> link.announce("a", null, null));
    assertThat(link.position().sequence()).isZero();
    assertThat(backplane.stats()).isEqualTo(held(0, 0, 0));
  }
}
