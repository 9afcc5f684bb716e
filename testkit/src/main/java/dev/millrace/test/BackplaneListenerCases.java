package dev.millrace.test;

import static dev.millrace.test.BackplaneRun.bytes;
import static dev.millrace.test.BackplaneRun.check;
import static dev.millrace.test.BackplaneRun.checkEqual;
import static dev.millrace.test.BackplaneRun.send;

import dev.millrace.cluster.History;
import dev.millrace.cluster.Link;
import dev.millrace.cluster.Position;
import dev.millrace.cluster.Stored;
import dev.millrace.test.BackplaneContract.Told;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The cases about what listeners are told, and when: MUST 7, 8 and 10. */
final class BackplaneListenerCases {
  static final List<Told> CASES =
      List.of(
          new Told(7, "a node hears all rooms in the one order", BackplaneListenerCases::order),
          new Told(7, "a thread's messages are in its order", BackplaneListenerCases::threads),
          new Told(7, "a listener that throws stops nobody", BackplaneListenerCases::throwing),
          new Told(
              8, "the sender's node has heard when append returns", BackplaneListenerCases::own),
          new Told(8, "other nodes hear", BackplaneListenerCases::others),
          new Told(8, "the end of messages is told behind them", BackplaneListenerCases::delivered),
          new Told(
              8,
              "a node's position is what its listeners have heard",
              BackplaneListenerCases::position),
          new Told(10, "a closed subscription hears nothing", BackplaneListenerCases::closed),
          new Told(10, "a closed node hears nothing", BackplaneListenerCases::closedNode),
          new Told(10, "a close amid messages holds", BackplaneListenerCases::closedAmid));

  private BackplaneListenerCases() {}

  // 7

  /** Hears several rooms of a node, one call at a time. */
  private static final class NodeEar {
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicReference<@Nullable String> wrong = new AtomicReference<>();
    private final AtomicLong last = new AtomicLong();
    private final AtomicInteger heard = new AtomicInteger();

    /** Finds out whether calls overlap: on one core only where they last. */
    @SuppressWarnings("ThreadPriorityCheck") // nothing relies on the yield but a chance to find out
    private void call(Runnable what) {
      if (inside.incrementAndGet() != 1) {
        wrong.compareAndSet(null, "two listeners of a node were called at once");
      }
      what.run();
      Thread.yield();
      inside.decrementAndGet();
    }

    private void noted(Stored entry) {
      long before = last.getAndSet(entry.sequence());
      if (entry.sequence() <= before) {
        wrong.compareAndSet(null, entry.sequence() + " was told after " + before);
      }
      heard.incrementAndGet();
    }

    Link.Listener room() {
      return new Link.Listener() {
        @Override
        public void history(History history) {
          call(() -> {});
        }

        @Override
        public void entry(Stored entry) {
          call(() -> noted(entry));
        }

        @Override
        public void delivered() {}

        @Override
        public void present(String node, String member, byte @Nullable [] attributes) {
          call(() -> {});
        }
      };
    }
  }

