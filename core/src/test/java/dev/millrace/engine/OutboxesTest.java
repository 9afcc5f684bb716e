package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.stream.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class OutboxesTest {
  private final Counters counters = new Counters();
  private final Outboxes outboxes = new Outboxes(counters);

  private boolean isNew(String client, long number) {
    Numbered message = new Numbered(client, number, Message.of("x"));
    boolean isNew = outboxes.begins(message, true);
    if (isNew) {
      outboxes.ended(message);
    }
    return isNew;
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

  @Test
  void whatComesOnTheNextConnectionWaitsForWhatIsBeingHeard() throws InterruptedException {
    Numbered first = new Numbered("a", 1, Message.of("x"));
    assertThat(outboxes.begins(first, true)).isTrue();
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    Thread next =
        Thread.startVirtualThread(() -> {
          told.add("repeat " + outboxes.begins(first, true));
          told.add("second " + outboxes.begins(new Numbered("a", 2, Message.of("y")), true));
        });
    Awaitility.await().until(() -> next.getState() == Thread.State.TIMED_WAITING);
    assertThat(outboxes.begins(new Numbered("b", 1, Message.of("z")), true)).isTrue();
    assertThat(told).isEmpty();
    outboxes.ended(first);
    next.join();
    assertThat(told).containsExactly("repeat false", "second true");
  }
}
