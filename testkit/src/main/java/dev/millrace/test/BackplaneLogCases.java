package dev.millrace.test;

import static dev.millrace.test.BackplaneRun.ALL;
import static dev.millrace.test.BackplaneRun.check;
import static dev.millrace.test.BackplaneRun.checkEqual;
import static dev.millrace.test.BackplaneRun.send;

import dev.millrace.cluster.History;
import dev.millrace.cluster.Link;
import dev.millrace.cluster.Position;
import dev.millrace.cluster.Resume;
import dev.millrace.cluster.Retention;
import dev.millrace.cluster.Stored;
import dev.millrace.test.BackplaneContract.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The cases about numbers and about what is kept: MUST 1 to 5 and 9. */
final class BackplaneLogCases {
  private static final Retention SHORT = ALL.age(Duration.ofMillis(300));

  private static final List<Told> NUMBERS =
      List.of(
          new Told(1, "numbers of a thread grow, in whichever rooms", BackplaneLogCases::grow),
          new Told(1, "no number is used twice, whoever appends", BackplaneLogCases::unique),
          new Told(1, "the number that append returns is the message's", BackplaneLogCases::same),
          new Told(2, "all nodes are in one epoch", BackplaneLogCases::oneEpoch),
          new Told(
              2,
              "nodes that come later go on in the epoch, or begin another",
              BackplaneLogCases::later),
          new Told(2, "a loss begins another epoch", BackplaneLogCases::loss),
          new Told(3, "a message is stored when append returns", BackplaneLogCases::stored),
          new Told(3, "a message is not stored when append throws", BackplaneLogCases::refused));

  private static final List<Told> KEPT =
      List.of(
          new Told(4, "the newest messages are kept up to the count", BackplaneLogCases::count),
          new Told(4, "the newest messages are kept up to the bytes", BackplaneLogCases::size),
          new Told(4, "the newest message is kept, however long", BackplaneLogCases::longest),
          new Told(4, "what is too old is kept no more", BackplaneLogCases::age),
          new Told(4, "what is not too old is kept", BackplaneLogCases::young),
          new Told(4, "a retention holds from its message on", BackplaneLogCases::retention),
          new Told(4, "a room's messages take no place in another", BackplaneLogCases::apart),
          new Told(5, "what was let go is said", BackplaneLogCases::evicted),
          new Told(5, "what was let go is said when nothing is left", BackplaneLogCases::gone),
          new Told(5, "what was let go is said to who has been away", BackplaneLogCases::away),
          new Told(9, "payloads come back byte for byte", BackplaneLogCases::payloads),
          new Told(9, "rooms are apart, however alike their names", BackplaneLogCases::names));

  static final List<Told> CASES = both();

  private BackplaneLogCases() {}

  private static List<Told> both() {
    List<Told> all = new ArrayList<>(NUMBERS);
    all.addAll(KEPT);
    return List.copyOf(all);
  }

  // 1

  private static void grow(BackplaneRun run) throws Exception {
    Link node = run.node();
    Position last = send(node, "room-0", "first");
    check(last.sequence() >= 1, "the first number is %d (expected: 1 or more)", last.sequence());
    for (int i = 1; i < 100; i++) {
      Position next = send(node, "room-" + i % 7, "message " + i);
      check(next.compareTo(last) > 0, "%s came after %s (expected: greater)", next, last);
      last = next;
    }
  }

