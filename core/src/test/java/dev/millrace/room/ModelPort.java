package dev.millrace.room;

import dev.millrace.http.Coding;
import dev.millrace.http.Compression;
import dev.millrace.json.JsonCodec;
import dev.millrace.stream.Batch;
import dev.millrace.stream.Encoder;
import dev.millrace.stream.Encoders;
import dev.millrace.stream.Event;
import dev.millrace.stream.Feed;
import dev.millrace.stream.Offered;
import dev.millrace.stream.Outbound;
import dev.millrace.stream.SocketEncoder;
import dev.millrace.stream.StreamOptions;
import dev.millrace.stream.Turns;
import dev.millrace.stream.Wire;
import dev.millrace.time.TimeSource;
import java.time.Duration;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A stream whose client takes as many bytes as it is told to, in pieces of any size. It takes them
 * as transports do: it asks how many there are, and must be given these; or it takes whole events,
 * and what is left of one that was cut before all else.
 */
@SuppressWarnings("ThreadPriorityCheck") // to mix what threads do, nothing relies on it
final class ModelPort implements Port {
  private static final Encoders ENCODERS = new Encoders(Compression.DEFAULT);
  private static final byte[] PONG = {(byte) 0x8a, 0};
  private static final byte[] CLOSE = {(byte) 0x88, 2, 3, (byte) 0xe8};
  private static final int GZIP_HEADER = 10;

  private final Rooms rooms;
  private final Turns loop;
  private final Wire wire;
  private final Outbound outbound;
  private final Cursor place;
  private final ModelParser parser;
  private final Outbound.Sink sink;
  private final @Nullable SocketEncoder socket;
  private final boolean passes;
  private final Random random;
  final ModelReader reader;

  // The loop's.
  private long budget;
  private boolean pulling;
  private boolean cut;

  // The thread's that has it.
  private int direct;

  /** It has ended, by whosever will. */
  volatile boolean over;

  volatile boolean disconnected;

  ModelPort(Rooms rooms, Turns loop, Wire wire, Random random, ModelReader reader) {
    this.rooms = rooms;
    this.loop = loop;
    this.wire = wire;
    this.random = random;
    this.reader = reader;
    this.parser = new ModelParser(wire, reader);
    boolean gzip = wire != Wire.WEBSOCKET && random.nextInt(8) == 0;
    this.socket = wire == Wire.WEBSOCKET ? ENCODERS.socket(null) : null;
    Encoder encoder = gzip ? ENCODERS.begin(Coding.GZIP) : socket;
    this.sink = gzip ? new Inflating() : parser;
    this.passes = random.nextBoolean();
    this.outbound = new Outbound(wire, StreamOptions.DEFAULT, TimeSource.system(), encoder);
    this.place = (Cursor) Rooms.place(this);
  }

  /** Undoes what the encoder did. */
  private final class Inflating implements Outbound.Sink {
    private final Inflater inflater = new Inflater(true);
    private final byte[] plain = new byte[8192];
    private int header = GZIP_HEADER;

    @Override
    public void write(byte[] bytes, int from, int length) {
      int skipped = Math.min(header, length);
      header -= skipped;
      inflater.setInput(bytes, from + skipped, length - skipped);
      try {
        for (int more = inflater.inflate(plain); more > 0; more = inflater.inflate(plain)) {
          parser.write(plain, 0, more);
        }
      } catch (DataFormatException e) {
        reader.failed("not compressed: " + e);
      }
    }
  }

  // --- what the client does; on the loop ---

  /** Takes so many bytes more. */
  void take(long bytes) {
    budget = bytes == 0 ? 0 : budget + bytes;
    pull();
  }

  /** The connection is gone. */
  void cut() {
    if (!cut) {
      cut = true;
      reader.tell("cut");
      outbound.discard();
      place.close();
      over = true;
    }
  }

  boolean isSocket() {
    return socket != null;
  }

  void control() {
    if (socket != null) {
      socket.control(PONG);
      pull();
    }
  }

  void closeNow() {
    if (socket != null) {
      socket.closeNow(CLOSE, outbound);
      pull();
    }
  }

  void joined(ModelReader.Seat seat) {
    reader.joined(seat, given());
  }

  /** How many bytes have left, or are about to. */
  private long given() {
    return outbound.stats(Duration.ZERO).bytes() + place.rest();
  }

  void leave(String name, int room) {
    place.leave(name);
    reader.left(room, given());
  }

  /** Who takes whatever comes has been woken for all of it. */
  void wasWoken() {
    if (budget > Integer.MAX_VALUE) {
      finish();
    }
  }

  /** Everything has been taken that there is. */
  void finish() {
    if (!cut && !over && outbound.isOpen()) {
      if (outbound.available() > 0 || parser.isInside()) {
        reader.failed("there is more: " + outbound.available());
      }
      reader.finish();
    }
  }

  // --- what the application does; on one thread ---

  /**
   * Sends something past the rooms.
   *
   * @return whether it was taken
   */
  boolean direct() {
    Event event = new Event(Integer.toString(direct), "direct", null, null, null);
    if (outbound.offer(wire.encode(event, JsonCodec.standard())) != Offered.QUEUED) {
      return false;
    }
    direct++;
    loop.execute(this::pull);
    return true;
  }

  void end() {
    outbound.end();
    loop.execute(() -> {
      if (socket != null) {
        socket.release();
      }
      pull();
    });
  }

  // --- what a transport does ---

  private void pull() {
    if (cut || pulling) {
      return;
    }
    pulling = true;
    try {
      while (budget > 0 && !over) {
        if (!(passes && fan()) && !chunk()) {
          break;
        }
      }
    } finally {
      pulling = false;
    }
    if (!over && outbound.isFinished()) {
      over = true;
      reader.tell("finished");
      if (parser.isInside()) {
        reader.failed("it has ended inside of something");
      }
      place.close();
    }
  }

  private boolean chunk() {
    int most = random.nextInt(3) == 0 ? 1 + random.nextInt(100) : 32 * 1024;
    long available = outbound.available();
    int length = (int) Math.min(Math.min(available, budget), most);
    if (length == 0) {
      return false;
    }
    if (random.nextInt(16) == 0) {
      Thread.yield();
    }
    int taken = outbound.read(sink, length);
    if (taken != length) {
      reader.failed(available + " bytes were promised, but of " + length + " came " + taken);
    }
    budget -= taken;
    return true;
  }

  private boolean fan() {
    Feed feed = outbound.direct();
    Batch batch = feed == null ? null : feed.batch();
    if (feed == null || batch == null) {
      return false;
    }
    int count = random.nextBoolean() ? batch.size() : 1 + random.nextInt(batch.size());
    // As a transport does: it says so, and only then sends what the socket has not taken.
    feed.given(count);
    for (int i = 0; i < count; i++) {
      byte[] event = batch.event(i);
      parser.write(event, 0, event.length);
      budget -= event.length;
    }
    return true;
  }

  // --- as its rooms see it ---

  @Override
  public Rooms rooms() {
    return rooms;
  }

  @Override
  public Cursor place() {
    return place;
  }

  @Override
  public Turns turns() {
    return loop;
  }

  @Override
  public Wire wire() {
    return wire;
  }

  @Override
  public Outbound outbound() {
    return outbound;
  }

  @Override
  public void give() {
    pull();
  }

  @Override
  public void left() {}

  @Override
  public void broken(Throwable failure) {
    reader.failed("it failed: " + failure);
  }

  @Override
  public void completed() {
    reader.failed("it was completed");
  }

  @Override
  public void overtaken() {
    disconnected = true;
    reader.tell("disconnected");
    end();
  }
}
