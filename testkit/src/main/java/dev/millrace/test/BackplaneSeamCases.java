package dev.millrace.test;

import static dev.millrace.test.BackplaneRun.ALL;
import static dev.millrace.test.BackplaneRun.bytes;
import static dev.millrace.test.BackplaneRun.check;
import static dev.millrace.test.BackplaneRun.checkEqual;
import static dev.millrace.test.BackplaneRun.send;

import dev.millrace.cluster.History;
import dev.millrace.cluster.Link;
import dev.millrace.cluster.Retention;
import dev.millrace.cluster.Stored;
import dev.millrace.test.BackplaneContract.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The cases about history and what follows it: MUST 6 and 12. */
final class BackplaneSeamCases {
  static final List<Told> CASES =
      List.of(
          new Told(6, "the history comes first, and once", BackplaneSeamCases::historyFirst),
          new Told(6, "each message comes once behind the history", BackplaneSeamCases::once),
          new Told(6, "a message names the one before it", BackplaneSeamCases::previous),
          new Told(6, "the history's head is before what follows", BackplaneSeamCases::head),
          new Told(6, "nothing is lost or doubled at the seam", BackplaneSeamCases::seam),
          new Told(
              6, "nothing is doubled at the seam of a log that is full", BackplaneSeamCases::full),
          new Told(12, "everything at once ends in one truth", BackplaneSeamCases::atOnce));

  private BackplaneSeamCases() {}

  // 6

  private static void historyFirst(BackplaneRun run) throws Exception {
    Link node = run.node();
    RoomEar empty = run.hear(node, "room");
    checkEqual(empty.calls(), List.of("history"), "calls when subscribe returned");
    send(node, "room", "one");
    run.awaitAll(empty, 1);
    RoomEar later = run.hear(run.node(), "room");
    checkEqual(later.kept(), List.of("one"), "history");
    send(node, "room", "two");
    run.awaitAll(later, 2);
    checkEqual(later.calls().subList(0, 2), List.of("history", "entry"), "calls");
    checkEqual(later.history().entries().size(), 1, "entries of the history, later");
  }

