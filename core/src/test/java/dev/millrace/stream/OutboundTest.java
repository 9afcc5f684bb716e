package dev.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.time.TimeSource;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes on their way out, with the test as event loop. Needs no port. */
class OutboundTest {
  private static final StreamOptions SMALL = StreamOptions.DEFAULT.highWaterMark(1024);

  private static Outbound outbound(Wire wire) {
    return new Outbound(wire, SMALL, TimeSource.system());
  }

  private static String readAll(Outbound outbound) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (outbound.available() > 0) {
      outbound.read(out::write, 7);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String threeOn(Wire wire) {
    Outbound outbound = outbound(wire);
    for (String data : List.of("\"a\"", "\"b\"", "\"c\"")) {
      outbound.push(Event.of(data));
    }
    outbound.end();
    assertThat(outbound.isFinished()).isFalse();
    String text = readAll(outbound);
    assertThat(outbound.isFinished()).isTrue();
    return text;
  }

  @Test
  void framesEventsAsTheWireSays() {
    assertThat(threeOn(Wire.SSE)).isEqualTo("data: \"a\"\n\ndata: \"b\"\n\ndata: \"c\"\n\n");
    assertThat(threeOn(Wire.NDJSON)).isEqualTo("\"a\"\n\"b\"\n\"c\"\n");
    assertThat(threeOn(Wire.JSON_ARRAY)).isEqualTo("[\"a\",\"b\",\"c\"]");
    assertThat(threeOn(Wire.RAW)).isEqualTo("\"a\"\"b\"\"c\"");
  }

  @Test
  void anEmptyStreamIsStillWellFormed() {
    for (Wire wire : Wire.values()) {
      Outbound outbound = outbound(wire);
      outbound.end();
      assertThat(readAll(outbound)).isEqualTo(wire == Wire.JSON_ARRAY ? "[]" : "");
      assertThat(outbound.isFinished()).isTrue();
    }
  }

  @Test
  void tellsTheReconnectionTimeBeforeAllElse() throws InterruptedException {
    Outbound outbound =
        new Outbound(Wire.SSE, SMALL.retry(Duration.ofSeconds(1)), TimeSource.system());
    outbound.send(Event.of("x"));
    assertThat(readAll(outbound)).isEqualTo("retry: 1000\n\ndata: x\n\n");
  }

  @Test
  void aLargeEventStaysInItsPlace() throws InterruptedException {
    Outbound outbound = new Outbound(Wire.SSE, StreamOptions.DEFAULT, TimeSource.system());
    String large = "x".repeat(50_000);
    outbound.send(Event.of("before"));
    outbound.send(Event.of(large));
    outbound.send(Event.of("after"));
    assertThat(readAll(outbound))
        .isEqualTo("data: before\n\ndata: " + large + "\n\ndata: after\n\n");
  }

  @Test
  void offerDropsAboveTheHighWaterMarkAndCounts() {
    Outbound outbound = outbound(Wire.SSE);
    int queued = 0;
    while (outbound.offer(Event.of("0123456789")) == Offered.QUEUED) {
      queued++;
    }
    assertThat(outbound.offer(Event.of("x"))).isEqualTo(Offered.DROPPED);
    StreamStats stats = outbound.stats(Duration.ZERO);
    assertThat(stats.dropped()).isEqualTo(2);
    assertThat(stats.events()).isEqualTo(queued);
    assertThat(outbound.available()).isBetween(1024L, 1024L + 32);
    outbound.discard();
    assertThat(outbound.offer(Event.of("x"))).isEqualTo(Offered.CLOSED);
    assertThat(outbound.isFinished()).as("what was cut must not look whole").isFalse();
  }

  @Test
  void aHeartbeatIsNotAddedToWhatWaits() {
    Outbound outbound = outbound(Wire.SSE);
    outbound.push(Event.of("x"));
    outbound.heartbeat();
    assertThat(readAll(outbound)).isEqualTo("data: x\n\n");
    outbound.heartbeat();
    assertThat(readAll(outbound)).isEqualTo(":\n\n");
  }

  @Test
  void whatAWireLeavesOutTakesNoMemory() throws InterruptedException {
    Outbound outbound = outbound(Wire.RAW);
    outbound.comment("nothing to see");
    outbound.heartbeat();
    outbound.retry(5);
    assertThat(outbound.available()).isZero();
    outbound.send(Event.of("text"));
    assertThat(readAll(outbound)).isEqualTo("text");
  }

  @Test
  void aSenderWaitsForTheReaderAndGoesOn() throws Exception {
    Outbound outbound = outbound(Wire.RAW);
    AtomicInteger sent = new AtomicInteger();
    Thread sender =
        Thread.startVirtualThread(() -> {
          try {
            for (int i = 0; i < 100; i++) {
              outbound.send(Event.of("x".repeat(100)));
              sent.incrementAndGet();
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    Awaitility.await().until(() -> sender.getState() == Thread.State.WAITING);
    assertThat(sent.get()).isEqualTo(11);
    int read = 0;
    while (read < 10_000) {
      read += outbound.read((bytes, from, length) -> {}, 4096);
      Thread.onSpinWait();
    }
    assertThat(sender.join(Duration.ofSeconds(5))).isTrue();
    assertThat(sent.get()).isEqualTo(100);
  }

  @Test
  void aSenderThatWaitsLearnsThatTheStreamIsOver() throws Exception {
    Outbound outbound = outbound(Wire.RAW);
    List<Boolean> results = new ArrayList<>();
    Thread sender =
        Thread.startVirtualThread(() -> {
          try {
            outbound.send(Event.of("x".repeat(2000)));
            results.add(outbound.send(Event.of("late")));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    Awaitility.await().until(() -> sender.getState() == Thread.State.WAITING);
    outbound.discard();
    assertThat(sender.join(Duration.ofSeconds(5))).isTrue();
    assertThat(results).containsExactly(false);
    assertThat(outbound.available()).isZero();
  }

  @Test
  void tellsOnceThatThereIsRoomAgain() {
    Outbound outbound = outbound(Wire.RAW);
    AtomicInteger told = new AtomicInteger();
    assertThat(outbound.whenRoom(told::incrementAndGet)).isFalse();
    outbound.push(Event.of("x".repeat(4000)));
    assertThat(outbound.whenRoom(told::incrementAndGet)).isTrue();
    outbound.read((bytes, from, length) -> {}, 3000);
    assertThat(told.get()).isZero();
    outbound.read((bytes, from, length) -> {}, 1000);
    outbound.push(Event.of("y"));
    outbound.read((bytes, from, length) -> {}, 1000);
    assertThat(told.get()).isOne();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13, 14})
  void manySendersLoseAndReorderNothing(long seed) throws Exception {
    int senders = 4;
    int each = 5_000;
    Outbound outbound = outbound(Wire.RAW);
    List<Thread> threads = new ArrayList<>();
    for (int s = 0; s < senders; s++) {
      int sender = s;
      Random random = new Random(seed * 31 + s);
      threads.add(
          Thread.startVirtualThread(() -> {
            try {
              for (int i = 0; i < each; i++) {
                String pad = "p".repeat(random.nextInt(random.nextInt(50) == 0 ? 6000 : 20));
                outbound.send(Event.of(sender + ":" + i + ":" + pad + "\n"));
              }
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }));
    }
    Random random = new Random(seed);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    int[] lines = {0};
    while (lines[0] < senders * each && System.nanoTime() < end) {
      outbound.read(
          (bytes, from, length) -> {
            out.write(bytes, from, length);
            for (int i = from; i < from + length; i++) {
              lines[0] += bytes[i] == '\n' ? 1 : 0;
            }
          },
          1 + random.nextInt(3000));
    }
    for (Thread thread : threads) {
      assertThat(thread.join(Duration.ofSeconds(5))).isTrue();
    }
    int[] next = new int[senders];
    for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
      String[] parts = line.split(":", 3);
      int sender = Integer.parseInt(parts[0]);
      assertThat(Integer.parseInt(parts[1])).isEqualTo(next[sender]++);
      assertThat(parts[2]).matches("p*");
    }
    assertThat(next).containsOnly(each);
    assertThat(outbound.available()).isZero();
  }
}