  private static void unique(BackplaneRun run) throws Exception {
    Set<Long> numbers = Collections.synchronizedSet(new HashSet<>());
    List<BackplaneRun.Task> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Link node = run.node();
      tasks.add(() -> {
        for (int n = 0; n < 100; n++) {
          long number = send(node, "room-" + n % 3, "message").sequence();
          check(numbers.add(number), "%d was used twice", number);
        }
      });
    }
    run.together(tasks);
  }

  private static void same(BackplaneRun run) throws Exception {
    Link node = run.node();
    RoomEar ear = run.hear(run.node(), "room");
    List<Long> returned = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      returned.add(send(node, "room", "message " + i).sequence());
      send(node, "other", "message");
    }
    run.awaitAll(ear, 20);
    checkEqual(numbers(ear.all()), returned, "numbers that were heard");
    checkEqual(numbers(run.look(node, "room").all()), returned, "numbers that are kept");
  }

  private static List<Long> numbers(List<Stored> stored) {
    return stored.stream().map(Stored::sequence).toList();
  }

  // 2

  private static void oneEpoch(BackplaneRun run) throws Exception {
    Link a = run.node();
    Link b = run.node();
    String epoch = send(a, "room", "a").epoch();
    checkEqual(send(b, "room", "b").epoch(), epoch, "the epoch of another node's message");
    checkEqual(a.position().epoch(), epoch, "the epoch of the node's position");
    checkEqual(run.node().position().epoch(), epoch, "the epoch of a node that came later");
  }

  private static void later(BackplaneRun run) throws Exception {
    Link first = run.node();
    Position before = send(first, "room", "before");
    first.close();
    Link second = run.node();
    boolean kept = run.look(second, "room").texts().equals(List.of("before"));
    Position after = send(second, "room", "after");
    if (after.epoch().equals(before.epoch())) {
      check(kept, "in epoch %s a message has been lost (expected: another)", before.epoch());
      check(after.compareTo(before) > 0, "%s came after %s (expected: greater)", after, before);
    }
  }

  private static void loss(BackplaneRun run) throws Exception {
    Position before = send(run.node(), "room", "before");
    run.lose();
    Link node = run.node();
    check(
        !node.position().epoch().equals(before.epoch()),
        "the epoch is still %s (expected: another)",
        before.epoch());
    check(!send(node, "room", "after").epoch().equals(before.epoch()), "appended in the old epoch");
  }

  // 3

  private static void stored(BackplaneRun run) throws Exception {
    Link a = run.node();
    Link b = run.node();
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      send(i % 2 == 0 ? a : b, "room", "message " + i);
      sent.add("message " + i);
      checkEqual(run.look(i % 3 == 0 ? a : b, "room").kept(), sent, "kept when append returned");
    }
  }

  @SuppressWarnings("NullAway") // which is what is tried
  private static void refused(BackplaneRun run) throws Exception {
    Link node = run.node();
    Link ended = run.node();
    RoomEar ear = run.hear(node, "room");
    checkThrows(() -> node.append("room", null, ALL), "append without a payload");
    checkThrows(() -> node.append("room", new byte[1], null), "append without a retention");
    checkThrows(() -> node.append(null, new byte[1], ALL), "append without a room");
    ended.close();
    checkThrows(() -> send(ended, "room", "late"), "append to a link that has ended");
    send(node, "room", "sound");
    run.awaitAll(ear, 1);
    checkEqual(ear.texts(), List.of("sound"), "heard");
    checkEqual(run.look(node, "room").texts(), List.of("sound"), "kept");
  }

  private static void checkThrows(Runnable call, String what) {
    try {
      call.run();
    } catch (RuntimeException e) {
      return;
    }
    throw new AssertionError(what + " did not throw");
  }

  // 4

  private static void count(BackplaneRun run) throws Exception {
    Link node = run.node();
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      send(node, "room", "message " + i, ALL.count(5));
      sent.add("message " + i);
      List<String> kept = sent.subList(Math.max(0, sent.size() - 5), sent.size());
      checkEqual(run.look(node, "room").kept(), kept, "kept of 5 at most");
    }
  }

  private static void size(BackplaneRun run) throws Exception {
    Link node = run.node();
    for (String text : List.of("aaaa", "bbbb", "cc", "dd", "")) {
      send(node, "room", text, ALL.bytes(8));
    }
    checkEqual(run.look(node, "room").kept(), List.of("bbbb", "cc", "dd", ""), "kept of 8 bytes");
    send(node, "room", "e", ALL.bytes(8));
    checkEqual(run.look(node, "room").kept(), List.of("cc", "dd", "", "e"), "kept of 8 bytes");
  }

  private static void longest(BackplaneRun run) throws Exception {
    Link node = run.node();
    send(node, "room", "short", ALL.bytes(8));
    send(node, "room", "longer than that", ALL.bytes(8));
    checkEqual(run.look(node, "room").kept(), List.of("longer than that"), "kept of 8 bytes");
  }

  private static void age(BackplaneRun run) throws Exception {
    Link node = run.node();
    send(node, "room", "old", SHORT);
    run.await(
        () -> run.look(node, "room").kept().isEmpty(), () -> "a message of 300 ms is still kept");
    send(node, "room", "older", SHORT);
    run.await(
        () -> {
          send(node, "room", "newer", SHORT);
          return !run.look(node, "room").kept().contains("older");
        },
        () -> "a message of 300 ms is still kept, where others have followed");
  }

  private static void young(BackplaneRun run) throws Exception {
    Link node = run.node();
    send(node, "long", "young");
    send(node, "short", "old", SHORT);
    run.await(
        () -> run.look(node, "short").kept().isEmpty(), () -> "a message of 300 ms is still kept");
    checkEqual(run.look(node, "long").kept(), List.of("young"), "kept for an hour");
  }

  private static void retention(BackplaneRun run) throws Exception {
    Link node = run.node();
    for (int i = 0; i < 5; i++) {
      send(node, "room", "message " + i);
    }
    send(node, "room", "message 5", ALL.count(2));
    List<String> two = List.of("message 4", "message 5");
    checkEqual(run.look(node, "room").kept(), two, "kept of 2 at most");
    send(node, "room", "message 6");
    List<String> three = List.of("message 4", "message 5", "message 6");
    checkEqual(run.look(node, "room").kept(), three, "kept of many");
  }

  private static void apart(BackplaneRun run) throws Exception {
    Link node = run.node();
    send(node, "quiet", "kept", ALL.count(5));
    for (int i = 0; i < 100; i++) {
      send(node, "busy", "message " + i, ALL.count(5).bytes(20));
    }
    RoomEar quiet = run.look(node, "quiet");
    checkEqual(quiet.kept(), List.of("kept"), "kept in a room that had one message");
  }

  // 5

  private static void evicted(BackplaneRun run) throws Exception {
    Link node = run.node();
    List<Long> sent = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      sent.add(send(node, "room", "message " + i, ALL.count(5)).sequence());
      send(node, "other", "message");
      History history = run.look(node, "room").history();
      long gone = i < 5 ? 0 : sent.get(i - 5);
      long first = history.entries().getFirst().sequence();
      check(
          history.evicted() >= gone && history.evicted() < first,
          "evicted is %d (expected: %d, and less than the first that is kept, %d)",
          history.evicted(),
          gone,
          first);
    }
  }

  private static void gone(BackplaneRun run) throws Exception {
    Link node = run.node();
    long last = send(node, "room", "old", SHORT).sequence();
    run.await(
        () -> run.look(node, "room").kept().isEmpty(), () -> "a message of 300 ms is still kept");
    for (int i = 0; i < 20; i++) {
      send(node, "other-" + i, "message");
    }
    History history = run.look(node, "room").history();
    check(
        history.evicted() >= last,
        "evicted is %d when nothing is left (expected: %d or more)",
        history.evicted(),
        last);
  }

  private static void away(BackplaneRun run) throws Exception {
    Link node = run.node();
    List<Long> sent = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      sent.add(send(node, "room", "message " + i, ALL.count(4)).sequence());
    }
    History history = run.look(run.node(), "room").history();
    Resume early = history.after(sent.get(3));
    check(early instanceof Resume.Gap, "%s for who missed 6 of 4 (expected: a gap)", early);
    Resume late = history.after(sent.get(5));
    check(late instanceof Resume.Resumed, "%s for who missed 4 of 4 (expected: no gap)", late);
    checkEqual(late.entries().size(), 4, "entries for who missed 4 of 4");
    check(history.head() >= sent.get(9), "head is %d (expected: %d)", history.head(), sent.get(9));
  }

  // 9

  private static void payloads(BackplaneRun run) throws Exception {
    Link node = run.node();
    Link other = run.node();
    RoomEar ear = run.hear(other, "room");
    byte[] each = new byte[256];
    for (int i = 0; i < each.length; i++) {
      each[i] = (byte) i;
    }
    List<byte[]> sent = new ArrayList<>(List.of(new byte[0], new byte[1], each));
    for (int length : List.of(2, 1023, 65_536, 262_151)) {
      byte[] random = new byte[length];
      run.random.nextBytes(random);
      sent.add(random);
    }
    for (byte[] payload : sent) {
      // A copy, so that what is damaged on the way is not the truth.
      node.append("room", payload.clone(), ALL);
    }
    run.awaitAll(ear, sent.size());
    checkSame(ear.all(), sent);
    checkSame(run.look(node, "room").all(), sent);
    checkSame(run.look(other, "room").all(), sent);
  }

  private static void checkSame(List<Stored> stored, List<byte[]> sent) {
    checkEqual(stored.size(), sent.size(), "messages");
    for (int i = 0; i < sent.size(); i++) {
      byte[] came = stored.get(i).payload();
      check(
          Arrays.equals(came, sent.get(i)),
          "payload %d of %d bytes came as others, %d bytes",
          i,
          sent.get(i).length,
          came.length);
    }
  }

  private static void names(BackplaneRun run) throws Exception {
    Link node = run.node();
    List<String> names =
        List.of(
            "a",
            "A",
            "a ",
            " a",
            "a.b",
            "a.*",
            "a.>",
            "*",
            ">",
            ".",
            "..",
            "a/b",
            "a:b",
            "a::b",
            "{a}",
            "a{b}",
            "a\\b",
            "%61",
            "a?b",
            "a#b",
            "\u00e4",
            "a\u0308",
            "\u0430",
            "\ud83d\ude00",
            "x".repeat(256),
            "x".repeat(255),
            "\u20ac".repeat(256));
    List<RoomEar> ears = new ArrayList<>();
    for (String name : names) {
      ears.add(run.hear(node, name));
    }
    for (String name : names) {
      send(node, name, name);
    }
    for (int i = 0; i < names.size(); i++) {
      run.awaitAll(ears.get(i), 1);
    }
    for (int i = 0; i < names.size(); i++) {
      List<String> own = List.of(names.get(i));
      checkEqual(ears.get(i).texts(), own, "heard in room " + names.get(i));
      checkEqual(run.look(node, names.get(i)).texts(), own, "kept in room " + names.get(i));
    }
  }
}
