package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.http.Requests;
import dev.millrace.json.JsonCodec;
import dev.millrace.stream.Wire;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the readers of a room on one loop are walked, turn by turn. */
class SectionTest {
  private static final int AT_ONCE = 256;

  private final HandTurns loop = new HandTurns();
  private final Rooms rooms = new Rooms();
  private final List<Reader> readers = new ArrayList<>();

  /** Those who were given something, in the order in which they were. */
  private final List<Reader> served = new ArrayList<>();

  private Consumer<Reader> whenServed = reader -> {};

  /** Takes all that it is given, if it takes anything. */
  private final class Reader extends HandPort {
    private final StringBuilder taken = new StringBuilder();
    private @Nullable Throwable broken;
    private boolean overtaken;
    private boolean takes = true;

    Reader() {
      super(rooms, loop, Wire.SSE);
      onGive = this::isServed;
    }

    private void isServed() {
      served.add(this);
      whenServed.accept(this);
      if (takes) {
        taken.append(takeAll());
      }
    }

    void leaves() {
      place().leave("room");
    }

    /** What it has taken so far, without the ids. */
    String got() {
      return withoutIds(taken.toString());
    }

    @Override
    public void broken(Throwable failure) {
      broken = failure;
    }

    @Override
    public void overtaken() {
      overtaken = true;
    }

    @Override
    public String toString() {
      return "reader " + readers.indexOf(this);
    }
  }

  @BeforeEach
  void start() {
    rooms.start(JsonCodec.standard(), loop, loop);
    loop.turn();
  }

  /** Readers in the order of their seats. */
  private void join(int count) {
    for (int i = 0; i < count; i++) {
      Reader reader = new Reader();
      reader.joins("room", null).flows();
      readers.add(reader);
    }
    served.clear();
    loop.yields = 0;
  }

  private String send(String text) {
    return rooms.room("room").send(text).toString();
  }

  private Section section() {
    return rooms.live("room").section(rooms.lane(loop));
  }

  private List<Reader> fromLastToFirst(int from, int to) {
    return IntStream.range(to, from).map(i -> from + to - 1 - i).mapToObj(readers::get).toList();
  }

  private void assertEachHasGot(String texts, List<Reader> who) {
    assertThat(who).allSatisfy(reader -> assertThat(reader.got()).isEqualTo(texts));
  }

  // --- turns ---

  @Test
  void theLoopLooksAtItsOtherSocketsAfter256Readers() {
    join(600);
    send("1");
    loop.step();
    assertThat(served).containsExactlyElementsOf(fromLastToFirst(600, 600 - AT_ONCE));
    assertThat(loop.yields).isEqualTo(1);
    loop.step();
    assertThat(served).containsExactlyElementsOf(fromLastToFirst(600, 600 - 2 * AT_ONCE));
    assertThat(loop.yields).isEqualTo(2);
    loop.step();
    assertThat(served).containsExactlyElementsOf(fromLastToFirst(600, 0));
    assertThat(loop.tasks).isEmpty();
    assertEachHasGot("data: 1", readers);
  }

  @Test
  void aWalkOf256ReadersIsOverInOneTurn() {
    join(AT_ONCE);
    send("1");
    loop.step();
    assertThat(served).hasSize(AT_ONCE);
    assertThat(loop.tasks).isEmpty();
    assertThat(loop.yields).isZero();
  }

  @Test
  void whatComesBeforeAWalkBeginsMakesNoOtherWalk() {
    join(3);
    send("1");
    send("2");
    send("3");
    assertThat(loop.tasks).hasSize(1);
    loop.step();
    assertThat(loop.tasks).isEmpty();
    assertThat(served).hasSize(3);
    assertEachHasGot("data: 1 data: 2 data: 3", readers);
  }

  @Test
  void aSectionIsWokenAnewWhenItsWalkIsOver() {
    join(3);
    for (int i = 1; i <= 3; i++) {
      send("" + i);
      loop.turn();
      assertThat(served).hasSize(3 * i);
    }
    assertEachHasGot("data: 1 data: 2 data: 3", readers);
  }

  // --- woken while it walks ---

  @Test
  void whatIsSentWhileAReaderIsServedBeginsOneMoreWalkInTheNextTurn() {
    join(3);
    whenServed =
        reader -> {
          if (served.size() <= 3) {
            send("more");
          }
        };
    send("1");
    loop.step();
    assertThat(served).hasSize(3);
    assertThat(loop.tasks).as("one walk, for all three").hasSize(1);
    assertThat(loop.yields).as("and the loop looks at its other sockets before it").isEqualTo(1);
    loop.turn();
    assertEachHasGot("data: 1 data: more data: more data: more", readers);
  }

