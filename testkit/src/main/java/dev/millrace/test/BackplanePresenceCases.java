package dev.millrace.test;

import static dev.millrace.test.BackplaneRun.bytes;
import static dev.millrace.test.BackplaneRun.check;
import static dev.millrace.test.BackplaneRun.checkEqual;

import dev.millrace.cluster.Link;
import dev.millrace.test.BackplaneContract.Told;
import dev.millrace.test.RoomEar.Present;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The cases about who is present: MUST 11. */
final class BackplanePresenceCases {
  static final List<Told> CASES =
      List.of(
          new Told(11, "each node has a name of its own", BackplanePresenceCases::nodes),
          new Told(11, "who comes and goes is told to other nodes", BackplanePresenceCases::told),
          new Told(11, "other attributes are told", BackplanePresenceCases::changed),
          new Told(11, "nobody is told of its own members", BackplanePresenceCases::own),
          new Told(11, "who listens is told who is present", BackplanePresenceCases::snapshot),
          new Told(11, "a member is told in its room alone", BackplanePresenceCases::rooms),
          new Told(11, "a name on two nodes is two members", BackplanePresenceCases::twice),
          new Told(
              11, "a node that is closed takes its members along", BackplanePresenceCases::closed),
          new Told(
              11, "a node that crashes takes its members along", BackplanePresenceCases::crashed));

  private BackplanePresenceCases() {}

  /** Who is present, by what was told: node and member, with attributes. */
  private static Map<String, String> state(RoomEar ear) {
    Map<String, String> state = new LinkedHashMap<>();
    for (Present present : ear.present()) {
      String who = present.node() + "/" + present.member();
      if (present.attributes() == null) {
        state.remove(who);
      } else {
        state.put(who, present.attributes());
      }
    }
    return state;
  }

  private static void awaitState(BackplaneRun run, RoomEar ear, Map<String, String> expected) {
    run.await(
        () -> state(ear).equals(expected),
        () -> "present: %s (expected: %s)".formatted(state(ear), expected));
  }

  private static void nodes(BackplaneRun run) throws Exception {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      String name = run.node().node();
      check(name.matches("[A-Za-z0-9_-]{1,32}"), "node %s (expected: 1 to 32 letters …)", name);
      check(names.add(name), "%s names two nodes", name);
    }
  }

  private static void told(BackplaneRun run) throws Exception {
    Link there = run.node();
    RoomEar ear = run.hear(run.node(), "room");
    there.announce("room", "Ada", bytes("a"));
    there.announce("room", "Bob", bytes("b"));
    String node = there.node();
    awaitState(run, ear, Map.of(node + "/Ada", "a", node + "/Bob", "b"));
    there.announce("room", "Ada", null);
    awaitState(run, ear, Map.of(node + "/Bob", "b"));
    check(ear.all().isEmpty(), "members came as messages");
  }

  private static void changed(BackplaneRun run) throws Exception {
    Link there = run.node();
    RoomEar ear = run.hear(run.node(), "room");
    there.announce("room", "Ada", bytes("a"));
    awaitState(run, ear, Map.of(there.node() + "/Ada", "a"));
    there.announce("room", "Ada", bytes("other"));
    awaitState(run, ear, Map.of(there.node() + "/Ada", "other"));
  }

  private static void own(BackplaneRun run) throws Exception {
    Link here = run.node();
    Link there = run.node();
    RoomEar ear = run.hear(here, "room");
    here.announce("room", "Own", bytes("o"));
    there.announce("room", "Ada", bytes("a"));
    awaitState(run, ear, Map.of(there.node() + "/Ada", "a"));
    RoomEar later = run.hear(here, "room");
    awaitState(run, later, Map.of(there.node() + "/Ada", "a"));
    for (Present present : ear.present()) {
      check(!present.member().equals("Own"), "a node was told of its own member");
    }
  }

  private static void snapshot(BackplaneRun run) throws Exception {
    Link there = run.node();
    Link here = run.node();
    RoomEar witness = run.hear(here, "room");
    there.announce("room", "Ada", bytes("a"));
    there.announce("room", "Bob", bytes("b"));
    there.announce("room", "Bob", null);
    there.announce("room", "Cyd", bytes("c"));
    Map<String, String> two = Map.of(there.node() + "/Ada", "a", there.node() + "/Cyd", "c");
    awaitState(run, witness, two);
    RoomEar ear = run.hear(here, "room");
    awaitState(run, ear, two);
    checkEqual(ear.present().size(), 2, "how often somebody was told to who came later");
    checkEqual(ear.calls().getFirst(), "history", "the first call");
  }

  private static void rooms(BackplaneRun run) throws Exception {
    Link there = run.node();
    Link here = run.node();
    RoomEar one = run.hear(here, "one");
    RoomEar two = run.hear(here, "two");
    there.announce("one", "Ada", bytes("a"));
    there.announce("two", "Bob", bytes("b"));
    awaitState(run, one, Map.of(there.node() + "/Ada", "a"));
    awaitState(run, two, Map.of(there.node() + "/Bob", "b"));
    there.announce("two", "Ada", null);
    there.announce("two", "Cyd", bytes("c"));
    awaitState(run, two, Map.of(there.node() + "/Bob", "b", there.node() + "/Cyd", "c"));
    checkEqual(state(one), Map.of(there.node() + "/Ada", "a"), "present in the other room");
  }

  private static void twice(BackplaneRun run) throws Exception {
    Link a = run.node();
    Link b = run.node();
    RoomEar ear = run.hear(run.node(), "room");
    a.announce("room", "Ada", bytes("a"));
    b.announce("room", "Ada", bytes("b"));
    awaitState(run, ear, Map.of(a.node() + "/Ada", "a", b.node() + "/Ada", "b"));
    a.announce("room", "Ada", null);
    awaitState(run, ear, Map.of(b.node() + "/Ada", "b"));
  }

  private static void closed(BackplaneRun run) throws Exception {
    ends(run, Link::close);
  }

  private static void crashed(BackplaneRun run) throws Exception {
    ends(run, run::crash);
  }

  private interface End {
    void of(Link node) throws Exception;
  }

  private static void ends(BackplaneRun run, End end) throws Exception {
    Link ending = run.node();
    Link staying = run.node();
    Link here = run.node();
    RoomEar ear = run.hear(here, "room");
    ending.announce("room", "Ada", bytes("a"));
    ending.announce("room", "Bob", bytes("b"));
    staying.announce("room", "Cyd", bytes("c"));
    run.await(() -> state(ear).size() == 3, () -> "present: " + state(ear));
    end.of(ending);
    Map<String, String> left = Map.of(staying.node() + "/Cyd", "c");
    awaitState(run, ear, left);
    awaitState(run, run.hear(here, "room"), left);
  }
}
