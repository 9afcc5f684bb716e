package dev.millrace.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.http.Compression;
import dev.millrace.stream.ServerFrames.Frame;
import dev.millrace.stream.ServerFrames.Whole;
import dev.millrace.time.TimeSource;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Control frames between the frames of an Outbound (RFC 6455, sections 5.4 and 5.5), with the test
 * as event loop. Needs no port.
 */
class SocketEncoderTest {
  private static final byte[] CLOSE = ServerFrames.frame(0x88, new byte[] {3, (byte) 232});
  private static final byte[] FAIL = ServerFrames.frame(0x88, new byte[] {3, (byte) 234, 'x'});

  private final SocketEncoder encoder = new Encoders(Compression.DEFAULT).socket(null);
  private final Outbound outbound =
      new Outbound(Wire.WEBSOCKET, StreamOptions.DEFAULT, TimeSource.system(), encoder);
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private static byte[] ping(String payload) {
    return ServerFrames.frame(0x89, payload.getBytes(UTF_8));
  }

  private static byte[] pong(String payload) {
    return ServerFrames.frame(0x8a, payload.getBytes(UTF_8));
  }

  /** As transports do. */
  private void read(int most) {
    int length = (int) Math.min(outbound.available(), most);
    assertThat(outbound.read(out::write, length)).isEqualTo(length);
  }

  private void readAll() {
    while (outbound.available() > 0) {
      read(10_000);
    }
  }

  private List<String> payloads() {
    return ServerFrames.messages(ServerFrames.read(out.toByteArray())).stream()
        .map(Whole::payload)
        .map(payload -> new String(payload, UTF_8))
        .toList();
  }

  @Test
  void aControlFrameOvertakesWhatHasNotBegun() {
    outbound.push(Event.of("one"));
    outbound.push(Event.of("two"));
    read(1);
    encoder.control(ping("ping"));
    readAll();
    assertThat(payloads()).containsExactly("one", "ping", "two");
  }

  @Test
  void alsoBetweenTheFragmentsOfAMessage() {
    outbound.push(Event.of("x".repeat(300_000)));
    read(5);
    encoder.control(pong("pong"));
    readAll();
    assertThat(ServerFrames.read(out.toByteArray()))
        .extracting(Frame::opcode)
        .containsExactly(1, 10, 0);
  }

  @Test
  void withoutMessagesAControlFrameIsAllThatIsAvailable() {
    encoder.control(ping("ping"));
    assertThat(outbound.available()).isEqualTo(6);
    outbound.end();
    encoder.release();
    assertThat(outbound.isFinished()).isFalse();
    readAll();
    assertThat(outbound.isFinished()).isTrue();
    assertThat(payloads()).containsExactly("ping");
  }

  /** Section 5.5.3: each may be answered, in order. */
  @Test
  void pongsAreKeptInOrderAndTheOldestGivesWay() {
    encoder.control(ping("p"));
    for (int i = 0; i < 1000; i++) {
      encoder.control(pong("" + i));
    }
    readAll();
    assertThat(payloads()).hasSize(128).startsWith("872", "873").endsWith("999");
  }

  @Test
  void aCloseFrameOvertakesWhatHasNotBegun() {
    outbound.push(Event.of("one"));
    outbound.push(Event.of("two"));
    read(2);
    encoder.control(ping("ping"));
    encoder.closeNow(FAIL, outbound);
    assertThat(outbound.isFinished()).isFalse();
    encoder.control(ping("late"));
    encoder.closeNow(CLOSE, outbound);
    assertThat(outbound.push(Event.of("late"))).isFalse();
    readAll();
    assertThat(outbound.isFinished()).isTrue();
    assertThat(payloads()).hasSize(3).startsWith("one", "ping").last().asString().endsWith("x");
  }

