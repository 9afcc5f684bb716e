package dev.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.Decoder;
import com.github.luben.zstd.ZstdInputStream;
import dev.millrace.http.Coding;
import dev.millrace.http.Compression;
import dev.millrace.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that are encoded on their way out, with the test as event loop. Needs no port. */
class EncodedOutboundTest {
  private static final StreamOptions SMALL = StreamOptions.DEFAULT.highWaterMark(1024);

  private final DeflaterPool pool = new DeflaterPool(4, 2);
  private final Encoders encoders = new Encoders(Compression.DEFAULT, pool);
  private final ByteArrayOutputStream read = new ByteArrayOutputStream();

  private Outbound outbound(Wire wire) {
    return new Outbound(wire, SMALL, TimeSource.system(), encoders.begin(Coding.GZIP));
  }

  private void readAll(Outbound outbound) {
    while (outbound.available() > 0) {
      outbound.read(read::write, 7);
    }
  }

  private static byte[] decode(Coding coding, byte[] bytes) throws IOException {
    var encoded = new ByteArrayInputStream(bytes);
    try (InputStream in =
        switch (coding) {
          case GZIP -> new GZIPInputStream(encoded);
          case ZSTD -> new ZstdInputStream(encoded);
          case BR -> new ByteArrayInputStream(Decoder.decompress(bytes).getDecompressedData());
        }) {
      return in.readAllBytes();
    }
  }

