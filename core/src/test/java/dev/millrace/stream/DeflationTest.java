package dev.millrace.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.stream.ServerFrames.Frame;
import dev.millrace.stream.ServerFrames.Whole;
import dev.millrace.time.TimeSource;
import dev.millrace.websocket.Agreement;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages that are compressed on their way out (RFC 7692, section 7.2.1), with the test as event
 * loop and the JDK's own inflater as the client. Needs no port.
 */
class DeflationTest {
  private static final StreamOptions OPTIONS = StreamOptions.DEFAULT.highWaterMark(1 << 30);
  private static final int MIN = 128;

  private final DeflaterPool pool = new DeflaterPool(4, 2);
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private static Agreement agreement(int bits, boolean context) {
    return new Agreement(context, false, bits, 15, MIN, "permessage-deflate");
  }

  private SocketEncoder encoder(int bits, boolean context) {
    return new SocketEncoder(agreement(bits, context), pool);
  }

  private static Outbound outbound(SocketEncoder encoder) {
    return new Outbound(Wire.WEBSOCKET, OPTIONS, TimeSource.system(), encoder);
  }

  private int read(Outbound outbound, int most) {
    int length = (int) Math.min(outbound.available(), most);
    assertThat(outbound.read(out::write, most)).isEqualTo(length);
    return length;
  }

  private void readAll(Outbound outbound) {
    while (read(outbound, 100_000) > 0) {
      assertThat(pool.borrowed()).isZero();
    }
  }

