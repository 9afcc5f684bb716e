package dev.millrace.room;

import dev.millrace.cluster.Backplane;
import dev.millrace.cluster.Link;
import dev.millrace.cluster.Position;
import dev.millrace.cluster.Retention;
import dev.millrace.http.Request;
import dev.millrace.http.Requests;
import dev.millrace.json.JsonCodec;
import dev.millrace.stream.Event;
import dev.millrace.stream.Wire;
import dev.millrace.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Rooms with a small retention and every policy, clients on every wire on a few loops, and threads
 * that do anything to them at once.
 */
final class RoomModel {
  private static final int LOOPS = 2;
  private static final int WORKERS = 3;
  private static final int CLIENTS = 12;
  private static final Wire[] WIRES = {Wire.SSE, Wire.NDJSON, Wire.WEBSOCKET};
  private static final Request REQUEST = Requests.get();
  private static final long EVERYTHING = 1L << 50;

  private static final SlowReaders[] POLICIES = {
    SlowReaders.skipToLatest(),
    SlowReaders.conflateByKey(),
    SlowReaders.sample(1000),
    SlowReaders.disconnect(),
    SlowReaders.skipToLatest(),
    SlowReaders.waitFor(Duration.ofMillis(2))
  };

  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final Rooms rooms = new Rooms();
  private final String[] names = new String[24];
  private final Link link;
  private final ModelTruth truth;
  private final ModelLoop home = new ModelLoop(this::failed);
  private final List<ModelLoop> loops = new ArrayList<>();
  private final long seed;
  private final AtomicLong performed = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong connections = new AtomicLong();
  private final AtomicLong disconnected = new AtomicLong();

  RoomModel(long seed, int operations) {
    this.seed = seed;
    RoomOptions[] options = new RoomOptions[names.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = "room" + i;
      int kept = i % 4 == 3 ? 1000 : 4 << (i % 5);
      options[i] =
          RoomOptions.DEFAULT
              .retention(Retention.DEFAULT.count(kept).bytes(1 << 20))
              .slowReaders(POLICIES[i % POLICIES.length]);
      rooms.options(names[i], options[i]);
    }
    Backplane backplane = Backplane.inMemory();
    rooms.backplane(backplane);
    link = backplane.attach();
    truth = new ModelTruth(link, names, options, operations + WORKERS);
    rooms.start(JsonCodec.standard(), TimeSource.system(), home);
    for (int i = 0; i < LOOPS; i++) {
      loops.add(new ModelLoop(this::failed));
    }
  }

  private void failed(Throwable e) {
    StringBuilder where = new StringBuilder(e.toString());
    for (StackTraceElement at : e.getStackTrace()) {
      where.append("\n    ").append(at);
    }
    failed(where.toString());
  }

  private void failed(String what) {
    if (failures.size() < 5) {
      failures.add(what);
    }
  }

  /** A client, and what its worker knows of it. */
  private final class Client {
    private final int number;
    private final ModelLoop loop;
    private final Wire wire;
    private final Random random;
    private final List<Integer> joined = new ArrayList<>();
    private @Nullable ModelPort port;

    private Client(int number, Random random) {
      this.number = number;
      this.loop = loops.get(number % LOOPS);
      this.wire = WIRES[number % WIRES.length];
      this.random = random;
    }

    /**
     * Does something.
     *
     * @return whether there was anything to do
     */
    private boolean act() {
      ModelPort now = port;
      if (now == null || now.over) {
        connect(now);
        return true;
      }
      return switch (random.nextInt(16)) {
        case 0 -> on(loop, now::cut);
        case 1 -> join(now, chooses());
        case 2 -> leave(now);
        case 3, 4, 5 -> on(loop, () -> now.take(number % 2 == 0 ? EVERYTHING : 0));
        case 6, 7, 8, 9 -> {
          int more = 1 + random.nextInt(400);
          yield on(loop, () -> now.take(more));
        }
        case 10, 11 -> on(loop, () -> now.take(EVERYTHING));
        case 12 -> now.direct();
        case 13 -> random.nextInt(4) == 0 && end(now);
        case 14 ->
            now.isSocket() && on(loop, random.nextInt(8) == 0 ? now::closeNow : now::control);
        default -> sendAs(now);
      };
    }

    private static boolean on(ModelLoop loop, Runnable what) {
      loop.execute(what);
      return true;
    }

    private static boolean end(ModelPort now) {
      now.end();
      return true;
    }

    private int chooses() {
      return random.nextInt(names.length);
    }

    /** Comes back with its last id, or as somebody new, or with something wrong. */
    private void connect(@Nullable ModelPort before) {
      String token = before == null ? null : before.reader.lastId();
      account(before);
      long after = token == null ? -1 : Position.parse(token).orElseThrow().sequence();
      int kind = random.nextInt(30);
      if (kind == 0) {
        token = null;
        after = -1;
      } else if (kind == 1) {
        token = "no position";
        after = -1;
      } else if (kind == 2) {
        token = "another." + random.nextInt(1000);
        after = 0;
      }
      String how = "seed " + seed + ", client " + number + " on " + wire;
      ModelReader reader =
          new ModelReader(
              truth,
              link.position().epoch(),
              () -> link.position().sequence(),
              how + " from " + token,
              RoomModel.this::failed);
      ModelPort now = new ModelPort(rooms, loop, wire, new Random(random.nextLong()), reader);
      port = now;
      joined.clear();
      int count = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(5);
      for (int i = 0; i < count; i++) {
        join(now, chooses(), token, after);
      }
      loop.execute(() -> now.place().flow());
      if (random.nextInt(3) > 0) {
        loop.execute(() -> now.take(EVERYTHING));
      }
    }

