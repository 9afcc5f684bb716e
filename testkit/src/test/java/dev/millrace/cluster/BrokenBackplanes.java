package dev.millrace.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Backplanes with one fault each, and the cases of the contract that find it. */
final class BrokenBackplanes {

  /** What is wrong, and by which cases it is found. */
  record Broken(String name, UnaryOperator<Link> links, boolean crashes, List<String> foundBy) {
    MemoryStore store() {
      return new MemoryStore(links, crashes);
    }
  }

  private static final List<Broken> ALL = made();

  private final List<Broken> made = new ArrayList<>();

  private BrokenBackplanes() {}

  static List<Broken> all() {
    return ALL;
  }

  private static List<Broken> made() {
    BrokenBackplanes all = new BrokenBackplanes();
    BrokenLogs.addTo(all);
    BrokenTelling.addTo(all);
    BrokenPresence.addTo(all);
    return Collections.unmodifiableList(all.made);
  }

  void add(Broken broken) {
    made.add(broken);
  }

  void broken(String name, UnaryOperator<Link> links, String... foundBy) {
    add(new Broken(name, links, true, List.of(foundBy)));
  }

  /** What is told to listeners is altered. */
  void listener(String name, Function<Link.Listener, Link.Listener> altered, String... foundBy) {
    broken(
        name,
        real ->
            new AlteredLink(real) {
              @Override
              Listener altered(String room, Listener listener) {
                return altered.apply(listener);
              }
            },
        foundBy);
  }

  /** What is told of the history is altered. */
  void history(String name, UnaryOperator<History> altered, String... foundBy) {
    listener(
        name,
        told ->
            new AlteredLink.AlteredListener(told) {
              @Override
              public void history(History history) {
                told.history(altered.apply(history));
              }
            },
        foundBy);
  }
}
