package dev.millrace.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cluster.Stored;
import dev.millrace.room.Payload.Kind;
import dev.millrace.stream.Wire;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Messages that a reader gets one after the other: which, and where it goes on. */
class RunTest {
  private final Rooms rooms = new Rooms();
  private LiveRoom room = room(RoomOptions.DEFAULT);
  private long previous;
  private long millis;

  private LiveRoom room(RoomOptions options) {
    return new LiveRoom(rooms, "a", options);
  }

  private void add(
      long sequence, Kind kind, @Nullable String key, @Nullable String origin, String text) {
    byte[] payload =
        new Payload(kind, null, key, origin, text.getBytes(StandardCharsets.UTF_8)).toBytes();
    room.entry(new Stored(sequence, previous, millis, payload));
    previous = sequence;
  }

  private void add(long sequence) {
    add(sequence, Kind.TEXT, null, null, "m" + sequence);
  }

  private Run run(long from, long limit) {
    Entry first = Objects.requireNonNull(room.ring().from(from));
    return Run.of(room, first, limit, Wire.RAW, true);
  }

  private static List<String> texts(Run run) {
    List<String> all = new ArrayList<>();
    int length = 0;
    for (int i = 0; i < run.size(); i++) {
      all.add(new String(run.event(i), StandardCharsets.UTF_8));
      length += run.event(i).length;
    }
    assertThat(run.length()).isEqualTo(length);
    return all;
  }

  @Test
  void itHoldsWhatIsThereUpToTheLimit() {
    for (long i = 2; i <= 20; i += 3) {
      add(i);
    }
    Run run = run(4, 14);
    assertThat(texts(run)).containsExactly("m5", "m8", "m11", "m14");
    assertThat(run.next(1)).isEqualTo(6);
    assertThat(run.next(3)).isEqualTo(12);
    assertThat(run.next(4)).isEqualTo(15);
    assertThat(run.indexFrom(5)).isZero();
    assertThat(run.indexFrom(6)).isEqualTo(1);
    assertThat(run.indexFrom(15)).isEqualTo(4);
    assertThat(run.end()).isNull();
    assertThat(run.isFor(room.ring().from(4), 14, Wire.RAW, true)).isTrue();
    assertThat(run.isFor(room.ring().from(4), 15, Wire.RAW, true)).isFalse();
    assertThat(run.isFor(room.ring().from(6), 14, Wire.RAW, true)).isFalse();
  }

  @Test
  void whoHasBeenGivenNothingOfItStaysWhereItIs() {
    add(5);
    add(7);
    assertThat(run(1, 10).next(0)).isEqualTo(5);
  }

  @Test
  void itIsShortEnoughToBeShared() {
    for (long i = 1; i <= 600; i++) {
      add(i);
    }
    assertThat(run(1, 600).size()).isEqualTo(256);
    assertThat(run(257, 600).size()).isEqualTo(256);
    assertThat(run(513, 600).size()).isEqualTo(88);
    for (long i = 601; i <= 610; i++) {
      add(i, Kind.TEXT, null, null, "x".repeat(20_000));
    }
    assertThat(run(601, 610).size()).isEqualTo(2);
  }

  @Test
  void theEndOfAProducerIsBehindIt() {
    add(1);
    add(2, Kind.END, null, null, "");
    add(3);
    Run run = run(1, 10);
    assertThat(texts(run)).containsExactly("m1");
    assertThat(run.end()).isNotNull();
    assertThat(run.next(1)).isEqualTo(3);
    assertThat(run(2, 10).size()).isZero();
    assertThat(run(2, 10).end()).isNotNull();
    assertThat(run(2, 10).next(0)).isEqualTo(3);
    assertThat(run(1, 1).end()).isNull();
  }

  @Test
  void whatAReaderHasSentItselfIsItsPosition() {
    add(1);
    add(2, Kind.TEXT, null, "n/1", "mine");
    add(3, Kind.TEXT, null, "n/2", "another's");
    add(4, Kind.TEXT, null, "n/1", "mine");
    String epoch = rooms.epoch();
    Entry first = Objects.requireNonNull(room.ring().from(1));
    Run told = Run.of(room, first, 9, Wire.SSE, true).without("n/1");
    assertThat(texts(told))
        .containsExactly(
            "id: " + epoch + ".1\ndata: m1\n\n",
            "id: " + epoch + ".2\n\n",
            "id: " + epoch + ".3\ndata: another's\n\n",
            "id: " + epoch + ".4\n\n");
    Run bare = Run.of(room, first, 9, Wire.SSE, false).without("n/1");
    assertThat(texts(bare)).containsExactly("data: m1\n\n", "data: another's\n\n");
    assertThat(bare.next(1)).isEqualTo(2);
    assertThat(bare.next(2)).isEqualTo(5);
    Run others = Run.of(room, first, 1, Wire.SSE, true);
    assertThat(others.without("n/1")).isSameAs(others);
    Run mine = Run.of(room, Objects.requireNonNull(room.ring().from(4)), 9, Wire.SSE, false);
    assertThat(mine.without("n/1").size()).isZero();
    assertThat(mine.without("n/1").next(0)).isEqualTo(5);
  }

  @Test
  void ofEachKeyOnlyTheNewest() {
    room = room(RoomOptions.DEFAULT.slowReaders(SlowReaders.conflateByKey()));
    add(1, Kind.TEXT, "a", null, "a1");
    add(2, Kind.TEXT, "b", null, "b2");
    add(3, Kind.TEXT, null, null, "c3");
    add(4, Kind.TEXT, "a", null, "a4");
    Run run = run(1, 9);
    assertThat(texts(run)).containsExactly("b2", "c3", "a4");
    assertThat(run.skipped(run.size())).isEqualTo(1);
    // What takes its place is not for this reader yet.
    assertThat(texts(run(1, 3))).containsExactly("a1", "b2", "c3");
  }

  @Test
  void ofEachPeriodOnlyTheLast() {
    room = room(RoomOptions.DEFAULT.slowReaders(SlowReaders.sample(2)));
    for (int i = 0; i < 12; i++) {
      millis = 10_000 + i * 100L;
      add(i + 1);
    }
    Run run = run(1, 20);
    assertThat(texts(run)).containsExactly("m5", "m10", "m12");
    assertThat(run.skipped(run.size())).isEqualTo(9);
    assertThat(run.next(3)).isEqualTo(13);
    assertThat(texts(run(1, 3))).containsExactly("m3");
    add(13, Kind.END, null, null, "");
    assertThat(texts(run(11, 20))).containsExactly("m12");
    assertThat(run(11, 20).end()).isNotNull();
  }
}