  /** What a client can show of what it has got so far. */
  private String decodedSoFar() throws IOException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(read.toByteArray()))) {
      byte[] plain = new byte[100_000];
      int length = 0;
      try {
        for (int n = in.read(plain); n > 0; n = in.read(plain, length, plain.length - length)) {
          length += n;
        }
      } catch (java.io.EOFException e) {
        // The end has not come yet.
      }
      return new String(plain, 0, length, StandardCharsets.UTF_8);
    }
  }

  @Test
  void anEventCanBeReadBeforeTheNextIsSent() throws Exception {
    Outbound outbound = outbound(Wire.SSE);
    StringBuilder sent = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      outbound.send(Event.of("event " + i));
      sent.append("data: event ").append(i).append("\n\n");
      readAll(outbound);
      assertThat(decodedSoFar()).isEqualTo(sent.toString());
      assertThat(pool.borrowed()).isZero();
    }
    assertThat(pool.kept()).isEqualTo(1);
    assertThat(outbound.isFinished()).isFalse();
    outbound.end();
    assertThat(outbound.isFinished()).isFalse();
    readAll(outbound);
    assertThat(outbound.isFinished()).isTrue();
    assertThat(decode(Coding.GZIP, read.toByteArray())).asString().isEqualTo(sent.toString());
  }

  @Test
  void heartbeatsAndTheReconnectionTimeAreEncodedToo() throws Exception {
    Outbound outbound = outbound(Wire.SSE);
    outbound.heartbeat();
    readAll(outbound);
    assertThat(decodedSoFar()).isEqualTo(":\n\n");
    outbound.comment("hello");
    outbound.retry(1500);
    outbound.end();
    readAll(outbound);
    assertThat(decode(Coding.GZIP, read.toByteArray()))
        .asString()
        .isEqualTo(":\n\n: hello\n\nretry: 1500\n\n");
  }

  @Test
  void whatTheWireAddsAtTheEndComesBeforeTheTrailer() throws Exception {
    Outbound outbound = outbound(Wire.JSON_ARRAY);
    outbound.send(Event.of("1"));
    readAll(outbound);
    outbound.send(Event.of("2"));
    outbound.end();
    readAll(outbound);
    assertThat(decode(Coding.GZIP, read.toByteArray())).asString().isEqualTo("[1,2]");
  }

  @Test
  void anEmptyStreamIsAnEmptyBody() throws Exception {
    Outbound outbound = outbound(Wire.SSE);
    assertThat(outbound.available()).isZero();
    outbound.end();
    readAll(outbound);
    assertThat(outbound.isFinished()).isTrue();
    assertThat(decode(Coding.GZIP, read.toByteArray())).isEmpty();
  }

  @Test
  void aCutStreamHasNoTrailer() throws Exception {
    Outbound outbound = outbound(Wire.SSE);
    outbound.send(Event.of("first"));
    assertThat(outbound.available()).isPositive();
    outbound.discard();
    readAll(outbound);
    assertThat(read.size()).isZero();
    assertThat(outbound.isFinished()).isFalse();
    outbound.end();
    assertThat(outbound.available()).isZero();
    assertThat(outbound.isFinished()).isFalse();
    assertThat(pool.borrowed()).isZero();
  }

  /** Between being told and reading, as a transport does: what was promised is given. */
  @Test
  void whatIsAvailableCanBeReadWhateverHappensInBetween() throws Exception {
    Outbound outbound = outbound(Wire.SSE);
    outbound.send(Event.of("first"));
    int available = (int) outbound.available();
    outbound.discard();
    assertThat(outbound.read(read::write, available)).isEqualTo(available);
    assertThat(outbound.available()).isZero();
    assertThat(outbound.isFinished()).isFalse();
  }

  @Test
  void aTrailerThatWaitsIsNoEnd() {
    Outbound outbound = outbound(Wire.SSE);
    outbound.end();
    assertThat(outbound.available()).isEqualTo(20);
    outbound.read(read::write, 19);
    assertThat(outbound.isFinished()).isFalse();
    assertThat(outbound.available()).isEqualTo(1);
    outbound.read(read::write, 100);
    assertThat(outbound.isFinished()).isTrue();
  }

  @Test
  void aReaderThatTakesNothingHoldsOneBatchAtMost() throws Exception {
    Outbound outbound =
        new Outbound(
            Wire.RAW,
            StreamOptions.DEFAULT.highWaterMark(100_000),
            TimeSource.system(),
            encoders.begin(Coding.GZIP));
    byte[] noise = new byte[99_000];
    new Random(1).nextBytes(noise);
    outbound.write(noise, 0, noise.length);
    long first = outbound.available();
    assertThat(first).isBetween(16_000L, 17_000L);
    for (int i = 0; i < 10; i++) {
      assertThat(outbound.available()).isEqualTo(first);
    }
    assertThat(outbound.pending()).isEqualTo(99_000 - 16 * 1024);
  }

  /** Only the reader's taking counts as such: a stalled one must be found. */
  @Test
  void encodingIsNotReading() throws Exception {
    long[] now = {0};
    TimeSource time =
        new TimeSource() {
          @Override
          public long nanoTime() {
            return now[0];
          }

          @Override
          public java.time.Instant instant() {
            return java.time.Instant.EPOCH;
          }
        };
    Outbound outbound = new Outbound(Wire.SSE, SMALL, time, encoders.begin(Coding.GZIP));
    outbound.send(Event.of("x"));
    now[0] = 5;
    assertThat(outbound.available()).isPositive();
    assertThat(outbound.lastRead()).isZero();
    outbound.read(read::write, 1);
    assertThat(outbound.lastRead()).isEqualTo(5);
  }

  @Test
  void aWriterThatWaitsGoesOnWhenABatchHasBeenEncoded() throws Exception {
    Outbound outbound = outbound(Wire.SSE);
    outbound.send(Event.of("x".repeat(2000)));
    Thread writer =
        Thread.startVirtualThread(() -> {
          try {
            outbound.send(Event.of("second"));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    Awaitility.await().until(() -> writer.getState() == Thread.State.WAITING);
    readAll(outbound);
    assertThat(writer.join(java.time.Duration.ofSeconds(5))).isTrue();
    readAll(outbound);
    assertThat(decodedSoFar()).endsWith("data: second\n\n");
  }

  @ParameterizedTest
  @EnumSource(
      value = Coding.class,
      names = {"GZIP", "ZSTD"})
  void aRandomReaderGetsWhatRandomWritersWrote(Coding coding) throws Exception {
    assumeThat(encoders.streamed()).contains(coding);
    for (long seed = 0; seed < 20; seed++) {
      randomConversation(coding, new Random(seed));
    }
  }

  private void randomConversation(Coding coding, Random random) throws Exception {
    Outbound outbound = new Outbound(Wire.RAW, SMALL, TimeSource.system(), encoders.begin(coding));
    ByteArrayOutputStream truth = new ByteArrayOutputStream();
    long writerSeed = random.nextLong();
    Thread writer =
        Thread.startVirtualThread(() -> {
          try {
            write(outbound, new Random(writerSeed), truth);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!outbound.isFinished()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      long available = outbound.available();
      int most = 1 + random.nextInt(random.nextBoolean() ? 30_000 : 50);
      int taken = outbound.read(got::write, most);
      assertThat(taken).isGreaterThanOrEqualTo((int) Math.min(available, most));
    }
    writer.join();
    assertThat(decode(coding, got.toByteArray())).isEqualTo(truth.toByteArray());
  }

  private static void write(Outbound outbound, Random random, ByteArrayOutputStream truth)
      throws InterruptedException {
    int events = random.nextInt(200);
    for (int i = 0; i < events; i++) {
      byte[] bytes = new byte[1 + random.nextInt(random.nextInt(20) == 0 ? 40_000 : 300)];
      if (random.nextBoolean()) {
        random.nextBytes(bytes);
      }
      outbound.write(bytes, 0, bytes.length);
      truth.writeBytes(bytes);
    }
    outbound.end();
  }

  @ParameterizedTest
  @EnumSource(Coding.class)
  void aWholeBodyComesBack(Coding coding) throws IOException {
    assumeThat(encoders.whole()).contains(coding);
    if (coding == Coding.BR) {
      Brotli4jLoader.ensureAvailability();
    }
    Random random = new Random(3);
    for (int length : new int[] {0, 1, 100, 1024, 20_000, 3_000_000}) {
      byte[] noise = new byte[length];
      random.nextBytes(noise);
      byte[] zeros = new byte[length];
      assertThat(decode(coding, encoders.encode(coding, noise))).isEqualTo(noise);
      assertThat(decode(coding, encoders.encode(coding, zeros))).isEqualTo(zeros);
    }
    assertThat(pool.borrowed()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100})
  void anEmptyZstdStreamIsAFrame(int most) throws IOException {
    assumeThat(encoders.streamed()).contains(Coding.ZSTD);
    Outbound outbound =
        new Outbound(Wire.RAW, SMALL, TimeSource.system(), encoders.begin(Coding.ZSTD));
    outbound.end();
    while (!outbound.isFinished()) {
      outbound.read(read::write, most);
    }
    assertThat(read.size()).isPositive();
    assertThat(decode(Coding.ZSTD, read.toByteArray())).isEmpty();
  }
}