  @Test
  void whatIsSentBetweenTheTurnsOfAWalkReachesThoseTooWhoHaveHadTheirTurn() {
    join(600);
    send("1");
    loop.step();
    send("2");
    assertThat(loop.tasks).as("the walk itself goes on").hasSize(1);
    loop.step();
    send("3");
    loop.turn();
    assertEachHasGot("data: 1 data: 2 data: 3", readers);
  }

  // --- seats come and go while it walks ---

  @Test
  void whoLeavesAtItsTurnTakesNobodysPlace() {
    join(600);
    whenServed =
        reader -> {
          if (readers.indexOf(reader) % 3 == 0) {
            reader.leaves();
          }
        };
    send("1");
    loop.turn();
    assertThat(served).doesNotHaveDuplicates().hasSize(600);
    List<Reader> stay = readers.stream().filter(reader -> readers.indexOf(reader) % 3 > 0).toList();
    assertThat(section().size()).isEqualTo(stay.size());
    send("2");
    loop.turn();
    assertEachHasGot("data: 1 data: 2", stay);
  }

  @Test
  void whoIsServedMayMakeAnyOtherLeaveAndTheRestAreServedOnce() {
    join(600);
    List<Reader> gone = new ArrayList<>();
    whenServed =
        reader -> {
          int number = readers.indexOf(reader);
          Reader other = readers.get(number % 2 == 0 ? (number * 7 + 3) % 600 : number / 2);
          if (served.size() % 5 == 0) {
            other.leaves();
            gone.add(other);
          }
        };
    send("1");
    loop.turn();
    assertThat(gone).hasSizeGreaterThan(80);
    assertThat(served).doesNotHaveDuplicates();
    List<Reader> stay = readers.stream().filter(reader -> !gone.contains(reader)).toList();
    assertEachHasGot("data: 1", stay);
    assertThat(served).containsAll(stay);
    assertThat(section().size()).isEqualTo(stay.size());
  }

  @Test
  void whoLeavesBetweenTheTurnsIsNotServedAndNobodyIsSkippedForIt() {
    join(600);
    send("1");
    loop.step();
    List<Reader> gone = new ArrayList<>();
    for (int i = 0; i < 600; i += 4) {
      readers.get(i).leaves();
      gone.add(readers.get(i));
    }
    loop.turn();
    for (int i = 0; i < 600; i++) {
      boolean late = i % 4 == 0 && i < 600 - AT_ONCE;
      assertThat(readers.get(i).got()).as("reader %d", i).isEqualTo(late ? "" : "data: 1");
    }
    send("2");
    loop.turn();
    assertThat(gone).allSatisfy(reader -> assertThat(reader.got()).doesNotContain("2"));
    assertEachHasGot(
        "data: 1 data: 2", readers.stream().filter(reader -> !gone.contains(reader)).toList());
  }

  @Test
  void aWalkGoesOnWhenSoManyHaveLeftThatItsPlaceIsNoSeatAnyMore() {
    join(1000);
    send("1");
    loop.step();
    for (int i = 990; i > 0; i--) {
      readers.get(i).leaves();
    }
    loop.turn();
    assertThat(section().size()).isEqualTo(10);
    assertThat(readers.getFirst().got()).isEqualTo("data: 1");
    assertEachHasGot("data: 1", readers.subList(991, 1000));
  }

  @Test
  void aWalkEndsWhenAllHaveLeftAndTheNextOneIsBegunForThoseWhoCome() {
    join(600);
    // Somebody on another loop keeps the room.
    LiveRoom room = rooms.enter("room", RoomOptions.DEFAULT);
    send("1");
    loop.step();
    readers.forEach(Reader::leaves);
    loop.turn();
    assertThat(served).hasSize(AT_ONCE);
    readers.clear();
    join(2);
    send("2");
    loop.turn();
    assertEachHasGot("data: 2", readers);
    rooms.exit(room);
  }

  @Test
  void aSeatIsGivenUpOnce() {
    join(3);
    Section section = section();
    Seat seat = Objects.requireNonNull(readers.getFirst().place().only());
    section.remove(seat);
    section.remove(seat);
    assertThat(section.size()).isEqualTo(2);
    send("1");
    loop.turn();
    assertThat(readers.getFirst().got()).isEmpty();
    assertEachHasGot("data: 1", readers.subList(1, 3));
  }

  @Test
  void whoJoinsBetweenTheTurnsOfAWalkGetsEverythingOnce() {
    join(600);
    String before = rooms.position().toString();
    send("1");
    loop.step();
    Reader live = new Reader();
    Reader back = new Reader();
    // Not to their end: the walk is still under way.
    for (Reader late : List.of(live, back)) {
      rooms.join(late, Requests.get(), "room", Join.DEFAULT, late == back ? before : null);
      Runnable walk = loop.tasks.remove();
      loop.step();
      loop.tasks.add(walk);
      late.place().flow();
    }
    assertThat(served.getLast()).isEqualTo(back);
    send("2");
    loop.turn();
    assertThat(live.got()).isEqualTo("data: 2");
    assertThat(back.got()).isEqualTo("data: 1 data: 2");
    assertEachHasGot("data: 1 data: 2", readers);
  }

