package dev.millrace.room;

import static dev.millrace.test.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.ServerOptions;
import dev.millrace.cluster.Backplane;
import dev.millrace.cluster.MemoryLimits;
import dev.millrace.cluster.Position;
import dev.millrace.http.Limits;
import dev.millrace.json.JsonCodec;
import dev.millrace.room.RawMember.Kind;
import dev.millrace.test.TestApp;
import dev.millrace.test.TestEvent;
import dev.millrace.time.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Members that never read, and much more than the log keeps: nobody else notices, and what it costs
 * does not depend on how much is sent.
 */
class RoomFloodTest {
  private static final int KEPT = 200;

  /** Sent before the others have had it all, and less than is kept. */
  private static final int BURST = 100;

  /** More than the system takes for somebody who does not read. */
  private static final int FILLS = 200;

  private static final String FILL = "x".repeat(1000);
  private static final long MEGABYTE = 1 << 20;
  private static final int PATIENCE_SECONDS = 10;

  private final Millrace app = Millrace.create();
  private final Warnings warnings = new Warnings();
  private final List<AutoCloseable> open = new ArrayList<>();
  private TestApp test;
  private int sent;

  @BeforeEach
  void routes() {
    app.stream("/SSE", out -> out.join("news"));
    app.stream("/SSE_1_0", out -> out.join("news"));
    app.ws(
        "/SOCKET",
        socket -> {
          socket.join("news");
          socket.keepOpen();
        });
  }