  private static byte[] text(int length) {
    Random random = new Random(length);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(
          "{\"sensor\":%d,\"value\":%d},".formatted(random.nextInt(9), random.nextInt(1000)));
    }
    return Arrays.copyOf(text.toString().getBytes(US_ASCII), length);
  }

  private static byte[] noise(int length) {
    byte[] noise = new byte[length];
    new Random(length).nextBytes(noise);
    return noise;
  }

  /** As a client does (section 7.2.2). */
  private static final class Client {
    private final Inflater inflater = new Inflater(true);
    private final boolean context;

    Client(boolean context) {
      this.context = context;
    }

    byte[] message(Whole whole) throws DataFormatException {
      if (!whole.compressed()) {
        return whole.payload();
      }
      byte[] tailed = Arrays.copyOf(whole.payload(), whole.payload().length + 4);
      tailed[tailed.length - 1] = (byte) 0xff;
      tailed[tailed.length - 2] = (byte) 0xff;
      byte[] plain = inflate(inflater, tailed);
      if (!context) {
        inflater.reset();
      }
      return plain;
    }
  }

  private static byte[] inflate(Inflater inflater, byte[] compressed) throws DataFormatException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    byte[] some = new byte[10_000];
    inflater.setInput(compressed);
    for (int n = inflater.inflate(some); n > 0; n = inflater.inflate(some)) {
      plain.write(some, 0, n);
    }
    assertThat(inflater.getRemaining()).isZero();
    return plain.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "8, false",
    "9, false",
    "10, false",
    "11, false",
    "12, false",
    "13, false",
    "14, false",
    "15, false",
    "8, true",
    "9, true",
    "10, true",
    "11, true",
    "12, true",
    "13, true",
    "14, true",
    "15, true"
  })
  void messagesComeBack(int bits, boolean context) throws Exception {
    SocketEncoder encoder = encoder(bits, context);
    Outbound outbound = outbound(encoder);
    Client client = new Client(context);
    List<byte[]> sent = new ArrayList<>();
    for (int length : new int[] {0, 1, MIN - 1, MIN, MIN + 1, 16_383, 16_384, 16_385, 500_000}) {
      sent.add(text(length));
      sent.add(noise(length));
      sent.add(text(length));
    }
    for (byte[] payload : sent) {
      outbound.push(Event.of(Message.of(payload)));
      readAll(outbound);
      assertThat(encoder.held()).isLessThanOrEqualTo(context ? Math.min(4096, 1 << (bits - 1)) : 0);
    }
    List<Whole> messages = ServerFrames.messages(ServerFrames.read(out.toByteArray()));
    assertThat(messages).hasSameSizeAs(sent);
    for (int i = 0; i < sent.size(); i++) {
      Whole whole = messages.get(i);
      assertThat(whole.opcode()).isEqualTo(2);
      assertThat(client.message(whole)).isEqualTo(sent.get(i));
      assertThat(whole.compressed()).isEqualTo(shouldBeCompressed(sent.get(i), i % 3 == 1, bits));
    }
  }

  @Test
  void aLongMessageLeavesInFragments() throws Exception {
    for (byte[] payload : List.of(text(1 << 20), noise(1 << 20))) {
      Outbound outbound = outbound(encoder(15, false));
      out.reset();
      outbound.push(Event.of(Message.of(payload)));
      readAll(outbound);
      Whole whole = ServerFrames.messages(ServerFrames.read(out.toByteArray())).getFirst();
      assertThat(whole.frames()).isEqualTo(64);
      assertThat(new Client(false).message(whole)).isEqualTo(payload);
    }
  }

  private static boolean shouldBeCompressed(byte[] payload, boolean noise, int bits) {
    boolean pieces = payload.length > Math.min(16_384, 1 << (bits - 1));
    return payload.length >= MIN && (pieces || !noise);
  }

  /**
   * Each piece can be inflated by who knows no more than the last half window before it, and is no
   * longer than the other half: so nothing in it refers further back than a window.
   */
  @ParameterizedTest
  @ValueSource(ints = {8, 9, 10, 11, 12, 13, 14, 15})
  void nothingRefersFurtherBackThanTheWindow(int bits) throws Exception {
    Outbound outbound = outbound(encoder(bits, true));
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    for (int length : new int[] {200, 5000, 300, 100_000, 129, 40_000}) {
      byte[] payload = text(length);
      sent.writeBytes(payload);
      outbound.push(Event.of(Message.of(payload)));
    }
    readAll(outbound);
    byte[] plain = sent.toByteArray();
    int half = Math.min(16_384, 1 << (bits - 1));
    int at = 0;
    for (Frame frame : ServerFrames.read(out.toByteArray())) {
      Inflater inflater = new Inflater(true);
      inflater.setDictionary(Arrays.copyOfRange(plain, Math.max(0, at - half), at));
      byte[] tail = frame.fin() ? new byte[] {0, 0, -1, -1} : new byte[0];
      byte[] payload = Arrays.copyOf(frame.payload(), frame.payload().length + tail.length);
      System.arraycopy(tail, 0, payload, frame.payload().length, tail.length);
      byte[] piece = inflate(inflater, payload);
      inflater.end();
      assertThat(piece).hasSizeBetween(1, half);
      assertThat(piece).isEqualTo(Arrays.copyOfRange(plain, at, at + piece.length));
      at += piece.length;
    }
    assertThat(at).isEqualTo(plain.length);
  }

  @Test
  void aMessageMayReferToEarlierOnesOnlyWhereAgreed() {
    byte[] payload = text(400);
    assertThat(secondMessage(payload, true)).isLessThan(30);
    assertThat(secondMessage(payload, false)).isGreaterThan(60);
  }

  private int secondMessage(byte[] payload, boolean context) {
    Outbound outbound = outbound(encoder(15, context));
    out.reset();
    outbound.push(Event.of(payload));
    outbound.push(Event.of(payload));
    readAll(outbound);
    return ServerFrames.read(out.toByteArray()).get(1).payload().length;
  }

  @Test
  void shortMessagesLeaveTogetherAndLongOnesAPieceAtATime() {
    Outbound outbound = outbound(encoder(15, false));
    for (int i = 0; i < 100; i++) {
      outbound.push(Event.of("short"));
    }
    assertThat(outbound.available()).isEqualTo(700);
    assertThat(outbound.isEncoded()).as("nothing was compressed").isFalse();
    readAll(outbound);
    outbound.push(Event.of(Message.of(noise(200_000))));
    assertThat(outbound.available()).isBetween(16_384L, 16_500L);
    assertThat(outbound.isEncoded()).isTrue();
    read(outbound, 20_000);
    assertThat(outbound.isEncoded()).as("when it has been taken, too").isTrue();
    readAll(outbound);
    out.reset();
    for (int i = 0; i < 100; i++) {
      outbound.push(Event.of(Message.of(text(200))));
    }
    outbound.available();
    assertThat(ServerFrames.read(batch(outbound))).hasSize(16);
  }

  private byte[] batch(Outbound outbound) {
    read(outbound, (int) outbound.available());
    return out.toByteArray();
  }

  @Test
  void theApplicationsCloseFrameIsNotCompressed() {
    byte[] close = ServerFrames.frame(0x88, noise(125));
    Agreement all = new Agreement(true, true, 15, 15, 0, "permessage-deflate");
    SocketEncoder encoder = new SocketEncoder(all, pool);
    Outbound outbound = outbound(encoder);
    outbound.push(Event.of(text(1000)));
    outbound.push(Event.of(""));
    outbound.pushFrame(close);
    outbound.end();
    encoder.release();
    readAll(outbound);
    assertThat(outbound.isFinished()).isTrue();
    List<Frame> frames = ServerFrames.read(out.toByteArray());
    assertThat(frames).extracting(Frame::compressed).containsExactly(true, false, false);
    assertThat(frames.getLast().payload()).isEqualTo(noise(125));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void messagesKeepTheirOrderAndControlFramesOvertake(long seed) throws Exception {
    for (int i = 0; i < 8; i++) {
      conversation(new Random(seed * 100 + i), false);
      conversation(new Random(seed * 100 + i), true);
    }
  }

  private void conversation(Random random, boolean closes) throws DataFormatException {
    out.reset();
    boolean context = random.nextBoolean();
    SocketEncoder encoder = encoder(8 + random.nextInt(8), context);
    Outbound outbound = outbound(encoder);
    List<byte[]> sent = new ArrayList<>();
    List<Integer> asked = new ArrayList<>();
    int mostTaken = 1 + random.nextInt(random.nextBoolean() ? 20 : 30_000);
    for (int step = 0; step < 200; step++) {
      int what = random.nextInt(20);
      if (what == 0) {
        encoder.control(ServerFrames.frame(0x89, new byte[] {(byte) asked.size()}));
        asked.add(out.size());
      } else if (what < 8) {
        byte[] payload = payload(random);
        sent.add(payload);
        outbound.push(Event.of(random.nextBoolean() ? payload : Message.of(payload)));
      } else {
        read(outbound, 1 + random.nextInt(mostTaken));
      }
    }
    int closed = out.size();
    if (closes) {
      encoder.closeNow(ServerFrames.frame(0x88, new byte[0]), outbound);
    } else {
      outbound.end();
      encoder.release();
    }
    readAll(outbound);
    assertThat(outbound.isFinished()).isTrue();
    List<Frame> frames = ServerFrames.read(out.toByteArray());
    pingsOvertook(frames, asked);
    if (closes) {
      assertThat(frames.removeLast().opcode()).isEqualTo(8);
      assertThat(frames.stream().anyMatch(frame -> !frame.isControl() && frame.at() >= closed))
          .isFalse();
    } else {
      messagesAre(frames, sent, new Client(context));
    }
  }

  private static void pingsOvertook(List<Frame> frames, List<Integer> asked) {
    for (Frame ping : frames.stream().filter(frame -> frame.opcode() == 9).toList()) {
      int from = asked.get(ping.payload()[0]);
      boolean late =
          frames.stream().anyMatch(f -> !f.isControl() && f.at() >= from && f.at() < ping.at());
      assertThat(late).isFalse();
    }
    long pings = frames.stream().filter(frame -> frame.opcode() == 9).count();
    assertThat(pings).isGreaterThanOrEqualTo(Math.min(asked.size(), 16));
  }

  private static void messagesAre(List<Frame> frames, List<byte[]> sent, Client client)
      throws DataFormatException {
    List<Frame> data = frames.stream().filter(frame -> !frame.isControl()).toList();
    List<Whole> messages = ServerFrames.messages(data);
    assertThat(messages).hasSameSizeAs(sent);
    for (int i = 0; i < sent.size(); i++) {
      assertThat(client.message(messages.get(i))).isEqualTo(sent.get(i));
    }
  }

  private static byte[] payload(Random random) {
    int length =
        switch (random.nextInt(8)) {
          case 0 -> random.nextInt(60_000);
          case 1 -> MIN - 1 + random.nextInt(3);
          case 2 -> 0;
          case 3 -> random.nextInt(20) == 0 ? 250_000 + random.nextInt(200_000) : 16_384;
          default -> random.nextInt(1000);
        };
    return random.nextInt(3) == 0 ? noise(length) : text(length);
  }
}