  @Test
  void thereIsOneCloseFrameEvenIfTheApplicationsWaits() {
    outbound.push(Event.of("one"));
    outbound.pushFrame(CLOSE);
    outbound.end();
    encoder.closeNow(FAIL, outbound);
    readAll();
    assertThat(out.toByteArray()).isEqualTo(FAIL);
    assertThat(outbound.isFinished()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void thereIsOneCloseFrameEvenIfTheApplicationsHasBegun(int begun) {
    outbound.pushFrame(CLOSE);
    read(begun);
    encoder.control(ping("late"));
    encoder.closeNow(FAIL, outbound);
    readAll();
    assertThat(out.toByteArray()).isEqualTo(CLOSE);
    assertThat(outbound.isFinished()).isTrue();
  }

  @Test
  void theApplicationsCloseWaitsForTheOtherSides() {
    outbound.push(Event.of("one"));
    outbound.pushFrame(CLOSE);
    outbound.end();
    assertThat(encoder.hasSentClose()).isFalse();
    readAll();
    assertThat(encoder.hasSentClose()).isTrue();
    assertThat(outbound.isFinished()).isFalse();
    encoder.release();
    assertThat(outbound.isFinished()).isTrue();
  }

  @Test
  void whoWaitsForRoomLearnsOfTheClose() throws Exception {
    outbound.push(Event.of("x".repeat(100_000)));
    List<Boolean> results = new ArrayList<>();
    Thread sender =
        Thread.startVirtualThread(() -> {
          try {
            results.add(outbound.send(Event.of("late")));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    Awaitility.await().until(() -> sender.getState() == Thread.State.WAITING);
    encoder.closeNow(CLOSE, outbound);
    assertThat(sender.join(Duration.ofSeconds(5))).isTrue();
    assertThat(results).containsExactly(false);
    readAll();
    assertThat(out.toByteArray()).isEqualTo(CLOSE);
  }

  @Test
  void nothingLeavesAfterADiscard() {
    outbound.push(Event.of("one"));
    read(1);
    encoder.control(ping("ping"));
    outbound.discard();
    assertThat(outbound.available()).isZero();
    encoder.closeNow(CLOSE, outbound);
    assertThat(outbound.available()).isZero();
    assertThat(outbound.isFinished()).isFalse();
  }

  @Test
  void passingFramesOnIsNoWork() {
    assertThat(outbound.isEncoded()).isFalse();
  }

  /** What should happen, a byte at a time. */
  private static final class Model {
    final Deque<byte[]> frames = new ArrayDeque<>();
    final List<byte[]> controls = new ArrayList<>();
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte @Nullable [] close;
    boolean closed;
    byte[] current = {};
    int at;

    boolean next() {
      if (at == current.length) {
        byte[] next = frames.peek();
        if (!controls.isEmpty()) {
          next = controls.removeFirst();
        } else if (close != null) {
          next = close;
          close = null;
        } else {
          frames.poll();
        }
        if (next == null) {
          return false;
        }
        current = next;
        at = 0;
        closed |= (current[0] & 15) == 8;
      }
      out.write(current[at++]);
      return true;
    }

    void control(byte[] frame) {
      if (!closed) {
        if (controls.size() == 128) {
          controls.removeFirst();
        }
        controls.add(frame);
      }
    }

    void closeNow(byte[] frame) {
      frames.clear();
      close = closed ? close : frame;
      closed = true;
    }

    /** As the format does it, from 256 KiB on in fragments. */
    void message(int opcode, byte[] payload) {
      int first = opcode;
      int from = 0;
      for (; payload.length - from > 262_144; from += 262_144, first = 0) {
        frames.add(ServerFrames.frame(first, Arrays.copyOfRange(payload, from, from + 262_144)));
      }
      byte[] rest = Arrays.copyOfRange(payload, from, payload.length);
      frames.add(ServerFrames.frame(first | 0x80, rest));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void leavesAsAModelSays(long seed) {
    for (int i = 0; i < 15; i++) {
      conversation(new Random(seed * 1000 + i));
    }
  }

  private static void conversation(Random random) {
    SocketEncoder encoder = new SocketEncoder(null, new DeflaterPool(4, 1));
    StreamOptions options = StreamOptions.DEFAULT.highWaterMark(1 << 30);
    Outbound outbound = new Outbound(Wire.WEBSOCKET, options, TimeSource.system(), encoder);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Model model = new Model();
    int mostTaken = 1 + random.nextInt(random.nextBoolean() ? 10 : 20_000);
    for (int step = 0; step < 300; step++) {
      int what = random.nextInt(400);
      if (what == 0 && step > 100) {
        outbound.pushFrame(CLOSE);
        if (!model.closed && model.frames.stream().noneMatch(f -> f[0] == CLOSE[0])) {
          model.frames.add(CLOSE);
        }
      } else if (what == 1 && step > 100) {
        encoder.closeNow(FAIL, outbound);
        model.closeNow(FAIL);
      } else if (what < 100) {
        byte[] control = random.nextInt(3) == 0 ? pong("" + step) : ping("" + step);
        encoder.control(control);
        model.control(control);
      } else if (what < 200) {
        byte[] payload = new byte[length(random)];
        random.nextBytes(payload);
        boolean text = random.nextBoolean();
        if (outbound.push(Event.of(text ? payload : Message.of(payload)))) {
          model.message(text ? 1 : 2, payload);
        }
      } else {
        take(outbound, out, model, 1 + random.nextInt(mostTaken));
      }
    }
    outbound.end();
    encoder.release();
    while (take(outbound, out, model, 100_000) > 0) {
      // To the end.
    }
    assertThat(model.next()).isFalse();
    assertThat(outbound.isFinished()).isTrue();
    assertThat(out.toByteArray()).isEqualTo(model.out.toByteArray());
  }

  private static int take(Outbound outbound, ByteArrayOutputStream out, Model model, int most) {
    int length = (int) Math.min(outbound.available(), most);
    assertThat(outbound.read(out::write, most)).isEqualTo(length);
    int modelled = 0;
    while (modelled < length && model.next()) {
      modelled++;
    }
    assertThat(modelled).isEqualTo(length);
    return length;
  }

  private static int length(Random random) {
    return switch (random.nextInt(20)) {
      case 0 -> 120 + random.nextInt(12);
      case 1 -> 65_530 + random.nextInt(12);
      case 2 -> 4000 + random.nextInt(20_000);
      case 3 -> random.nextInt(10) == 0 ? 262_140 + random.nextInt(300_000) : 0;
      default -> random.nextInt(100);
    };
  }
}