  private static void once(BackplaneRun run) throws Exception {
    Link node = run.node();
    RoomEar first = run.hear(node, "room");
    RoomEar second = run.hear(node, "room");
    RoomEar there = run.hear(run.node(), "room");
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      send(node, "room", "message " + i);
      send(node, "other", "message " + i);
      sent.add("message " + i);
    }
    for (RoomEar ear : List.of(first, second, there)) {
      run.awaitAll(ear, 20);
      checkEqual(ear.texts(), sent, "heard");
    }
  }

  private static void previous(BackplaneRun run) throws Exception {
    Link node = run.node();
    RoomEar ear = run.hear(node, "room");
    for (int i = 0; i < 12; i++) {
      send(node, "room", "message " + i, ALL.count(5));
      send(node, "other", "message");
    }
    run.awaitAll(ear, 12);
    checkChain(ear.history(), ear.all());
    RoomEar later = run.look(node, "room");
    checkChain(later.history(), later.all());
    checkEqual(later.kept().size(), 5, "messages that are kept");
  }

  /** Each names the one before it, and the first one that was let go, or none. */
  private static void checkChain(History history, List<Stored> all) {
    long before = -1;
    for (Stored stored : all) {
      if (before < 0) {
        check(
            stored.previous() <= history.evicted(),
            "the first that is kept says that %d was before it (expected: at most %d)",
            stored.previous(),
            history.evicted());
      } else {
        checkEqual(stored.previous(), before, "the one before " + stored.sequence());
      }
      before = stored.sequence();
    }
  }

  private static void head(BackplaneRun run) throws Exception {
    Link node = run.node();
    long last = 0;
    for (int i = 0; i < 10; i++) {
      last = send(node, "room-" + i % 2, "message " + i).sequence();
    }
    RoomEar ear = run.hear(node, "room-0");
    long head = ear.history().head();
    check(head >= last, "head is %d (expected: %d or more)", head, last);
    send(node, "room-0", "next");
    run.awaitAll(ear, 6);
    long next = ear.entries().getFirst().sequence();
    check(next > head, "message %d followed a head of %d (expected: greater)", next, head);
  }

  private static void seam(BackplaneRun run) throws Exception {
    seam(run, ALL);
  }

  private static void full(BackplaneRun run) throws Exception {
    seam(run, ALL.count(5));
  }

  /** Two nodes append while others come at any time. */
  private static void seam(BackplaneRun run, Retention retention) throws Exception {
    int senders = 2;
    int messages = 150;
    List<Link> nodes = List.of(run.node(), run.node());
    Map<Long, String> truth = new ConcurrentSkipListMap<>();
    Map<RoomEar, Boolean> ears = new ConcurrentHashMap<>();
    BackplaneRun.Amid amid = run.new Amid();
    List<BackplaneRun.Task> tasks = new ArrayList<>();
    for (int i = 0; i < senders; i++) {
      String name = "sender " + i + " message ";
      Link node = nodes.get(i % nodes.size());
      tasks.add(() -> {
        for (int n = 0; n < messages; n++) {
          truth.put(send(node, "room", name + n, retention).sequence(), name + n);
          amid.sent();
        }
      });
    }
    for (int i = 0; i < 16; i++) {
      Link node = nodes.get(i % nodes.size());
      int begin = run.random.nextInt(senders * messages);
      tasks.add(amid.after(begin, () -> ears.put(run.hear(node, "room"), true)));
    }
    run.together(tasks);
    List<String> all = List.copyOf(truth.values());
    for (RoomEar ear : ears.keySet()) {
      run.await(() -> ear.texts().contains(all.getLast()), () -> "the last message did not come");
      List<String> heard = ear.texts();
      List<String> tail = all.subList(Math.max(0, all.size() - heard.size()), all.size());
      checkEqual(heard, tail, "heard");
      checkChain(ear.history(), ear.all());
      boolean whole = heard.size() == all.size();
      check(whole || retention.count() == 5, "%d of %d came", heard.size(), all.size());
    }
  }

  // 12

  private static void atOnce(BackplaneRun run) throws Exception {
    int rooms = 3;
    List<Link> nodes = List.of(run.node(), run.node());
    List<RoomEar> steady = new ArrayList<>();
    for (int room = 0; room < rooms; room++) {
      steady.add(run.hear(nodes.get(room % 2), "room-" + room));
    }
    List<Map<Long, String>> truth = new ArrayList<>();
    List<BackplaneRun.Task> tasks = new ArrayList<>();
    for (int room = 0; room < rooms; room++) {
      truth.add(new ConcurrentSkipListMap<>());
    }
    for (int i = 0; i < 4; i++) {
      Random random = new Random(run.random.nextLong());
      tasks.add(() -> anything(run, nodes, truth, random));
    }
    run.together(tasks);
    for (int room = 0; room < rooms; room++) {
      List<String> expected = List.copyOf(new TreeMap<>(truth.get(room)).values());
      run.awaitAll(steady.get(room), expected.size());
      checkEqual(steady.get(room).texts(), expected, "heard in room " + room);
      for (Link node : nodes) {
        checkEqual(run.look(node, "room-" + room).texts(), expected, "kept in room " + room);
      }
    }
  }

  private static void anything(
      BackplaneRun run, List<Link> nodes, List<Map<Long, String>> truth, Random random) {
    List<Link.Subscription> open = new ArrayList<>();
    for (int n = 0; n < 150; n++) {
      Link node = nodes.get(random.nextInt(nodes.size()));
      int index = random.nextInt(truth.size());
      String room = "room-" + index;
      String text = Long.toHexString(random.nextLong());
      switch (random.nextInt(6)) {
        case 0 -> open.add(node.subscribe(room, run.ear(entry -> {})));
        case 1 -> node.announce(room, text, bytes(text));
        case 2 -> node.announce(room, "Ada", n % 2 == 0 ? null : bytes(text));
        default -> truth.get(index).put(send(node, room, text).sequence(), text);
      }
      if (open.size() > 3) {
        open.remove(random.nextInt(open.size())).close();
      }
    }
    open.forEach(Link.Subscription::close);
  }
}
