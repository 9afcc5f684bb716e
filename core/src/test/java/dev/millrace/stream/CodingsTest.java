package dev.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import dev.millrace.http.Coding;
import dev.millrace.http.Compression;
import dev.millrace.time.TimeSource;
import dev.millrace.websocket.Agreement;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of rooms that are encoded once for many readers, each of whom can decode all of it. */
class CodingsTest {
  private static final int READERS = 20;

  private final DeflaterPool pool = new DeflaterPool(4, 2);
  private final Encoders encoders = new Encoders(Compression.DEFAULT, pool);

  private record Messages(List<byte[]> events, Codings codings) implements Batch {
    @Override
    public int size() {
      return events.size();
    }

    @Override
    public byte[] event(int index) {
      return events.get(index);
    }

    @Override
    public int length() {
      return events.stream().mapToInt(event -> event.length).sum();
    }
  }

  /** One reader: its stream, what it has been given, and what of that has come. */
  private static final class Reader implements Feed {
    final Outbound outbound;
    final ByteArrayOutputStream given = new ByteArrayOutputStream();
    final ByteArrayOutputStream came = new ByteArrayOutputStream();
    private @Nullable Batch next;
    private int at;

    Reader(Wire wire, Encoder encoder) {
      outbound = new Outbound(wire, StreamOptions.DEFAULT, TimeSource.system(), encoder);
      outbound.feed(this, null);
    }

    void gives(Batch batch) {
      next = batch;
      at = 0;
    }

    void reads(int most) {
      for (long some = outbound.available(); some > 0; some = outbound.available()) {
        outbound.read(came::write, (int) Math.min(some, most));
      }
    }

    @Override
    public boolean hasMore() {
      return next != null;
    }

    @Override
    public int available() {
      return next == null ? 0 : next.length() - at;
    }

    @Override
    public int read(Outbound.Sink sink, int most) {
      int taken = Math.min(most, available());
      if (next != null) {
        byte[] all = bytes(next);
        sink.write(all, at, taken);
        given.write(all, at, taken);
        at += taken;
        next = at == all.length ? null : next;
      }
      return taken;
    }

    private static byte[] bytes(Batch batch) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (int i = 0; i < batch.size(); i++) {
        all.writeBytes(batch.event(i));
      }
      return all.toByteArray();
    }

    @Override
    public void settle() {}

    @Override
    public int rest() {
      return next == null || at == 0 ? 0 : available();
    }

    @Override
    public void cut(int most) {}

    @Override
    public @Nullable Batch batch() {
      return next;
    }

