package dev.millrace.test;

import dev.millrace.cluster.History;
import dev.millrace.cluster.Link;
import dev.millrace.cluster.Stored;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Notes what a node is told of a room. */
final class RoomEar implements Link.Listener {

  /** What was told of a member of another node. */
  record Present(String node, String member, @Nullable String attributes) {}

  private final Consumer<Stored> hook;
  private final Object changed;
  private final List<String> calls = new ArrayList<>();
  private final List<History> histories = new ArrayList<>();
  private final List<Stored> entries = new ArrayList<>();
  private final List<Present> present = new ArrayList<>();

  /**
   * Hears nothing yet.
   *
   * @param changed is notified of each call
   * @param hook called with each message when it has been noted
   */
  RoomEar(Object changed, Consumer<Stored> hook) {
    this.changed = changed;
    this.hook = hook;
  }

  @Override
  public void history(History history) {
    synchronized (changed) {
      calls.add("history");
      histories.add(history);
      changed.notifyAll();
    }
  }

  @Override
  public void entry(Stored entry) {
    synchronized (changed) {
      calls.add("entry");
      entries.add(entry);
      changed.notifyAll();
    }
    hook.accept(entry);
  }

  @Override
  public void delivered() {
    synchronized (changed) {
      calls.add("delivered");
      changed.notifyAll();
    }
  }

  @Override
  public void present(String node, String member, byte @Nullable [] attributes) {
    synchronized (changed) {
      calls.add("present");
      present.add(
          new Present(
              node,
              member,
              attributes == null ? null : new String(attributes, StandardCharsets.UTF_8)));
      changed.notifyAll();
    }
  }

  /** The calls so far. */
  List<String> calls() {
    synchronized (changed) {
      return List.copyOf(calls);
    }
  }

  /** The one history that it must have been told. */
  History history() {
    synchronized (changed) {
      BackplaneRun.check(
          histories.size() == 1, "history was told %d times (expected: once)", histories.size());
      return histories.getFirst();
    }
  }

  /** What came behind the history. */
  List<Stored> entries() {
    synchronized (changed) {
      return List.copyOf(entries);
    }
  }

  /** What was in the history and what came behind it. */
  List<Stored> all() {
    synchronized (changed) {
      List<Stored> all = new ArrayList<>(history().entries());
      all.addAll(entries);
      return all;
    }
  }

  /** The texts of all. */
  List<String> texts() {
    return texts(all());
  }

  /** The texts of what was in the history. */
  List<String> kept() {
    return texts(history().entries());
  }

  private static List<String> texts(List<Stored> stored) {
    return stored.stream().map(RoomEar::text).toList();
  }

  static String text(Stored stored) {
    return new String(stored.payload(), StandardCharsets.UTF_8);
  }

  /** What was told of members. */
  List<Present> present() {
    synchronized (changed) {
      return List.copyOf(present);
    }
  }
}