  @Test
  void aSeatThatBecomesAnotherWhileItWaitsForItsTurnKeepsItsPlace() {
    join(600);
    String before = rooms.position().toString();
    send("1");
    loop.turn();
    send("2");
    loop.step();
    Reader waits = readers.getFirst();
    // It goes back for the sake of another room, and has to remember where it was in this one.
    rooms.join(waits, Requests.get(), "other", Join.DEFAULT, before);
    loop.turn();
    assertEachHasGot("data: 1 data: 2", readers);
    waits.leaves();
    assertThat(section().size()).isEqualTo(599);
    send("3");
    loop.turn();
    assertEachHasGot("data: 1 data: 2 data: 3", readers.subList(1, 600));
    assertThat(waits.got()).isEqualTo("data: 1 data: 2");
  }

  // --- failures ---

  @Test
  void oneReadersFailureIsNotTheOthers() {
    join(600);
    IllegalStateException failure = new IllegalStateException("on purpose");
    List<Reader> bad = List.of(readers.get(599), readers.get(300), readers.getFirst());
    whenServed =
        reader -> {
          if (bad.contains(reader)) {
            throw failure;
          }
        };
    send("1");
    loop.turn();
    assertThat(bad).allSatisfy(reader -> assertThat(reader.broken).isSameAs(failure));
    assertThat(section().size()).isEqualTo(597);
    send("2");
    loop.turn();
    assertThat(served).hasSize(600 + 597);
    assertEachHasGot(
        "data: 1 data: 2", readers.stream().filter(reader -> !bad.contains(reader)).toList());
  }

  // --- memory ---

  @Test
  void theTableOfSeatsGrowsAndShrinksWithThem() throws ReflectiveOperationException {
    join(1000);
    assertThat(places()).hasSizeBetween(1000, 1300);
    for (int i = 0; i < 999; i++) {
      readers.get(i).leaves();
      int left = 999 - i;
      Object[] places = places();
      assertThat(places).as("%d are left", left).hasSizeBetween(left, Math.max(16, 4 * left + 4));
      assertThat(Arrays.stream(places).filter(Objects::nonNull)).hasSize(left);
    }
    send("1");
    loop.turn();
    assertThat(readers.getLast().got()).isEqualTo("data: 1");
    List<Reader> stays = List.of(readers.getLast());
    readers.clear();
    join(100);
    send("2");
    loop.turn();
    assertEachHasGot("data: 2", readers);
    assertEachHasGot("data: 1 data: 2", stays);
  }

  private Object[] places() throws ReflectiveOperationException {
    var seats = Section.class.getDeclaredField("seats");
    seats.setAccessible(true);
    return (Object[]) seats.get(section());
  }

  // --- slow readers ---

  @Test
  void theSlowestIsWhoHasTakenLeast() {
    join(5);
    assertThat(section().slowest()).isEqualTo(1);
    readers.get(3).takes = false;
    send("1");
    send("2");
    loop.turn();
    assertThat(section().slowest()).isEqualTo(1);
    readers.get(3).takes = true;
    send("3");
    loop.turn();
    assertThat(section().slowest()).isEqualTo(4);
    readers.forEach(reader -> assertThat(reader.got()).endsWith("data: 3"));
    Section emptied = section();
    readers.forEach(Reader::leaves);
    assertThat(emptied.slowest()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whoIsBackForTheSakeOfAnotherRoomIsNotTheSlowestOfThisOne() {
    join(2);
    String before = rooms.position().toString();
    send("1");
    send("2");
    loop.turn();
    Reader back = readers.getFirst();
    back.takes = false;
    rooms.join(back, Requests.get(), "other", Join.DEFAULT, before);
    loop.turn();
    assertThat(back.place().next).isEqualTo(1);
    assertThat(section().slowest()).isEqualTo(3);
  }

  @Test
  void whoHasNotBeenGivenAMessageIsDisconnectedAndNobodyElse() {
    join(600);
    List<Reader> slow =
        readers.stream().filter(reader -> readers.indexOf(reader) % 3 == 0).toList();
    slow.forEach(reader -> reader.takes = false);
    send("1");
    send("2");
    loop.turn();
    section().disconnect(0);
    assertThat(section().size()).isEqualTo(600);
    section().disconnect(2);
    assertThat(readers)
        .allSatisfy(reader -> assertThat(reader.overtaken).isEqualTo(slow.contains(reader)));
    assertThat(section().size()).isEqualTo(400);
    assertThat(rooms.room("room").stats().disconnected()).isEqualTo(200);
    send("3");
    loop.turn();
    assertEachHasGot(
        "data: 1 data: 2 data: 3",
        readers.stream().filter(reader -> !slow.contains(reader)).toList());
  }
}