  @AfterEach
  void nothingIsLogged() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    test.close();
    warnings.close();
    warnings.assertNone();
  }

  /** Who stalls is not cut for it before the test is over, however slow the machine. */
  private void start(SlowReaders policy) {
    app.rooms("news", RoomOptions.DEFAULT.keep(KEPT).slowReaders(policy));
    Limits limits = Limits.DEFAULT.stallTime(Duration.ofMinutes(5));
    test = TestApp.onPort(app, TestApp.Protocol.HTTP_1, ServerOptions.DEFAULT.limits(limits));
  }

  private RawMember member(Kind kind, int receiveBuffer) throws IOException {
    RawMember member =
        new RawMember(kind, test.server().ports().getLast(), "/" + kind, receiveBuffer);
    open.add(member);
    return member;
  }

  private List<RawMember> stalled(Kind kind, int count) throws IOException {
    List<RawMember> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(member(kind, RawMember.TINY));
    }
    return all;
  }

  private void joined(int members) {
    eventually(members + " have joined", () -> app.room("news").size() == members);
  }

  private static String text(int number) {
    return number + " " + FILL;
  }

  private RoomStats stats() {
    return app.room("news").stats();
  }

  /** Some who read all the time, and are given every message, in order, within seconds. */
  private final class Others {
    private final List<RawMember> members = new ArrayList<>();

    Others() throws IOException {
      for (Kind kind : List.of(Kind.SSE, Kind.SOCKET, Kind.SSE, Kind.SOCKET)) {
        RawMember member = member(kind, RawMember.ROOMY).eager();
        member.position();
        members.add(member);
      }
    }

    /**
     * Has them given messages, a burst when all have had the one before.
     *
     * @return how long the slowest of bursts took, but for one in a hundred; in ms
     */
    long follow(int messages) throws InterruptedException {
      int first = sent;
      CyclicBarrier burst = new CyclicBarrier(members.size() + 1);
      List<CompletableFuture<Void>> reading =
          members.stream()
              .map(member ->
                  CompletableFuture.runAsync(
                      () -> read(member, first, messages, burst), Thread::startVirtualThread))
              .toList();
      List<Long> times = new ArrayList<>();
      try {
        for (int i = 0; i < messages; i += BURST) {
          long began = TimeSource.system().nanoTime();
          for (int j = 0; j < BURST; j++) {
            app.room("news").send(text(sent++));
          }
          burst.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
          times.add((TimeSource.system().nanoTime() - began) / 1_000_000);
        }
      } catch (BrokenBarrierException | TimeoutException e) {
        reading.forEach(CompletableFuture::join);
        throw new AssertionError("the others have not had everything up to " + sent, e);
      }
      reading.forEach(CompletableFuture::join);
      times.sort(null);
      return times.get(times.size() - 1 - times.size() / 100);
    }

    private void read(RawMember member, int first, int messages, CyclicBarrier burst) {
      try {
        for (int i = first; i < first + messages; i++) {
          TestEvent event = Objects.requireNonNull(member.next(), "it has ended");
          if (!event.name().equals("message") || !event.data().equals(text(i))) {
            String what = event.name() + ' ' + event.id() + ' ' + event.data();
            throw new AssertionError(i + " was due, but " + what.substring(0, 60));
          }
          if ((i - first) % BURST == BURST - 1) {
            burst.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
          }
        }
      } catch (Exception e) {
        throw new AssertionError("one who reads", e);
      }
    }
  }

  /** Reads what had left, the gap and the newest. */
  private static void resumes(RawMember member, Position last, String newest) throws IOException {
    Position seen = Position.parse(member.position()).orElseThrow();
    TestEvent event = Objects.requireNonNull(member.next());
    while (event.name().equals("message")) {
      assertThat(event.data()).isEqualTo(text((int) seen.sequence()));
      seen = seen.at(seen.sequence() + 1);
      assertThat(event.id()).isEqualTo(seen.toString());
      event = Objects.requireNonNull(member.next());
    }
    assertThat(event.name()).isEqualTo("gap");
    Map<?, ?> gap =
        JsonCodec.standard().decode(event.data().getBytes(StandardCharsets.UTF_8), Map.class);
    assertThat(gap.get("from")).isEqualTo(seen.toString());
    assertThat(gap.get("to")).isEqualTo(last.at(last.sequence() - 1).toString());
    assertThat(gap.get("reason")).isEqualTo("overtaken");
    TestEvent latest = Objects.requireNonNull(member.next());
    assertThat(latest.id()).isEqualTo(last.toString());
    assertThat(latest.data()).isEqualTo(newest);
  }

  // --- those who never read ---

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whoNeverReadsCostsNobodyAnything(Kind kind) throws Exception {
    int count = 60;
    int messages = 20_000;
    start(SlowReaders.skipToLatest());
    List<RawMember> stalled = stalled(kind, count);
    Others others = new Others();
    joined(count + 4);
    others.follow(2000);
    Footprint before = Footprint.now();
    long slowest = others.follow(messages);
    Footprint more = Footprint.now().since(before);
    assertThat(slowest).as("ms of a burst, p99").isLessThan(1000);
    assertThat(more.heap()).as("heap for 20 MB").isLessThan(4 * MEGABYTE);
    assertThat(more.direct()).as("direct memory for 20 MB").isLessThan(4 * MEGABYTE);
    assertThat(stats().members()).isEqualTo(count + 4);
    assertThat(stats().messages()).isEqualTo(KEPT);
    assertThat(stats().bytes()).isLessThan(KEPT * 1100L);

    long overtaken = stats().overtaken();
    for (RawMember member : stalled) {
      resumes(member, app.room("news").position(), text(sent - 1));
    }
    assertThat(stats().overtaken() - overtaken).isBetween(count / 2L, (long) count);
    assertThat(stats().overtaken()).isGreaterThanOrEqualTo(count);
    assertThat(stats().skipped()).isGreaterThan(0);
    assertThat(stats().disconnected()).isZero();
    others.follow(BURST);
    for (RawMember member : stalled) {
      for (int i = sent - BURST; i < sent; i++) {
        assertThat(Objects.requireNonNull(member.next()).data()).isEqualTo(text(i));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whereWhoIsSlowIsDisconnectedTheyAreWhenTheyReadAgain(Kind kind) throws Exception {
    int count = 30;
    start(SlowReaders.disconnect());
    List<RawMember> stalled = stalled(kind, count);
    Others others = new Others();
    joined(count + 4);
    others.follow(2000);
    for (RawMember member : stalled) {
      member.position();
      TestEvent event = member.next();
      for (int i = 0; event != null && event.name().equals("message"); i++) {
        assertThat(event.data()).isEqualTo(text(i));
        event = member.next();
      }
      assertThat(event)
          .isEqualTo(kind == Kind.SOCKET ? new TestEvent("close", null, "1013") : null);
    }
    joined(4);
    assertThat(stats().disconnected()).isEqualTo(count);
    others.follow(BURST);
  }

  @Test
  void fourThousandSocketsThatNeverReadCostNoMoreWhateverIsSent() throws Exception {
    int count = 2000;
    int messages = 10_000;
    start(SlowReaders.skipToLatest());
    List<RawMember> stalled = stalled(Kind.SSE, count);
    stalled.addAll(stalled(Kind.SOCKET, count));
    Others others = new Others();
    joined(2 * count + 4);
    Footprint empty = Footprint.now();
    others.follow(FILLS);
    Footprint before = Footprint.now();
    others.follow(messages);
    Footprint more = Footprint.now().since(before);
    assertThat(more.heap()).as("heap for 10 MB").isLessThan(4 * MEGABYTE);
    assertThat(more.direct()).as("direct memory for 10 MB").isLessThan(4 * MEGABYTE);
    // A message that was cut waits for each.
    Footprint stall = before.since(empty);
    assertThat(stall.heap() + stall.direct())
        .as("for %d that have stalled", 2 * count)
        .isLessThan(2L * count * 2048 + 8 * MEGABYTE);
    for (int i = 0; i < 2 * count; i += 80) {
      resumes(stalled.get(i), app.room("news").position(), text(sent - 1));
    }
    assertThat(stats().members()).isEqualTo(2 * count + 4);
    assertThat(stats().disconnected()).isZero();
  }

  /** On a hundred connections: in one process there are not descriptors for as many sockets. */
  @Test
  void tenThousandStreamsOfHttp2ThatNeverReadCostNoMoreWhateverIsSent() throws Exception {
    int connections = 100;
    int streams = 100;
    int messages = 10_000;
    start(SlowReaders.skipToLatest());
    List<Http2Crowd> stalled = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      Http2Crowd crowd = new Http2Crowd(test.server().ports().getLast(), "/SSE", streams);
      open.add(crowd);
      stalled.add(crowd);
    }
    Others others = new Others();
    joined(connections * streams + 4);
    others.follow(FILLS);
    Footprint before = Footprint.now();
    others.follow(messages);
    Footprint more = Footprint.now().since(before);
    assertThat(more.heap()).as("heap for 10 MB").isLessThan(4 * MEGABYTE);
    assertThat(more.direct()).as("direct memory for 10 MB").isLessThan(4 * MEGABYTE);
    for (int i = 0; i < connections; i += 10) {
      String newest = text(sent - 1);
      String all = stalled.get(i).read(2 * i + 1, newest);
      // Nothing had left: what it was told when it joined waits as well.
      assertThat(all.substring(0, all.indexOf(newest)))
          .matches("id: \\S+\\.0\n\nevent: gap\ndata: \\{.*\"overtaken\"}\n\nid: \\S+\ndata: ");
    }
    assertThat(stats().overtaken()).isGreaterThanOrEqualTo(connections / 10);
    assertThat(stats().members()).isEqualTo(connections * streams + 4);
  }

  // --- those who send ---

  @Test
  void sendingAsFastAsCanBeWhileNobodyReadsIsBounded() throws Exception {
    int senders = 4;
    int each = 75_000;
    long mostBytes = 40_000;
    var memory = Backplane.inMemory(MemoryLimits.DEFAULT, TimeSource.system());
    app.backplane(memory);
    app.rooms(
        "small", RoomOptions.DEFAULT.retention(RoomOptions.DEFAULT.retention().bytes(mostBytes)));
    app.stream(
        "/both",
        out -> {
          out.join("news");
          out.join("small");
        });
    start(SlowReaders.skipToLatest());
    List<RawMember> stalled = stalled(Kind.SSE, 20);
    stalled.addAll(stalled(Kind.SOCKET, 20));
    for (int i = 0; i < 20; i++) {
      open.add(new RawMember(Kind.SSE, test.server().ports().getLast(), "/both", RawMember.TINY));
    }
    joined(60);
    for (; sent < FILLS; sent++) {
      app.room("news").send(text(sent));
      app.room("small").send(text(sent));
    }
    Footprint before = Footprint.now();
    List<CompletableFuture<Void>> sending = new ArrayList<>();
    for (int i = 0; i < senders; i++) {
      sending.add(
          CompletableFuture.runAsync(
              () -> send(each, mostBytes), task -> new Thread(task).start()));
    }
    for (CompletableFuture<Void> one : sending) {
      one.get(30, TimeUnit.SECONDS);
    }
    Footprint more = Footprint.now().since(before);
    assertThat(more.heap()).as("heap for 60 MB").isLessThan(8 * MEGABYTE);
    assertThat(more.direct()).as("direct memory for 60 MB").isLessThan(4 * MEGABYTE);
    assertThat(memory.stats().messages()).isLessThanOrEqualTo(KEPT + 1000);
    assertThat(memory.stats().retired())
        .isEqualTo(senders * (long) each + 2L * FILLS - memory.stats().messages());
    assertThat(stats().members()).isEqualTo(60);
    Position last = app.room("news").send("the last");
    for (RawMember member : stalled) {
      resumesSomewhere(member, last);
    }
    assertThat(stats().overtaken()).isGreaterThanOrEqualTo(stalled.size());
  }

  /** Looks now and then whether what is kept is within its bounds. */
  private void send(int messages, long mostBytes) {
    long last = 0;
    for (int i = 0; i < messages; i++) {
      Room room = app.room(i % 2 == 0 ? "news" : "small");
      long sequence = room.send(FILL.substring(i % 400)).sequence();
      assertThat(sequence).isGreaterThan(last);
      last = sequence;
      if (i % 100 == 0) {
        assertThat(stats().messages()).isBetween(1, KEPT);
        RoomStats small = app.room("small").stats();
        assertThat(small.bytes()).isBetween(1L, mostBytes);
        assertThat(small.messages()).isBetween(1, 1000);
      }
    }
  }

  private static void resumesSomewhere(RawMember member, Position last) throws IOException {
    long seen = -1;
    int gaps = 0;
    TestEvent event;
    do {
      event = Objects.requireNonNull(member.next());
      gaps += event.name().equals("gap") ? 1 : 0;
      if (event.id() != null) {
        long at = Position.parse(event.id()).orElseThrow().sequence();
        assertThat(at).isGreaterThan(seen);
        seen = at;
      }
    } while (!event.data().equals("the last"));
    assertThat(event.id()).isEqualTo(last.toString());
    // It may have been overtaken before its socket was full.
    assertThat(gaps).isGreaterThanOrEqualTo(1);
  }
}
