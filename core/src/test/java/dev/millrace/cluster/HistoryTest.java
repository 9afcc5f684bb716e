package dev.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a reader gets that has been away. Needs no port. */
class HistoryTest {
  private static final Stored FOUR = new Stored(4, 2, 0, new byte[0]);
  private static final Stored SEVEN = new Stored(7, 4, 0, new byte[0]);

  /** Of a room with messages 1, 2, 4 and 7, of which two are left; 9 was in another. */
  private static final History TWO_LEFT = new History(9, 2, List.of(FOUR, SEVEN));

  @Test
  void whoHasHadTheLastThatIsKeptNoMoreMissesNothing() {
    assertThat(TWO_LEFT.after(2)).isEqualTo(new Resume.Resumed(List.of(FOUR, SEVEN)));
    assertThat(TWO_LEFT.after(3)).isEqualTo(new Resume.Resumed(List.of(FOUR, SEVEN)));
  }

  @Test
  void whoHasNotHasAGap() {
    assertThat(TWO_LEFT.after(1)).isEqualTo(new Resume.Gap(1, 2, List.of(FOUR, SEVEN)));
    assertThat(TWO_LEFT.after(0)).isEqualTo(new Resume.Gap(0, 2, List.of(FOUR, SEVEN)));
  }

  @Test
  void onlyWhatIsBehindThePositionIsGiven() {
    assertThat(TWO_LEFT.after(4)).isEqualTo(new Resume.Resumed(List.of(SEVEN)));
    assertThat(TWO_LEFT.after(6)).isEqualTo(new Resume.Resumed(List.of(SEVEN)));
    assertThat(TWO_LEFT.after(7)).isEqualTo(new Resume.Resumed(List.of()));
    assertThat(TWO_LEFT.after(9)).isEqualTo(new Resume.Resumed(List.of()));
    assertThat(TWO_LEFT.after(Long.MAX_VALUE)).isEqualTo(new Resume.Resumed(List.of()));
  }

  @Test
  void aRoomOfWhichNothingIsLeftStillSaysThatSomethingWas() {
    History gone = new History(9, 7, List.of());
    assertThat(gone.after(6)).isEqualTo(new Resume.Gap(6, 7, List.of()));
    assertThat(gone.after(7)).isEqualTo(new Resume.Resumed(List.of()));
  }

  @Test
  void aRoomThatNeverHadAnythingMissesNothing() {
    assertThat(new History(9, 0, List.of()).after(0)).isEqualTo(new Resume.Resumed(List.of()));
  }

  @Test
  void aHistoryStaysAsItWas() {
    List<Stored> entries = new ArrayList<>(List.of(FOUR));
    History history = new History(4, 2, entries);
    entries.clear();
    assertThat(history.entries()).containsExactly(FOUR);
  }
}