    private void account(@Nullable ModelPort before) {
      connections.incrementAndGet();
      if (before != null) {
        received.addAndGet(before.reader.events);
        disconnected.addAndGet(before.disconnected ? 1 : 0);
      }
    }

    /** One room more, from now on or from earlier on than the others are. */
    private boolean join(ModelPort now, int room) {
      long after = -1;
      String lastId = now.reader.lastId();
      if (lastId != null && random.nextInt(3) == 0) {
        after = Math.max(0, Position.parse(lastId).orElseThrow().sequence() - random.nextInt(200));
      }
      boolean joins = join(now, room, after < 0 ? null : "" + link.position().at(after), after);
      loop.execute(() -> now.place().flow());
      return joins;
    }

    private boolean join(ModelPort now, int room, @Nullable String token, long after) {
      if (joined.contains(room)) {
        return false;
      }
      joined.add(room);
      ModelReader.Seat seat = now.reader.expect(room, after);
      rooms.join(now, REQUEST, names[room], Join.DEFAULT, token);
      loop.execute(() -> now.joined(seat));
      return true;
    }

    private boolean leave(ModelPort now) {
      if (joined.size() <= 1) {
        return false;
      }
      int index = random.nextInt(joined.size());
      int room = joined.get(index);
      joined.subList(index, index + 1).clear();
      return on(loop, () -> now.leave(names[room], room));
    }

    private boolean sendAs(ModelPort now) {
      String origin = now.place().origin();
      now.reader.number(Integer.parseInt(origin.substring(origin.indexOf('/') + 1)));
      int room = joined.isEmpty() ? chooses() : joined.get(random.nextInt(joined.size()));
      rooms.audience(names[room], now).exceptMe().send("mine from " + number);
      return true;
    }
  }

  private final class Worker {
    private final int number;
    private final Random random;
    private final List<Client> clients = new ArrayList<>();
    private long sent;

    private Worker(int number) {
      this.number = number;
      this.random = new Random(seed * 31 + number);
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(new Client(number * CLIENTS + i, new Random(random.nextLong())));
      }
    }

    private void work(int operations) {
      try {
        int done = 0;
        for (int i = 0; done < operations && failures.isEmpty(); i++) {
          boolean acts = random.nextInt(4) == 0;
          if (acts ? clients.get(random.nextInt(CLIENTS)).act() : send(i)) {
            done++;
          }
        }
        performed.addAndGet(done);
      } catch (Throwable e) {
        failed(e);
      }
    }

    /** Now in bursts, and seldom to rooms where senders wait. */
    private boolean send(int i) {
      int room = (i >> 6) % 2 == 0 ? i / 128 % names.length : random.nextInt(names.length);
      if (POLICIES[room % POLICIES.length] instanceof SlowReaders.Wait && random.nextInt(16) > 0) {
        return false;
      }
      int length = random.nextInt(500) == 0 ? 3000 : random.nextInt(30);
      String text = names[room] + '.' + number + '.' + i + '.' + "x".repeat(length);
      String name = random.nextInt(3) == 0 ? "named" : null;
      String key = random.nextInt(8) == 0 ? null : "" + random.nextInt(ModelTruth.KEYS);
      Position at = rooms.room(names[room]).send(new Event(text, name, null, null, key));
      if (at.sequence() <= sent || truth.hash(at.sequence()) != ModelTruth.hash(name, text)) {
        failed("seed " + seed + ": sent after " + sent + " but is " + at + ": " + text);
      }
      sent = at.sequence();
      return true;
    }
  }

  /**
   * Runs.
   *
   * @param operations that are to do something: what turns out to be nothing is not counted
   * @return what was wrong; empty for nothing
   */
  List<String> run(int operations) throws InterruptedException {
    List<Worker> workers = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      Worker worker = new Worker(i);
      workers.add(worker);
      int share = (operations + WORKERS - 1) / WORKERS;
      threads.add(Thread.ofPlatform().start(() -> worker.work(share)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    List<Client> clients = workers.stream().flatMap(worker -> worker.clients.stream()).toList();
    settle();
    for (Client client : clients) {
      ModelPort port = client.port;
      if (port != null) {
        client.loop.execute(port::wasWoken);
        client.loop.execute(() -> port.take(EVERYTHING));
      }
    }
    settle();
    for (Client client : clients) {
      ModelPort port = client.port;
      if (port != null) {
        client.loop.execute(port::finish);
        client.loop.execute(port::cut);
      }
      client.account(port);
    }
    settle();
    for (String name : names) {
      if (rooms.live(name) != null || rooms.room(name).size() != 0) {
        failed(name + " is still there");
      }
    }
    rooms.stop(home);
    rooms.stopped();
    for (ModelLoop loop : loops) {
      loop.stop();
    }
    home.stop();
    return List.copyOf(failures);
  }

  /** Lets the loops do all that they have begun, and what follows from that. */
  private void settle() throws InterruptedException {
    for (int i = 0; i < 50; i++) {
      CountDownLatch through = new CountDownLatch(LOOPS);
      loops.forEach(loop -> loop.execute(through::countDown));
      if (!through.await(30, TimeUnit.SECONDS)) {
        failed("a loop hangs");
      }
    }
  }

  /** How many operations have done something. */
  long performed() {
    return performed.get();
  }

  String summary() {
    return "%d operations, %d messages, %d received over %d connections, %d disconnected"
        .formatted(
            performed.get(),
            link.position().sequence(),
            received.get(),
            connections.get(),
            disconnected.get());
  }
}