  private static void order(BackplaneRun run) throws Exception {
    int rooms = 5;
    List<Link> nodes = List.of(run.node(), run.node());
    List<NodeEar> ears = List.of(new NodeEar(), new NodeEar());
    for (int i = 0; i < nodes.size(); i++) {
      for (int room = 0; room < rooms; room++) {
        nodes.get(i).subscribe("room-" + room, ears.get(i).room());
      }
    }
    List<BackplaneRun.Task> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Link node = nodes.get(i % 2);
      Random random = new Random(run.random.nextLong());
      tasks.add(() -> {
        for (int n = 0; n < 100; n++) {
          send(node, "room-" + random.nextInt(rooms), "message");
          node.announce("room-" + random.nextInt(rooms), "Ada", bytes("a"));
        }
      });
    }
    run.together(tasks);
    for (NodeEar ear : ears) {
      run.await(
          () -> ear.heard.get() >= 400 || ear.wrong.get() != null,
          () -> ear.heard + " messages came (expected: 400)");
      String wrong = ear.wrong.get();
      check(wrong == null, "%s", String.valueOf(wrong));
      checkEqual(ear.heard.get(), 400, "messages");
    }
  }

  private static void threads(BackplaneRun run) throws Exception {
    List<Link> nodes = List.of(run.node(), run.node());
    RoomEar ear = run.hear(nodes.getFirst(), "room");
    List<BackplaneRun.Task> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Link node = nodes.get(i % 2);
      String name = i + " ";
      tasks.add(() -> {
        for (int n = 0; n < 50; n++) {
          send(node, "room", name + n);
        }
      });
    }
    run.together(tasks);
    run.awaitAll(ear, 200);
    Map<String, Integer> next = new HashMap<>();
    for (String text : ear.texts()) {
      String[] parts = text.split(" ", 2);
      int expected = next.getOrDefault(parts[0], 0);
      checkEqual(parts[1], String.valueOf(expected), "the next message of thread " + parts[0]);
      next.put(parts[0], expected + 1);
    }
  }

  private static void throwing(BackplaneRun run) throws Exception {
    Link node = run.node();
    RoomEar broken =
        run.hear(
            node,
            "room",
            entry -> {
              throw new IllegalStateException("the contract's: to be ignored");
            });
    RoomEar sound = run.hear(node, "room");
    RoomEar there = run.hear(run.node(), "room");
    send(node, "room", "one");
    send(node, "room", "two");
    for (RoomEar ear : List.of(broken, sound, there)) {
      run.awaitAll(ear, 2);
      checkEqual(ear.texts(), List.of("one", "two"), "heard");
    }
  }

  // 8

  private static void own(BackplaneRun run) throws Exception {
    Link node = run.node();
    RoomEar ear = run.hear(node, "room");
    for (int i = 0; i < 50; i++) {
      send(node, "room", "message " + i);
      checkEqual(ear.entries().size(), i + 1, "messages that had come when append returned");
    }
  }

  private static void others(BackplaneRun run) throws Exception {
    List<Link> nodes = List.of(run.node(), run.node(), run.node());
    List<RoomEar> ears = nodes.stream().map(node -> run.hear(node, "room")).toList();
    for (int i = 0; i < 9; i++) {
      send(nodes.get(i % 3), "room", "message " + i);
    }
    for (RoomEar ear : ears) {
      run.awaitAll(ear, 9);
      checkEqual(ear.texts().getLast(), "message 8", "the last message");
    }
  }

  private static void delivered(BackplaneRun run) throws Exception {
    Link node = run.node();
    for (Link hearing : List.of(node, run.node())) {
      RoomEar ear = run.hear(hearing, "room");
      for (int i = 1; i <= 5; i++) {
        int messages = i;
        send(node, "room", "message " + i);
        run.await(
            () -> ear.entries().size() == messages && ear.calls().getLast().equals("delivered"),
            () -> "calls: %s (expected: delivered at the end)".formatted(ear.calls()));
      }
    }
  }

  private static void position(BackplaneRun run) throws Exception {
    Link node = run.node();
    Link there = run.node();
    RoomEar ear = run.hear(there, "room");
    for (int i = 0; i < 20; i++) {
      Position sent = send(node, "room", "message " + i);
      check(
          node.position().compareTo(sent) >= 0,
          "the sender's node is at %s (expected: %s)",
          node.position(),
          sent);
      run.await(
          () -> there.position().compareTo(sent) >= 0,
          () -> "another node is at %s (expected: %s)".formatted(there.position(), sent));
      checkEqual(ear.all().size(), i + 1, "messages heard by a node at that position");
    }
  }

  // 10

  private static void closed(BackplaneRun run) throws Exception {
    Link node = run.node();
    RoomEar ear = run.ear(entry -> {});
    Link.Subscription subscription = node.subscribe("room", ear);
    RoomEar witness = run.hear(node, "room");
    send(node, "room", "heard");
    run.await(() -> ear.calls().contains("delivered"), () -> "calls: " + ear.calls());
    subscription.close();
    subscription.close();
    List<String> before = ear.calls();
    Link other = run.node();
    other.announce("room", "Ada", bytes("a"));
    send(other, "room", "one");
    send(node, "room", "two");
    run.awaitAll(witness, 3);
    run.await(() -> !witness.present().isEmpty(), () -> "Ada was not told");
    checkEqual(ear.calls(), before, "calls after the close");
  }

  private static void closedNode(BackplaneRun run) throws Exception {
    Link node = run.node();
    Link other = run.node();
    RoomEar ear = run.hear(node, "room");
    RoomEar witness = run.hear(other, "room");
    send(node, "room", "heard");
    run.await(() -> ear.calls().contains("delivered"), () -> "calls: " + ear.calls());
    run.awaitAll(witness, 1);
    node.close();
    node.close();
    List<String> before = ear.calls();
    send(other, "room", "one");
    send(other, "room", "two");
    run.awaitAll(witness, 3);
    checkEqual(ear.calls(), before, "calls after the close");
  }

  private static void closedAmid(BackplaneRun run) throws Exception {
    Link node = run.node();
    RoomEar witness = run.hear(node, "room");
    List<BackplaneRun.Task> tasks = new ArrayList<>();
    List<AtomicInteger> late = new ArrayList<>();
    BackplaneRun.Amid amid = run.new Amid();
    tasks.add(() -> {
      for (int i = 0; i < 300; i++) {
        send(node, "room", "message " + i);
        amid.sent();
      }
    });
    for (int i = 0; i < 8; i++) {
      AtomicInteger closedThen = new AtomicInteger();
      late.add(closedThen);
      AtomicReference<Boolean> closed = new AtomicReference<>(false);
      RoomEar ear =
          run.ear(entry -> {
            if (closed.get()) {
              closedThen.incrementAndGet();
            }
          });
      Link.Subscription subscription = node.subscribe("room", ear);
      int end = run.random.nextInt(250);
      tasks.add(
          amid.after(
              end,
              () -> {
                subscription.close();
                closed.set(true);
              }));
    }
    run.together(tasks);
    run.awaitAll(witness, 300);
    for (AtomicInteger calls : late) {
      check(calls.get() <= 1, "%s calls after a close (expected: one that had begun)", calls);
    }
  }
}