    @Override
    public void given(int events) {
      for (int i = 0; next != null && i < events; i++) {
        given.writeBytes(next.event(i));
      }
      next = null;
    }
  }

  private static byte[] event(Random random, int number) {
    int length = random.nextInt(20) == 0 ? 20_000 : random.nextInt(300);
    String words = ("price of wheat " + random.nextInt(50) + ", ").repeat(1 + length / 20);
    return ("id: x." + number + "\ndata: " + words + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  private static Messages messages(Random random, int number) {
    List<byte[]> events = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      events.add(event(random, number * 10 + i));
    }
    return new Messages(events, new Codings());
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD"})
  void eachReaderCanDecodeWhatItWasGivenWhateverItHadBefore(Coding coding) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Reader> readers = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      readers.add(new Reader(Wire.SSE, encoders.begin(coding)));
    }
    for (int round = 0; round < 60; round++) {
      Messages batch = messages(random, round);
      for (Reader reader : readers) {
        if (random.nextInt(10) == 0) {
          byte[] own = ("data: mine " + random.nextInt() + "\n\n").getBytes(StandardCharsets.UTF_8);
          reader.outbound.write(own, 0, own.length);
          reader.given.writeBytes(own);
          reader.reads(1 + random.nextInt(5_000));
        }
        if (random.nextInt(10) > 0) {
          reader.gives(batch);
          reader.reads(1 + random.nextInt(5_000));
        }
      }
    }
    for (Reader reader : readers) {
      reader.outbound.end();
      reader.reads(100);
      assertThat(decode(coding, reader.came.toByteArray()))
          .as("seed %d", seed)
          .isEqualTo(reader.given.toByteArray());
      assertThat(reader.outbound.isFinished()).isTrue();
    }
  }

  private static byte[] decode(Coding coding, byte[] bytes) throws IOException {
    var encoded = new ByteArrayInputStream(bytes);
    try (InputStream in =
        coding == Coding.GZIP ? new GZIPInputStream(encoded) : new ZstdInputStream(encoded)) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoWasGivenTheSameBeforeIsGivenTheSameBytes(boolean same) throws Exception {
    Reader one = new Reader(Wire.SSE, encoders.begin(Coding.GZIP));
    Reader other = new Reader(Wire.SSE, encoders.begin(Coding.GZIP));
    for (Reader reader : List.of(one, other)) {
      byte[] own =
          (same || reader.equals(one) ? "data: the same\n\n" : "data: another\n\n")
              .repeat(100)
              .getBytes(StandardCharsets.UTF_8);
      reader.outbound.write(own, 0, own.length);
      reader.reads(10_000);
      reader.came.reset();
    }
    Messages batch = messages(new Random(1), 1);
    one.gives(batch);
    other.gives(batch);
    one.reads(10_000);
    int borrowed = countBorrows(() -> other.reads(10_000));
    assertThat(borrowed).isEqualTo(same ? 0 : 1);
    if (same) {
      assertThat(other.came.toByteArray()).isEqualTo(one.came.toByteArray());
    }
  }

  /** A pool that has nothing to lend makes a new one: then there is one more when it comes back. */
  private int countBorrows(Runnable work) {
    var first = pool.borrow();
    var second = pool.borrow();
    int before = pool.kept();
    work.run();
    int made = pool.kept() - before;
    pool.giveBack(first);
    pool.giveBack(second);
    return made;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 100_000})
  void eachWebSocketCanInflateWhatItWasGiven(int minBytes) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Agreement agreement = new Agreement(false, false, 15, 15, minBytes, "permessage-deflate");
    List<Reader> readers = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      readers.add(new Reader(Wire.WEBSOCKET, encoders.socket(agreement)));
    }
    for (int round = 0; round < 40; round++) {
      List<byte[]> frames = new ArrayList<>();
      for (byte[] event : messages(random, round).events()) {
        ByteBuilder frame = new ByteBuilder(event.length + SocketFormat.MOST_HEADER);
        SocketFormat.header(SocketFormat.TEXT | SocketFormat.FIN, event.length, frame);
        frame.put(event, 0, event.length);
        frames.add(frame.toByteArray());
      }
      Messages batch = new Messages(frames, new Codings());
      for (Reader reader : readers) {
        if (random.nextInt(5) > 0) {
          reader.gives(batch);
          reader.reads(1 + random.nextInt(5_000));
        }
      }
    }
    for (Reader reader : readers) {
      assertThat(inflatedFrames(reader.came.toByteArray()))
          .as("seed %d", seed)
          .isEqualTo(inflatedFrames(reader.given.toByteArray()));
    }
  }

  /** The messages of unmasked frames, put together. */
  private static String inflatedFrames(byte[] frames) throws DataFormatException {
    StringBuilder messages = new StringBuilder();
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    boolean deflated = false;
    for (int at = 0; at < frames.length; ) {
      int first = frames[at] & 0xff;
      int length = frames[at + 1] & 0x7f;
      int start = at + 2;
      if (length == 126) {
        length = (frames[at + 2] & 0xff) << 8 | (frames[at + 3] & 0xff);
        start = at + 4;
      } else if (length == 127) {
        length =
            (frames[at + 7] & 0xff) << 16 | (frames[at + 8] & 0xff) << 8 | (frames[at + 9] & 0xff);
        start = at + 10;
      }
      message.write(frames, start, length);
      deflated |= (first & 0x40) != 0;
      if ((first & 0x80) != 0) {
        messages.append(text(message.toByteArray(), deflated)).append('|');
        message.reset();
        deflated = false;
      }
      at = start + length;
    }
    return messages.toString();
  }

  private static String text(byte[] payload, boolean deflated) throws DataFormatException {
    if (!deflated) {
      return new String(payload, StandardCharsets.UTF_8);
    }
    Inflater inflater = new Inflater(true);
    // What the message has left out (RFC 7692, section 7.2.2).
    byte[] tailed = Arrays.copyOf(payload, payload.length + 4);
    tailed[payload.length + 2] = -1;
    tailed[payload.length + 3] = -1;
    inflater.setInput(tailed);
    byte[] plain = new byte[1 << 20];
    int length = 0;
    for (int n = inflater.inflate(plain); n > 0; n = inflater.inflate(plain, length, 1000)) {
      length += n;
    }
    inflater.end();
    return new String(plain, 0, length, StandardCharsets.UTF_8);
  }
}
