package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.stream.Message;
import org.junit.jupiter.api.Test;

class OutboxesTest {
  private final Counters counters = new Counters();
  private final Outboxes outboxes = new Outboxes(counters);

  private boolean isNew(String client, long number) {
    return outboxes.isNew(new Numbered(client, number, Message.of("x")));
  }

  @Test
  void aNumberIsHeardOnceAndNoneBelowIt() {
    assertThat(isNew("a", 3)).isTrue();
    assertThat(isNew("a", 3)).isFalse();
    assertThat(isNew("a", 2)).isFalse();
    assertThat(isNew("a", 5)).isTrue();
    assertThat(isNew("b", 3)).isTrue();
  }

  @Test
  void whoHasBeenSilentLongestIsForgottenForOthersAndCounted() {
    isNew("first", 9);
    isNew("second", 9);
    isNew("first", 10);
    for (int i = 0; i < Outboxes.MOST - 1; i++) {
      isNew("client" + i, 1);
    }
    assertThat(counters.limited(Limit.OUTBOXES)).isEqualTo(1);
    assertThat(isNew("first", 10)).isFalse();
    assertThat(isNew("second", 9)).isTrue();
  }
}
