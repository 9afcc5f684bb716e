package dev.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.millrace.stream.Encoder.Part;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One gzip member, made by many deflaters. The JDK's own decoder and others tell the truth. */
class GzipEncoderTest {
  private static final int GZIP_HEADER = 10;

  private final DeflaterPool pool = new DeflaterPool(4, 2);

  /** Plain bytes in batches, and what an encoder made of each. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Encoded(byte[] plain, List<Integer> plainEnds, byte[] gzip, List<Integer> ends) {}

  private Encoded encode(Random random, List<byte[]> batches, boolean endsWithBatch) {
    GzipEncoder encoder = new GzipEncoder(pool);
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    List<Integer> plainEnds = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    for (int i = 0; i < batches.size(); i++) {
      ByteBuilder out = new ByteBuilder(16);
      boolean last = endsWithBatch && i == batches.size() - 1;
      encoder.encode(parts(random, batches.get(i)), last, out);
      plain.writeBytes(batches.get(i));
      gzip.writeBytes(out.toByteArray());
      plainEnds.add(plain.size());
      ends.add(gzip.size());
      assertThat(pool.borrowed()).isZero();
    }
    if (!endsWithBatch) {
      ByteBuilder out = new ByteBuilder(16);
      encoder.encode(List.of(), true, out);
      gzip.writeBytes(out.toByteArray());
    }
    return new Encoded(plain.toByteArray(), plainEnds, gzip.toByteArray(), ends);
  }

  /** A batch as it comes out of an Outbound: in pieces, in the middle of larger arrays. */
  private static List<Part> parts(Random random, byte[] batch) {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    while (at < batch.length) {
      int length = Math.min(batch.length - at, 1 + random.nextInt(batch.length));
      byte[] array = new byte[length + 20];
      random.nextBytes(array);
      System.arraycopy(batch, at, array, 7, length);
      parts.add(new Part(array, 7, length));
      at += length;
    }
    return parts;
  }

  private static byte[] gunzip(byte[] gzip) throws IOException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
      return in.readAllBytes();
    }
  }

  private static List<byte[]> randomBatches(Random random) {
    List<byte[]> batches = new ArrayList<>();
    int count = 1 + random.nextInt(40);
    for (int i = 0; i < count; i++) {
      batches.add(randomBatch(random));
    }
    return batches;
  }

  private static byte[] randomBatch(Random random) {
    int length =
        switch (random.nextInt(6)) {
          case 0 -> 1;
          case 1 -> 1 + random.nextInt(20);
          case 2 -> 510 + random.nextInt(5);
          case 3 -> 16 * 1024;
          case 4 -> 1 + random.nextInt(16 * 1024);
          default -> 100 + random.nextInt(300);
        };
    byte[] batch = new byte[length];
    if (random.nextInt(4) == 0) {
      random.nextBytes(batch);
    } else {
      StringBuilder events = new StringBuilder();
      while (events.length() < length) {
        events.append(
            "data: {\"sensor\":%d,\"value\":%d}\n\n"
                .formatted(random.nextInt(9), random.nextInt(1_000_000)));
      }
      byte[] ascii = events.toString().getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(ascii, 0, batch, 0, length);
    }
    return batch;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void whatManyDeflatersGiveIsOneGzipStream(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      Encoded encoded = encode(random, randomBatches(random), random.nextBoolean());
      assertThat(gunzip(encoded.gzip)).isEqualTo(encoded.plain);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15})
  void eachBatchCanBeReadBeforeTheNextIsMade(long seed) throws DataFormatException {
    Random random = new Random(seed);
    Encoded encoded = encode(random, randomBatches(random), false);
    Inflater inflater = new Inflater(true);
    byte[] plain = new byte[encoded.plain.length + 1];
    int read = 0;
    int from = GZIP_HEADER;
    for (int i = 0; i < encoded.ends.size(); i++) {
      int end = encoded.ends.get(i);
      inflater.setInput(encoded.gzip, from, end - from);
      for (int n = inflater.inflate(plain, read, plain.length - read);
          n > 0;
          n = inflater.inflate(plain, read, plain.length - read)) {
        read += n;
      }
      assertThat(read).isEqualTo(encoded.plainEnds.get(i));
      from = end;
    }
    assertThat(plain).startsWith(encoded.plain);
    inflater.end();
  }

  @Test
  void aStreamWithoutABatchIsAnEmptyBody() throws IOException {
    Encoded encoded = encode(new Random(0), List.of(), false);
    assertThat(gunzip(encoded.gzip)).isEmpty();
    assertThat(encoded.gzip).hasSize(20);
  }

  @Test
  void withoutItsEndTheStreamIsSeenToBeCut() {
    Encoded encoded = encode(new Random(0), List.of(new byte[100], new byte[100]), false);
    byte[] cut = java.util.Arrays.copyOf(encoded.gzip, encoded.ends.getLast());
    assertThatThrownBy(() -> gunzip(cut)).isInstanceOf(EOFException.class);
  }

  /** What the pieces remember of each other makes short events small. */
  @Test
  void aShortEventRefersToThoseBefore() {
    GzipEncoder encoder = new GzipEncoder(pool);
    byte[] event =
        "data: {\"type\":\"temperature\",\"sensor\":\"kitchen\",\"unit\":\"celsius\"}\n\n"
            .getBytes(StandardCharsets.US_ASCII);
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ByteBuilder out = new ByteBuilder(16);
      encoder.encode(List.of(new Part(event, 0, event.length)), false, out);
      sizes.add(out.size());
    }
    assertThat(sizes.get(0)).isGreaterThan(60);
    assertThat(sizes.get(1)).isLessThan(20);
    assertThat(sizes.get(2)).isLessThan(20);
  }

  @Test
  void aWholeBodyHasNoFlushInIt() throws IOException {
    byte[] plain = "x".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
    byte[] gzip = new GzipEncoder(pool).whole(plain);
    assertThat(gunzip(gzip)).isEqualTo(plain);
    assertThat(gzip).hasSizeLessThan(70);
  }

  @Test
  void thePoolKeepsNoMoreThanItMay() {
    var borrowed = List.of(pool.borrow(), pool.borrow(), pool.borrow(), pool.borrow());
    assertThat(pool.borrowed()).isEqualTo(4);
    borrowed.forEach(pool::giveBack);
    assertThat(pool.borrowed()).isZero();
    assertThat(pool.kept()).isEqualTo(2);
  }

  /** Other people's decoders, where the machine has them. */
  @ParameterizedTest
  @ValueSource(strings = {"gzip -dc", "python3 -c import,sys,zlib"})
  void otherDecodersReadItToo(String command, @TempDir Path directory) throws Exception {
    Random random = new Random(5);
    Encoded encoded = encode(random, randomBatches(random), false);
    Path file = Files.write(directory.resolve("stream.gz"), encoded.gzip);
    List<String> words =
        command.startsWith("gzip")
            ? List.of("gzip", "-dc")
            : List.of(
                "python3",
                "-c",
                "import sys, zlib; d = zlib.decompressobj(31);"
                    + "sys.stdout.buffer.write(d.decompress(sys.stdin.buffer.read()));"
                    + "sys.exit(0 if d.eof and not d.unused_data else 1)");
    assumeThat(isInstalled(words.getFirst())).isTrue();
    Path plain = directory.resolve("plain");
    Process process =
        new ProcessBuilder(words)
            .redirectInput(file.toFile())
            .redirectOutput(plain.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(Files.readAllBytes(plain)).isEqualTo(encoded.plain);
  }

  private static boolean isInstalled(String program) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(program, "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
