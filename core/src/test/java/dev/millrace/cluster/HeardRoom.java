package dev.millrace.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Notes what it is told of a room. */
class HeardRoom implements Link.Listener {
  @Nullable History history;
  final List<Stored> entries = Collections.synchronizedList(new ArrayList<>());
  final List<String> present = Collections.synchronizedList(new ArrayList<>());
  final AtomicInteger delivered = new AtomicInteger();

  @Override
  public void history(History told) {
    history = told;
  }

  @Override
  public void entry(Stored entry) {
    entries.add(entry);
  }

  @Override
  public void delivered() {
    delivered.incrementAndGet();
  }

  @Override
  public void present(String node, String member, byte @Nullable [] attributes) {
    present.add(
        attributes == null
            ? member + " left " + node
            : member + " on " + node + " " + attributes.length);
  }

  List<Long> sequences() {
    return entries.stream().map(Stored::sequence).toList();
  }

  List<Long> kept() {
    return history().entries().stream().map(Stored::sequence).toList();
  }

  History history() {
    History told = history;
    if (told == null) {
      throw new AssertionError("no history was told");
    }
    return told;
  }
}
